"""What the store would have of each host for the rules that look at history, kept in memory."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alerts.history.needs import Need
from benchmarks.alerts.quality_readings import CPU, Floats, Part, points
from storage.queries import SeriesPoints
from storage.rollup import Interval
from storage.series import SeriesKey

_DISK = "filesystem_used_percent"
_FIVE_MINUTES_MS = 300_000
_KEPT = {Interval.RAW: 2 * 3_600_000, Interval.M5: 2 * 86_400_000}


class HostStore:
    """Of one host: CPU by the hour of the weeks before and as it was read of late, file systems by five minutes."""

    def __init__(self, hours: SeriesPoints) -> None:
        self._hours = hours
        self._cpu = _Grown(CPU, Interval.RAW)
        self._disks: dict[SeriesKey, _Grown] = {}

    def add(self, fast: Part, slow: Part) -> None:
        """Takes readings, which are newer than those before; the buckets that begin in them end in them."""
        _, values = fast.derived(CPU.name)
        self._cpu.add(fast.ts, values[:, 0])
        keys, used = slow.derived(_DISK)
        for place, key in enumerate(keys):
            found = self._disks.setdefault(key, _Grown(key, Interval.M5))
            buckets = points(key, slow.ts, used[:, place], Interval.M5, _FIVE_MINUTES_MS)
            found.add(buckets.ts, buckets.value)

    def read(self, need: Need, now: int) -> Sequence[SeriesPoints]:
        """What would be read of the store at a moment, UTC milliseconds."""
        since = now - round(need.back_s * 1000)
        if need.metric == CPU.name and need.interval is Interval.H1:
            return [self._hours]
        if need.metric == CPU.name and need.interval is Interval.RAW:
            return self._cpu.between(since, now)
        if need.metric == _DISK and need.interval is Interval.M5:
            return [found for disk in self._disks.values() for found in disk.between(since, now)]
        raise NotImplementedError(f"the bench keeps no {need.metric} at {need.interval}")


class _Grown:
    """A series that grows at its end and is forgotten at its beginning."""

    def __init__(self, key: SeriesKey, interval: Interval) -> None:
        self._key = key
        self._interval = interval
        self._ts: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._values: Floats = np.empty(0)

    def add(self, ts: NDArray[np.int64], values: Floats) -> None:
        there = ~np.isnan(values)
        ts, values = np.concatenate((self._ts, ts[there])), np.concatenate((self._values, values[there]))
        kept = ts > ts[-1] - _KEPT[self._interval] if len(ts) else slice(None)
        self._ts, self._values = ts[kept], values[kept]

    def between(self, since: int, now: int) -> list[SeriesPoints]:
        first, last = np.searchsorted(self._ts, (since, now))
        if first == last:
            return []
        ts, values = self._ts[first:last], self._values[first:last]
        return [SeriesPoints(0, self._key, self._interval, ts, values, values, values, np.ones(len(ts), np.int64))]
