"""What `system_metrics` says of a host in a minute, from the host's series. Pure."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from storage.plain_sql import SystemMetrics
from storage.queries import SeriesPoints

MINUTE_MS = 60_000
DISK_BACK_MS = 2 * MINUTE_MS
"""File systems are read less often than the rest: their newest use counts for that long."""

DISK = "filesystem_used_percent"
METRICS = ("cpu_usage_percent", "memory_used_percent", "swap_used_percent", "load1", DISK)
"""What the columns are made of."""

_DIGITS = 3
"""Decimals that are kept: a percentage has no more to say."""


def read_minutes(series: Mapping[str, Sequence[SeriesPoints]]) -> set[int]:
    """Starts of the minutes in which a host was read, UTC milliseconds."""
    moments = [each.ts for metric in METRICS if metric != DISK for each in series.get(metric, ())]
    return set((np.unique(np.concatenate(moments) // MINUTE_MS) * MINUTE_MS).tolist()) if moments else set()


def minute_row(hostname: str, minute_ms: int, series: Mapping[str, Sequence[SeriesPoints]]) -> SystemMetrics | None:
    """The row of one host and minute; None where the host was not read in that minute.

    CPU and memory are means over the minute, load and swap its newest values; the disk is the file system that is
    fullest at its newest reading.

    Args:
        hostname: as the row is to have it.
        minute_ms: start of the minute, UTC milliseconds.
        series: readings of that host by metric, which may reach beyond the minute.
    """
    end = minute_ms + MINUTE_MS

    def inside(metric: str) -> NDArray[np.float64]:
        return np.concatenate([_values(each, minute_ms, end) for each in series.get(metric, ())] or [np.empty(0)])

    cpu, memory, swap, load = (inside(metric) for metric in METRICS[:4])
    if not (len(cpu) or len(memory) or len(load)):
        return None
    disks = [_newest(_values(each, end - DISK_BACK_MS, end)) for each in series.get(DISK, ())]
    return SystemMetrics(
        ts=minute_ms,
        hostname=hostname,
        cpu_percent=_mean(cpu),
        memory_percent=_mean(memory),
        disk_percent=max((percent for percent in disks if percent is not None), default=None),
        load1=_newest(load),
        swap_percent=_newest(swap),
    )


def _values(points: SeriesPoints, start: int, end: int) -> NDArray[np.float64]:
    first, last = points.ts.searchsorted((start, end))
    values = points.value[first:last]
    return values[np.isfinite(values)]


def _mean(values: NDArray[np.float64]) -> float | None:
    with np.errstate(over="ignore"):
        mean = float(values.mean()) if len(values) else math.nan
    return round(mean, _DIGITS) if math.isfinite(mean) else None


def _newest(values: NDArray[np.float64]) -> float | None:
    return round(float(values[-1]), _DIGITS) if len(values) else None
