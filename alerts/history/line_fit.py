"""A straight line through points that a few wild ones do not bend: Theil's and Sen's. Pure."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PLACES_KEPT = 256


class Line(NamedTuple):
    """A line, y = intercept + slope · x.

    Attributes:
        slope: what y rises by with each unit of x: the median of the slopes between any two points.
        intercept: the median of what is left of the points' y without their slope.
        steadiness: of all pairs of points, the share that rises less the share that falls: -1 to 1, Kendall's tau.
    """

    slope: float
    intercept: float
    steadiness: float

    def at(self, x: float) -> float:
        """What y is there."""
        return self.intercept + self.slope * x


def fit_line(x: Floats, y: Floats) -> Line | None:
    """The line of Theil and Sen; up to 29 % of the points may be anywhere.

    Its cost grows with the square of the number of points: some 4,600 slopes for 96.

    Args:
        x: shape (N,).
        y: shape (N,), no NaN.

    Returns:
        None where no two points have a different x.
    """
    first, second = _pairs(len(x))
    run = x[second] - x[first]
    rise = y[second] - y[first]
    apart = run != 0
    if not apart.all():
        run, rise = run[apart], rise[apart]
    if not len(run):
        return None
    slopes = rise / run
    slope = float(np.median(slopes))
    steadiness = (np.count_nonzero(slopes > 0) - np.count_nonzero(slopes < 0)) / len(slopes)
    return Line(slope, float(np.median(y - slope * x)), steadiness)


@lru_cache(maxsize=_PLACES_KEPT)
def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(count, 1)
