"""Buckets of readings: mean, smallest, largest and count over fixed intervals of the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.tier import BUCKET_MS, Tier

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


TIER_OF = {
    Interval.RAW: Tier.RAW,
    Interval.M1: Tier.M1,
    Interval.M5: Tier.M5,
    Interval.H1: Tier.H1,
    Interval.D1: Tier.D1,
}
"""The tier that keeps an interval."""

LENGTH_MS = {interval: BUCKET_MS[tier] for interval, tier in TIER_OF.items() if tier in BUCKET_MS}
"""Intervals that are rolled up, finest first."""


Chosen = slice | NDArray[np.bool_] | NDArray[np.intp]
"""Some of what an array has, as numpy takes it."""


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


class Rolled(NamedTuple):
    """Buckets of S series: `ts` (B,) where each starts, ascending; the others (B, S), NaN where the count is 0."""

    ts: NDArray[np.int64]
    total: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    count: NDArray[np.int64]  # type: ignore[assignment] # nobody counts the fields of this tuple

    def buckets(self, chosen: Chosen) -> "Rolled":
        """Some of the buckets, as numpy chooses rows."""
        return Rolled(*(array[chosen] for array in _any(self)))

    def series(self, chosen: Chosen | int) -> "Rolled":
        """Some of the series, as numpy chooses columns; one of them by its place has the shape (B,)."""
        return Rolled(self.ts, *(array[:, chosen] for array in _any(self[1:])))


def roll_up_columns(ts: NDArray[np.int64], values: NDArray[np.float64], interval_ms: int) -> Rolled:
    """Puts readings of many series into buckets that start at multiples of `interval_ms` since 1970.

    Args:
        ts: UTC milliseconds, ascending, shape (T,).
        values: shape (T, S); NaN counts as absent.
        interval_ms: length of a bucket.
    """
    absent = np.isnan(values)
    present = np.logical_not(absent).astype(np.int64)
    zeroed = np.where(absent, 0.0, values) if absent.any() else values
    return _grouped(Rolled(ts, zeroed, values, values, present), interval_ms)


def coarser(rolled: Rolled, interval_ms: int) -> Rolled:
    """The same in longer buckets: sums of sums, the smallest of the smallest. The length is a multiple of theirs."""
    return _grouped(rolled._replace(total=np.where(rolled.count == 0, 0.0, rolled.total)), interval_ms)


def means(rolled: Rolled) -> NDArray[np.float64]:
    """As the statistics are shaped, NaN where a bucket holds nothing."""
    with np.errstate(invalid="ignore", divide="ignore"):
        # A sum rounds, so the mean of equal values may come out beside them.
        return np.clip(rolled.total / rolled.count, rolled.minimum, rolled.maximum)


def mean_of_sums(rolled: Rolled) -> NDArray[np.float64]:
    """The mean (B,) of what all series come to together; NaN where none has a value.

    A reading that has no value of one of them is taken to have 0 of it, as with an interface that went away.
    """
    if rolled.count.shape[1] == 1:
        return means(rolled.series(0))
    count = rolled.count.max(axis=1, initial=0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return np.where(count > 0, np.nansum(rolled.total, axis=1) / count, np.nan)


def _any(arrays: Iterable[Any]) -> Iterable[Any]:
    """Arrays of different types, for which mypy has no word."""
    return arrays


def _grouped(rows: Rolled, interval_ms: int) -> Rolled:
    """Rows, whose total is 0 where they hold nothing, by the bucket that each is in."""
    starts = rows.ts // interval_ms * interval_ms
    if not len(starts):
        return rows._replace(ts=starts)
    first = np.flatnonzero(np.diff(starts, prepend=starts[0] - 1))
    count = np.add.reduceat(rows.count, first, axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.add.reduceat(rows.total, first, axis=0)
    total[count == 0] = np.nan
    smallest = np.fmin.reduceat(rows.minimum, first, axis=0)
    largest = np.fmax.reduceat(rows.maximum, first, axis=0)
    return Rolled(starts[first], total, smallest, largest, count)
