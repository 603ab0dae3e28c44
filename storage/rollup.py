"""Buckets of readings: mean, smallest, largest and count over fixed intervals of the clock."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

RAW_INTERVAL_S = 5.0


class Interval(StrEnum):
    """How far apart the points of a series are."""

    RAW = "raw"
    M1 = "1m"
    M5 = "5m"
    H1 = "1h"
    D1 = "1d"
    AUTO = "auto"
    """The finest of the others that gives no more points than there is room for."""


LENGTH_MS = {Interval.M1: 60_000, Interval.M5: 300_000, Interval.H1: 3_600_000, Interval.D1: 86_400_000}
"""Intervals that are rolled up, finest first."""


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Equally long arrays, one element for each bucket that holds a value; empty buckets are not there.

    Attributes:
        ts: where each bucket starts, UTC milliseconds, a multiple of its length.
        mean: of its values.
        minimum: the smallest.
        maximum: the largest.
        count: how many.
    """

    ts: NDArray[np.int64]
    mean: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    count: NDArray[np.int64]


def pick_tier(span_s: float, width: int) -> Interval:
    """The finest interval with at most `width` points over `span_s` at a reading every 5 s; else the coarsest."""
    if span_s <= width * RAW_INTERVAL_S:
        return Interval.RAW
    return next((tier for tier, length in LENGTH_MS.items() if span_s * 1000 <= width * length), Interval.D1)


def roll_up(ts: NDArray[np.int64], values: NDArray[np.float64], interval_ms: int) -> Buckets:
    """Puts values into buckets that start at multiples of `interval_ms` since 1970.

    Args:
        ts: UTC milliseconds, ascending, shape (T,).
        values: shape (T,); NaN counts as absent.
        interval_ms: length of a bucket.
    """
    present = ~np.isnan(values)
    starts = ts[present] // interval_ms * interval_ms
    kept = values[present]
    if not len(kept):
        nothing = np.empty(0)
        return Buckets(starts, nothing, nothing, nothing, np.empty(0, dtype=np.int64))
    first = np.flatnonzero(np.diff(starts, prepend=starts[0] - 1))
    count = np.diff(first, append=len(starts))
    smallest, largest = np.minimum.reduceat(kept, first), np.maximum.reduceat(kept, first)
    with np.errstate(over="ignore"):
        mean = np.add.reduceat(kept, first) / count
    # A sum rounds, so the mean of equal values may come out beside them.
    return Buckets(starts[first], np.clip(mean, smallest, largest), smallest, largest, count.astype(np.int64))
