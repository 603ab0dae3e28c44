"""Which limit is drawn on a chart. Pure."""

from collections.abc import Iterable

import numpy as np

from alerts.thresholds import Threshold
from fleet.points import Points
from monitor_gui.charts.marks import Limit
from storage.translation import _

_NEAR = 10.0
"""Percentage points; a limit that is further away than that is of no interest."""


def shown_limit(threshold: Threshold, highest: float, *, whole: float = 100.0) -> Limit | None:
    """The gravest limit that the curve is near to or above.

    Args:
        threshold: in percent.
        highest: the highest point of the curve, in percent.
        whole: what 100 percent are on the chart.
    """
    if threshold.critical is not None and highest >= threshold.critical - _NEAR:
        text = _("critical {limit}%").format(limit=f"{threshold.critical:g}")
        return Limit(threshold.critical / 100 * whole, text, is_critical=True)
    if threshold.warning is not None and highest >= threshold.warning - _NEAR / 2:
        text = _("warning {limit}%").format(limit=f"{threshold.warning:g}")
        return Limit(threshold.warning / 100 * whole, text, is_critical=False)
    return None


def highest(curves: Iterable[Points], start: int, end: int) -> float:
    """The highest value of any of the curves within a span, UTC milliseconds; 0 without one."""
    tops = [0.0]
    for points in curves:
        first, last = np.searchsorted(points.ts, (start, end + 1))
        values = points.values[first:last]
        finite = values[np.isfinite(values)]
        if len(finite):
            tops.append(float(finite.max()))
    return max(tops)
