"""Values rounded to few significant bits: what is computed from readings is no more exact than they are."""

import numpy as np
from numpy.typing import NDArray

SIGNIFICANT_BITS = 16
_DROPPED = np.uint64(53 - SIGNIFICANT_BITS)
_HALF = np.uint64(1) << (_DROPPED - np.uint64(1))
_KEPT = ~((np.uint64(1) << _DROPPED) - np.uint64(1))


def round_significant(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """To 16 significant bits, halves away from zero: an error of at most 0.0008 %.

    A larger value never becomes smaller than what a smaller one becomes. NaN, infinities and -0.0 stay bit for bit;
    what would round up to infinity is cut instead. Any shape.
    """
    bits = values.view(np.uint64) if values.flags.c_contiguous else np.ascontiguousarray(values).view(np.uint64)
    rounded = ((bits + _HALF) & _KEPT).view(np.float64)
    finite = np.isfinite(values)
    if not finite.all():
        rounded = np.where(finite, rounded, values)
    overflown = np.isinf(rounded) & finite
    if overflown.any():
        rounded = np.where(overflown, (bits & _KEPT).view(np.float64), rounded)
    return rounded
