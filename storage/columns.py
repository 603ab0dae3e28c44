"""Reads chosen series of one host over a span, whether they are sealed or not."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.reading.asked import Asked
from storage.reading.choice import Chooser
from storage.reading.raw_reading import read_readings
from storage.scrape import Cadence
from storage.series import Layout


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Readings of one probe session, oldest first.

    Attributes:
        session_at: when the session started, UTC milliseconds.
        layout: the chosen series; those of all layouts that the session had.
        ts: shape (T,), UTC milliseconds.
        values: shape (T, S), NaN where a series was absent.
    """

    session_at: int
    layout: Layout
    ts: NDArray[np.int64]
    values: NDArray[np.float64]


class Span(NamedTuple):
    """Readings of one host and cadence, from `since` up to before `until`, UTC milliseconds."""

    host_id: int
    cadence: Cadence
    since: int
    until: int


class ColumnReader:
    """Reads the series of some metrics, and remembers where the layouts have them."""

    def __init__(self, connection: Connection, names: Collection[str]) -> None:
        """Takes the stored metrics to read, all of one cadence."""
        self._connection = connection
        self._chooser = Chooser(connection, names)

    def read(self, span: Span) -> list[Stretch]:
        """What there is in a span, a stretch for each session, by when they begin.

        Raises:
            DatabaseCorruptError: a reading does not fit its layout, or a chunk that is needed is damaged.
        """
        asked = Asked([span.host_id], span.cadence, span.since, span.until)
        found = read_readings(self._connection, self._chooser, asked)
        stretches = [
            Stretch(int(part.session_at[run.start]), part.layout, part.ts[run], part.values[run])
            for part in found
            for run in part.sessions()
        ]
        return sorted(stretches, key=lambda stretch: int(stretch.ts[0]))
