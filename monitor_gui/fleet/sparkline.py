"""Where the points of a small curve lie in its frame. Pure; without any toolkit."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fleet.points import Points

Line = list[tuple[float, float]]
Array = NDArray[np.float64]

_PIXELS_A_POINT = 3
"""Closer points would cost paint and show as a rough edge."""

LEAST_GAP_MS = 90_000
"""Curves of a fleet have a point for each half minute; two that are missing may still be late."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a curve is drawn into.

    Attributes:
        start: UTC milliseconds at the left edge.
        end: at the right edge.
        low: the value at the bottom.
        high: the value at the top; what lies beyond an edge is drawn on it.
        width: pixels.
        height: pixels.
    """

    start: int
    end: int
    low: float
    high: float
    width: float
    height: float


def lines(points: Points, frame: Frame, gap_ms: float = LEAST_GAP_MS) -> list[Line]:
    """The curve as lines of pixels from the top left of the frame; a gap longer than `gap_ms` parts two of them."""
    inside = (points.ts >= frame.start) & (points.ts <= frame.end) & np.isfinite(points.values)
    ts, values = points.ts[inside], points.values[inside]
    if not len(ts):
        return []
    across: Array = np.multiply(ts - frame.start, frame.width / max(1, frame.end - frame.start), dtype=np.float64)
    share = (np.clip(values, frame.low, frame.high) - frame.low) / max(frame.high - frame.low, 1e-12)
    down: Array = np.multiply(1 - share, frame.height, dtype=np.float64)
    breaks = np.flatnonzero(ts[1:] - ts[:-1] > gap_ms) + 1
    together = max(1, round(len(ts) * _PIXELS_A_POINT / max(frame.width, 1)))
    edges = [0, *breaks.tolist(), len(ts)]
    return [_thinned(across[first:last], down[first:last], together) for first, last in pairwise(edges)]


def _thinned(across: Array, down: Array, together: int) -> Line:
    """One point for so many; the first and the last stay where they are."""
    if together > 1 and len(across) > 2 * together:
        starts = np.arange(1, len(across) - 1, together)
        counts = np.diff(starts, append=len(across) - 1)
        across, down = (
            np.concatenate((each[:1], np.add.reduceat(each[1:-1], starts - 1) / counts, each[-1:]))
            for each in (across, down)
        )
    return list(zip(across.tolist(), down.tolist(), strict=True))


def bounds(points: Points, least_span: float = 0.0) -> tuple[float, float]:
    """The smallest and the largest value with some air about them, at least `least_span` apart; (0, 1) without any."""
    values = points.values[np.isfinite(points.values)]
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    missing = max(least_span, abs(high) * 0.02, 1e-9) - (high - low)
    if missing > 0:
        low, high = low - missing / 2, high + missing / 2
    air = (high - low) * 0.08
    return low - air, high + air
