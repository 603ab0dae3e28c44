"""The curves of one host's page, read in one pass over its readings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from fleet.points import Points, sum_of_present
from storage.columns import ColumnReader, Span, Stretch
from storage.connection import Connection
from storage.derive import deriver_for, elapsed, longest_gap_s
from storage.formulas import stored_sources
from storage.reading.extents import Extent
from storage.reading.tier_reading import Wanted, read_buckets
from storage.rollup import TIER_OF, Interval, mean_of_sums
from storage.scrape import Cadence
from storage.series import SeriesKey

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCurves:
    """Percent, bytes and bytes a second; of networks and disks the sum over all of them. A curve may be empty."""

    cpu: Points = field(default_factory=Points)
    user: Points = field(default_factory=Points)
    system: Points = field(default_factory=Points)
    iowait: Points = field(default_factory=Points)
    memory_used: Points = field(default_factory=Points)
    memory_total: Points = field(default_factory=Points)
    swap_used: Points = field(default_factory=Points)
    received: Points = field(default_factory=Points)
    sent: Points = field(default_factory=Points)
    read: Points = field(default_factory=Points)
    written: Points = field(default_factory=Points)

    def each(self) -> Iterator[tuple[str, Points]]:
        """Every curve with its name."""
        for one in fields(self):
            yield one.name, getattr(self, one.name)

    @property
    def memory_percent(self) -> Points:
        """Memory in use, where both it and the whole are known."""
        ts, used, whole = np.intersect1d(self.memory_used.ts, self.memory_total.ts, return_indices=True)
        return Points(ts, self.memory_used.values[used] / self.memory_total.values[whole] * 100)

    @property
    def oldest(self) -> int | None:
        """When the oldest point of any curve is, UTC milliseconds; None without points."""
        return min((int(points.ts[0]) for _, points in self.each() if len(points.ts)), default=None)

    @property
    def newest(self) -> int | None:
        """When the newest point of any curve is, UTC milliseconds; None without points."""
        return max((int(points.ts[-1]) for _, points in self.each() if len(points.ts)), default=None)


_CURVE_OF: Mapping[str, str] = {
    "cpu_usage_percent": "cpu",
    "cpu_mode_percent": "",
    "memory_used_bytes": "memory_used",
    "memory_total_bytes": "memory_total",
    "swap_used_bytes": "swap_used",
    "network_receive_bytes_per_second": "received",
    "network_transmit_bytes_per_second": "sent",
    "disk_read_bytes_per_second": "read",
    "disk_written_bytes_per_second": "written",
}
METRICS: Sequence[str] = tuple(_CURVE_OF)
"""What the curves are made of."""
_MODES = ("user", "system", "iowait")
_STORED = frozenset[str]().union(*map(stored_sources, METRICS))
_NAMES = tuple(one.name for one in fields(HostCurves))


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveSpan:
    """What is to be read.

    Attributes:
        host_id: whose.
        start: UTC milliseconds; the first bucket of a roll-up may start before it.
        end: UTC milliseconds, not included.
        interval_s: seconds between two readings of the host.
    """

    host_id: int
    start: int
    end: int
    interval_s: float


def read_host_curves(connection: Connection, span: CurveSpan, interval: Interval) -> HostCurves:
    """The curves over a span as readings, or as means over an interval; gaps stay gaps.

    Raises:
        DatabaseCorruptError: a row does not fit its layout, or a chunk that is needed is damaged.
    """
    return _read_readings(connection, span) if interval is Interval.RAW else _read_means(connection, span, interval)


def _read_readings(connection: Connection, span: CurveSpan) -> HostCurves:
    gap_s = longest_gap_s(span.interval_s)
    # A rate at the start needs the reading before it.
    since = span.start - int(gap_s * 1000)
    stretches = ColumnReader(connection, _STORED).read(Span(span.host_id, Cadence.FAST, since, span.end))
    parts = [_measured(stretch, gap_s) for stretch in stretches]
    if not parts:
        return HostCurves()
    ts, values = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts], axis=1)
    # Late lines of a session that broke may be newer than the first ones of the next.
    order = np.argsort(ts, kind="stable")
    order = order[ts[order] >= span.start]
    return _curves(ts[order], values[:, order])


def _read_means(connection: Connection, span: CurveSpan, interval: Interval) -> HostCurves:
    wanted = Wanted(frozenset(METRICS), Cadence.FAST, longest_gap_s(span.interval_s))
    extent = Extent(span.start, span.end)
    keys, rolled = read_buckets(connection, wanted, [span.host_id], TIER_OF[interval], extent)[span.host_id]
    return _curves(rolled.ts, _by_curve(keys, lambda places: mean_of_sums(rolled.series(places)), len(rolled.ts)))


def _measured(stretch: Stretch, gap_s: float) -> tuple[NDArray[np.int64], Array]:
    """The times of a stretch and its values by curve, NaN where there is none."""
    deriver = deriver_for(stretch.layout)
    seconds = elapsed(stretch.ts, np.full(len(stretch.ts), stretch.session_at), gap_s)
    every = np.concatenate((deriver.rows(seconds, stretch.values), stretch.values), axis=1)
    keys = (*deriver.series, *stretch.layout.series)
    return stretch.ts, _by_curve(keys, lambda places: sum_of_present(every[:, places]), len(stretch.ts))


def _by_curve(keys: Sequence[SeriesKey], summed: Callable[[NDArray[np.intp]], Array], length: int) -> Array:
    """Values by curve, NaN where there is none; `summed` gives those of some of the series together."""
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(_curve(key), []).append(place)
    values = np.full((len(_NAMES), length), np.nan)
    for row, name in enumerate(_NAMES):
        if name in places:
            values[row] = summed(np.array(places[name], dtype=np.intp))
    return values


def _curve(key: SeriesKey) -> str:
    """The curve that a series is part of; empty for one that is part of none."""
    if key.name == "cpu_mode_percent":
        mode = key.labels[0][1]
        return mode if mode in _MODES else ""
    return _CURVE_OF.get(key.name, "")


def _curves(ts: NDArray[np.int64], values: Array) -> HostCurves:
    present = ~np.isnan(values)
    return HostCurves(**{name: Points(ts[present[row]], values[row, present[row]]) for row, name in enumerate(_NAMES)})
