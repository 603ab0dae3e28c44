"""What a curve says at one moment, and the moments next to it. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fleet.points import Points


def value_at(points: Points, at: int, reach_ms: float) -> float | None:
    """The value nearest to a moment, UTC milliseconds; None where there is none within reach."""
    place = _nearest(points.ts, at)
    if place is None or abs(int(points.ts[place]) - at) > reach_ms:
        return None
    value = float(points.values[place])
    return value if np.isfinite(value) else None


def nearest_moment(curves: Sequence[Points], at: int) -> int | None:
    """The moment nearest to `at` for which any of the curves has a point; None without points."""
    found = [int(points.ts[place]) for points in curves if (place := _nearest(points.ts, at)) is not None]
    return min(found, key=lambda moment: abs(moment - at), default=None)


def moment_beside(curves: Sequence[Points], at: int, steps: int) -> int | None:
    """The moment so many points after `at` (before it, where negative), on the curve that has the most of them.

    It stops at the ends. None without points.
    """
    ts = max((points.ts for points in curves), key=len, default=np.empty(0, dtype=np.int64))
    place = _nearest(ts, at)
    return None if place is None else int(ts[min(max(place + steps, 0), len(ts) - 1)])


def _nearest(ts: NDArray[np.int64], at: int) -> int | None:
    if not len(ts):
        return None
    after = int(np.searchsorted(ts, at))
    around = (place for place in (after - 1, after) if 0 <= place < len(ts))
    return min(around, key=lambda place: abs(int(ts[place]) - at))
