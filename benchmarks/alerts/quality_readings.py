"""The readings of a simulated host as arrays, an hour at a time, and what is learnt of the weeks before."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.alerts.quality_days import Days
from benchmarks.alerts.quality_outages import Outage
from simulated_fleet.history_past import layout_of, skew_s
from storage.derive import deriver_for, elapsed, longest_gap_s
from storage.queries import SeriesPoints
from storage.rollup import Interval, roll_up
from storage.scrape import Cadence
from storage.series import Layout, SeriesKey

STEP_MS = 5_000
SLOW_MS = 30_000
HOUR_MS = 3_600_000
CPU = SeriesKey("cpu_usage_percent")
_LEARNT_MS = 60_000
"""Between two readings of the weeks that only the means by the hour are taken of."""

Floats = NDArray[np.float64]


class Part(NamedTuple):
    """Readings of one group: moments (T,), sessions (T,), values (T, S)."""

    ts: NDArray[np.int64]
    session_at: NDArray[np.int64]
    layout: Layout
    values: Floats

    def derived(self, metric: str) -> tuple[tuple[SeriesKey, ...], Floats]:
        """The series of a derived metric and their values (T, D); NaN where there is none."""
        deriver = deriver_for(self.layout, metric)
        seconds = elapsed(self.ts, self.session_at, longest_gap_s(STEP_MS / 1000))
        places = [place for place, key in enumerate(deriver.series) if key.name == metric]
        return tuple(deriver.series[place] for place in places), deriver.rows(seconds, self.values)[:, places]


def read_parts(
    days: Days, index: int, ts: NDArray[np.int64], down: Sequence[Outage], *, slow_too: bool = True
) -> tuple[Part, Part]:
    """The fast and the slow group of a host at these moments of one day, as far as it can be read."""
    world, machine = days.world(int(ts[0])), days.machines[index]
    kept, session_at = _sessions(ts, down, days.session_at(int(ts[0])))
    ts = ts[kept]
    readings = world.read([index] * len(ts), (ts / 1000).tolist())
    fast_layout, slow_layout = layout_of(machine, Cadence.FAST), layout_of(machine, Cadence.SLOW)
    fast = readings.fast().values.reshape(len(ts), -1) if len(ts) else np.empty((0, len(fast_layout.series)))
    slow = np.flatnonzero(ts % SLOW_MS == 0) if slow_too else np.empty(0, dtype=np.intp)
    rows = np.empty((len(slow), len(slow_layout.series)))
    if len(slow):
        rows[:, :-1] = np.stack(readings.slow(slow.tolist()))
        rows[:, -1] = [skew_s(world, index, moment) for moment in ts[slow].tolist()]
    return Part(ts, session_at, fast_layout, fast), Part(ts[slow], session_at[slow], slow_layout, rows)


def learn_hours(days: Days, start_ms: int, end_ms: int) -> list[SeriesPoints]:
    """What CPU each host used, by the hour; from the first minute of a day until the last one of another."""
    found: list[list[tuple[NDArray[np.int64], Floats]]] = [[] for _ in days.machines]
    for first in range(start_ms, end_ms, 24 * HOUR_MS):
        ts = np.arange(first, min(first + 24 * HOUR_MS, end_ms), _LEARNT_MS)
        for machine, parts in zip(days.machines, found, strict=True):
            part, _ = read_parts(days, machine.index, ts, (), slow_too=False)
            parts.append((part.ts, part.derived(CPU.name)[1][:, 0]))
    series = []
    for parts in found:
        moments, values = (np.concatenate(each) for each in zip(*parts, strict=True))
        series.append(points(CPU, moments, values, Interval.H1, HOUR_MS))
    return series


def points(key: SeriesKey, ts: NDArray[np.int64], values: Floats, interval: Interval, length_ms: int) -> SeriesPoints:
    """A series in buckets, as the store has it."""
    buckets = roll_up(ts, values, length_ms)
    return SeriesPoints(0, key, interval, buckets.ts, buckets.mean, buckets.minimum, buckets.maximum, buckets.count)


def _sessions(
    ts: NDArray[np.int64], down: Sequence[Outage], start_ms: int
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which moments are read, and of these since when the session lasts."""
    kept = np.ones(len(ts), dtype=np.bool_)
    since = np.full(len(ts), start_ms, dtype=np.int64)
    for outage in down:
        if outage.end > start_ms:
            kept &= (ts < outage.start) | (ts >= outage.end)
            since[ts >= outage.end] = outage.end
    return kept, since[kept]
