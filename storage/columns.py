"""Reads chosen columns out of the packed vectors of one host."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, bindparam, select

from storage.errors import DatabaseCorruptError
from storage.known_layouts import read_layouts
from storage.schema import head
from storage.scrape import Cadence
from storage.series import Layout

_ROWS_AT_A_TIME = 4096
"""Bounds the packed rows in memory to some 4 MB, however long the range."""

_QUERY = (
    select(head.c.ts, head.c.session_at, head.c.layout_id, head.c.vector)
    .where(
        head.c.host_id == bindparam("host_id"),
        head.c.cadence == bindparam("cadence"),
        head.c.ts >= bindparam("since"),
        head.c.ts < bindparam("until"),
    )
    .order_by(head.c.ts)
)


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
    """Some rows of `head`: of one host and cadence, read from `since` up to before `until`, UTC milliseconds."""

    host_id: int
    cadence: Cadence
    since: int
    until: int


class _Choice(NamedTuple):
    """What is taken of a layout, and the columns it lies in."""

    whole: Layout
    chosen: Layout
    columns: list[int]


class ColumnReader:
    """Reads the series of some metrics, and remembers where the layouts have them."""

    def __init__(self, connection: Connection, names: Collection[str]) -> None:
        """Takes the stored metrics to read, all of one cadence."""
        self._connection = connection
        self._names = names
        self._choices: dict[int, _Choice] = {}

    def read(self, span: Span) -> list[Stretch]:
        """What there is in a span, a stretch for each session.

        Raises:
            DatabaseCorruptError: a row does not fit its layout.
        """
        sessions: dict[int, list[Stretch]] = {}
        for rows in _batches(self._connection, span):
            for part in self._parts(rows):
                sessions.setdefault(part.session_at, []).append(part)
        return [_joined(parts) for parts in sessions.values()]

    def _parts(self, rows: Sequence[Any]) -> Iterator[Stretch]:
        """Runs of rows with one session and one layout."""
        ts, sessions, layout_ids, packed = zip(*rows, strict=True)
        moments = np.array(ts, dtype=np.int64)
        self._learn(set(layout_ids))
        for run in _runs(sessions, layout_ids):
            choice = self._choices[layout_ids[run.start]]
            values = unpack_rows(packed[run], choice.whole)[:, choice.columns]
            yield Stretch(sessions[run.start], choice.chosen, moments[run], values)

    def _learn(self, layout_ids: set[int]) -> None:
        if fresh := layout_ids - self._choices.keys():
            found = read_layouts(self._connection, fresh)
            self._choices |= {layout_id: _choose(layout, self._names) for layout_id, layout in found.items()}


def unpack_rows(packed: Sequence[bytes], layout: Layout) -> NDArray[np.float64]:
    """Vectors of one layout as an array of shape (T, S).

    Raises:
        DatabaseCorruptError: one has another length.
    """
    width = len(layout.series)
    if set(map(len, packed)) - {8 * width}:
        raise DatabaseCorruptError(
            "The database has a reading that does not fit its layout.",
            hint="Back the file up, then restart the poller on a new one.",
        )
    return np.frombuffer(b"".join(packed), dtype="<f8").reshape(len(packed), width)


def aligned(values: NDArray[np.float64], layout: Layout, wanted: Layout) -> NDArray[np.float64]:
    """Readings (T, S) of one layout in the order of another, NaN where that has a series which this one lacks."""
    if layout == wanted:
        return values
    place = {key: index for index, key in enumerate(layout.series)}
    found = np.full((len(values), len(wanted.series)), np.nan)
    shared = [(index, place[key]) for index, key in enumerate(wanted.series) if key in place]
    if shared:
        to, of = zip(*shared, strict=True)
        found[:, to] = values[:, of]
    return found


def _runs(sessions: Sequence[int], layout_ids: Sequence[int]) -> Iterator[slice]:
    """Slices over which both stay the same."""
    changes = (np.diff(np.array(sessions)) != 0) | (np.diff(np.array(layout_ids)) != 0)
    edges = [0, *(np.flatnonzero(changes) + 1).tolist(), len(sessions)]
    return (slice(first, last) for first, last in pairwise(edges))


def _batches(connection: Connection, span: Span) -> Iterator[list[Any]]:
    with connection.execute(_QUERY, span._asdict()) as result:
        # The driver's own tuples: SQLAlchemy's rows would add a fifth to the time of the whole read.
        cursor: Any = result.cursor
        while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
            yield rows


def _choose(layout: Layout, names: Collection[str]) -> _Choice:
    columns = [index for index, key in enumerate(layout.series) if key.name in names]
    return _Choice(layout, Layout(tuple(layout.series[index] for index in columns)), columns)


def _joined(parts: Sequence[Stretch]) -> Stretch:
    """The parts of one session as one stretch over the union of their series."""
    keys = dict.fromkeys(key for layout in dict.fromkeys(part.layout for part in parts) for key in layout.series)
    layout = Layout(tuple(keys))
    return Stretch(
        parts[0].session_at,
        layout,
        np.concatenate([part.ts for part in parts]),
        np.concatenate([aligned(part.values, part.layout, layout) for part in parts]),
    )
