"""Reads the past of one host: what the curves of a fleet need, in one pass over each group of metrics."""

from collections.abc import Mapping, Sequence

import numpy as np

from fleet.curve_grid import Measure, Readings
from fleet.points import sum_of_present
from storage.columns import ColumnReader, Span, Stretch
from storage.connection import Connection
from storage.derive import deriver_for, elapsed, longest_gap_s
from storage.formulas import stored_sources
from storage.scrape import Cadence
from storage.series import SeriesKey

MEASURED: Mapping[str, Measure] = {
    "cpu_usage_percent": Measure.CPU,
    "memory_used_bytes": Measure.MEMORY,
    "network_receive_bytes_per_second": Measure.NETWORK,
    "network_transmit_bytes_per_second": Measure.NETWORK,
    "filesystem_used_percent": Measure.DISK,
}
"""The metrics that the measures are made of: interfaces are added up, of the file systems the fullest counts."""

_SLOW = stored_sources("filesystem_used_percent")
_FAST = frozenset[str]().union(*map(stored_sources, MEASURED)) - _SLOW


class PastReader:
    """Reads the past of one host after the other, and remembers where their layouts have what is wanted."""

    def __init__(self, connection: Connection) -> None:
        self._fast = ColumnReader(connection, _FAST)
        self._slow = ColumnReader(connection, _SLOW)

    def read(self, host_id: int, span: tuple[int, int], interval_s: float) -> list[Readings]:
        """What was read from the start of the span up to before its end, UTC milliseconds, by group and session.

        Args:
            host_id: whose.
            span: from when, and up to when.
            interval_s: between two readings of this host.

        Raises:
            DatabaseCorruptError: a row does not fit its layout.
        """
        gap_s = longest_gap_s(interval_s)
        stretches = self._fast.read(Span(host_id, Cadence.FAST, *span))
        stretches += self._slow.read(Span(host_id, Cadence.SLOW, *span))
        return [measured(stretch, gap_s) for stretch in stretches]


def measured(stretch: Stretch, gap_s: float) -> Readings:
    """The measures of every reading; rates are taken over `gap_s` at the most."""
    deriver = deriver_for(stretch.layout)
    seconds = elapsed(stretch.ts, np.full(len(stretch.ts), stretch.session_at), gap_s)
    derived = deriver.rows(seconds, stretch.values)
    values = np.full((len(Measure), len(stretch.ts)), np.nan)
    for measure, places in _places(deriver.series).items():
        columns = derived[:, places]
        values[measure] = np.fmax.reduce(columns, axis=1) if measure is Measure.DISK else sum_of_present(columns)
    return Readings(stretch.ts, values)


def _places(series: Sequence[SeriesKey]) -> dict[Measure, list[int]]:
    places: dict[Measure, list[int]] = {}
    for place, key in enumerate(series):
        if key.name in MEASURED:
            places.setdefault(MEASURED[key.name], []).append(place)
    return places
