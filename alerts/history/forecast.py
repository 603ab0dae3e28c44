"""What a series will be, by a line through its past that one burst does not bend. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.history.cells import Cells, in_cells
from alerts.history.line_fit import Floats, fit_line

LEAST_POINTS = 12
LEAST_SHARE = 0.25
"""Of the window that the points have to span."""
_LEAST_FILLED = 0.5
"""Of the cells from the first point to the last one."""
_STALE_S = 900.0
_STEP_SHARE = 0.4
"""Of the whole range of values: whoever goes up or down by that much at once begins anew there."""
_STEP_NOISE = 8.0
"""And of what two neighbours usually differ by."""
_BESIDE = 3
"""Points on either side of a step that are compared."""
_STEADY = 0.3
"""Pairs of points that rise must be so much more than those that fall, or the other way, for it to be a trend."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a series is going.

    Attributes:
        value: what it will be at the end of the time looked ahead; not held within what is possible, so above 100 for
            a disk that will have been full for a while.
        level: what it is now, by the same line.
        per_second: what it rises by; below zero where it falls, 0 where there is no trend.
        span_s: how long a past the line goes through.
    """

    value: float
    level: float
    per_second: float
    span_s: float

    def seconds_until(self, limit: float) -> float | None:
        """When it gets there; None where it never does at this rate, or has been there."""
        if not self.per_second:
            return None
        seconds = (limit - self.level) / self.per_second
        return seconds if seconds >= 0 else None


def outlook(  # noqa: PLR0913 - by name
    ts: NDArray[np.int64], values: Floats, *, now: int, window_s: float, horizon_s: float, apart_s: float = 0.0
) -> Outlook | None:
    """A forecast for a series.

    After a step, as when somebody has made room on a disk, what was before it does not count: until there is enough
    of a past again, it is taken to stay as it is.

    Args:
        ts: UTC milliseconds, ascending.
        values: as many; NaN counts as absent.
        now: the moment from which it looks, UTC milliseconds.
        window_s: how far it looks back.
        horizon_s: how far it looks ahead.
        apart_s: how far apart the points are; 0 for readings.

    Returns:
        None where the past is too short, too sparse or over: nothing can be said.
    """
    cells = in_cells(ts, values, now=now, window_s=window_s, least_s=apart_s)
    if not _enough(cells, window_s) or -cells.at_s[-1] > max(_STALE_S, 2 * cells.length_s):
        return None
    start = _last_step(cells.values)
    since = Cells(cells.at_s[start:], cells.values[start:], cells.length_s)
    span_s = float(since.at_s[-1] - since.at_s[0])
    line = fit_line(since.at_s, since.values) if _enough(since, window_s) else None
    if line is None or abs(line.steadiness) < _STEADY:
        level = float(np.median(since.values[-LEAST_POINTS:]))
        return Outlook(level, level, 0.0, span_s)
    return Outlook(line.at(horizon_s), line.at(0.0), line.slope, span_s)


def _enough(cells: Cells, window_s: float) -> bool:
    count = len(cells.at_s)
    if count < LEAST_POINTS:
        return False
    span_s = float(cells.at_s[-1] - cells.at_s[0])
    filled = count / (span_s / cells.length_s + 1)
    return span_s >= LEAST_SHARE * window_s and filled >= _LEAST_FILLED


def _last_step(values: Floats) -> int:
    """The place of the first point after the last step; 0 where there is none."""
    growth = np.diff(values)
    noise = 1.4826 * float(np.median(np.abs(growth - np.median(growth))))
    least = max(_STEP_SHARE * float(np.ptp(values)), _STEP_NOISE * noise)
    if not least:
        return 0
    steps = np.abs(_medians_after(values) - _medians_after(values[::-1])[::-1])
    large = np.flatnonzero(steps >= least)
    if not large.size:
        return 0
    # A step shows at a few places beside each other: it is where neighbours differ most.
    near = large[large > large[-1] - _BESIDE]
    return int(near[np.argmax(np.abs(growth[near]))]) + 1


def _medians_after(values: Floats) -> Floats:
    """For each gap between two neighbours the median of the three points after it; the last one stands in."""
    padded = np.concatenate((values[1:], values[-1:], values[-1:]))
    one, two, three = padded[:-2], padded[1:-1], padded[2:]
    medians: Floats = np.maximum(np.minimum(one, two), np.minimum(np.maximum(one, two), three))
    return medians
