"""Points in time to the columns of a chart. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span of time, cut into equal columns.

    Attributes:
        start: UTC milliseconds.
        end: UTC milliseconds, the first that is no longer in it.
        columns: how many.
        hold_ms: a column without a value takes the one before, when that is no older than this. Where readings are
            rarer than columns this closes the holes, and a real gap stays one.
    """

    start: int
    end: int
    columns: int
    hold_ms: int


def resample(ts: ArrayLike, values: ArrayLike, stretch: Stretch) -> list[float | None]:
    """The mean of each column, oldest first; None where there is nothing. NaN counts as absent."""
    if stretch.columns < 1:
        return []
    moments, numbers = np.asarray(ts, dtype=np.int64), np.asarray(values, dtype=np.float64)
    kept = (moments >= stretch.start) & (moments < stretch.end) & np.isfinite(numbers)
    moments, numbers = moments[kept], numbers[kept]
    place = (moments - stretch.start) * stretch.columns // max(stretch.end - stretch.start, 1)
    counts = np.bincount(place, minlength=stretch.columns)
    sums = np.bincount(place, weights=numbers, minlength=stretch.columns)
    newest = np.zeros(stretch.columns, dtype=np.int64)
    np.maximum.at(newest, place, moments)
    means = [float(total / count) if count else None for total, count in zip(sums, counts, strict=True)]
    return _held(means, newest.tolist(), stretch)


def _held(means: Sequence[float | None], newest: Sequence[int], stretch: Stretch) -> list[float | None]:
    held: list[float | None] = []
    last: float | None = None
    last_at = 0
    for column, mean in enumerate(means):
        begins = stretch.start + (stretch.end - stretch.start) * column // stretch.columns
        if mean is not None:
            last, last_at = mean, newest[column]
        elif begins - last_at > stretch.hold_ms:
            last = None
        held.append(last)
    return held
