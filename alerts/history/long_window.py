"""What a series came to over a window that is too long to be kept in memory. Pure."""

from enum import StrEnum

import numpy as np

from alerts.history.line_fit import Floats
from alerts.rules.signal import Function

_LEAST_SPAN = 0.75
"""Of the window that has to be there."""
_ENDS = 3
"""Points at either end, of which the median counts: one wild one is no change."""
_LEAST_POINTS = 4


class Kept(StrEnum):
    """What the store has of a stretch of time."""

    MEAN = "mean"
    LOWEST = "lowest"
    HIGHEST = "highest"


KEPT_FOR = {
    Function.AVERAGE: Kept.MEAN,
    Function.CHANGE: Kept.MEAN,
    Function.LOWEST: Kept.LOWEST,
    Function.HIGHEST: Kept.HIGHEST,
}


def over_window(function: Function, at_s: Floats, values: Floats, counts: Floats, window_s: float) -> float | None:
    """The value of AVERAGE, LOWEST, HIGHEST or CHANGE.

    Args:
        function: which of them.
        at_s: when each bucket starts, ascending seconds; only those in the window.
        values: mean, lowest or highest of each, as `KEPT_FOR` says.
        counts: how many readings are in it.
        window_s: how long the window is.

    Returns:
        None where too little of the window is there.
    """
    if len(at_s) < _LEAST_POINTS:
        return None
    span_s = float(at_s[-1] - at_s[0]) + float(np.median(np.diff(at_s)))
    if span_s < _LEAST_SPAN * window_s:
        return None
    match function:
        case Function.AVERAGE:
            return float(np.average(values, weights=counts))
        case Function.LOWEST:
            return float(values.min())
        case Function.HIGHEST:
            return float(values.max())
        case _:
            return _change(at_s, values)


def _change(at_s: Floats, values: Floats) -> float:
    ends = min(_ENDS, len(at_s) // 2)
    first, last = slice(0, ends), slice(len(at_s) - ends, None)
    run_s = float(np.mean(at_s[last]) - np.mean(at_s[first]))
    return float(np.median(values[last]) - np.median(values[first])) / run_s
