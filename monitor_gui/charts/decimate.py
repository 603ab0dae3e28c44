"""A curve in as few points as a chart can show, with nothing lost that could be seen. Pure."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fleet.points import Points

Array = NDArray[np.float64]
GAP_INTERVALS = 3
"""A line ends where for more than this many intervals there is nothing."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a chart shows.

    Attributes:
        start: UTC milliseconds.
        end: UTC milliseconds, after the start.
        columns: into how many parts the window is cut; of each at most its smallest and its largest value stay.
        gap_ms: two points that are further apart are not joined.
    """

    start: int
    end: int
    columns: int
    gap_ms: int

    @property
    def column_ms(self) -> int:
        """How long one part is."""
        return max(1, (self.end - self.start) // max(1, self.columns))


class Line(NamedTuple):
    """What is to be drawn: `x` in UTC milliseconds; where `y` is NaN the line ends and begins anew after it."""

    x: Array
    y: Array


NO_LINE = Line(np.empty(0), np.empty(0))


def decimate(points: Points, window: Window) -> Line:
    """The smallest and the largest value of each part of the window, in the order in which they came.

    Points in the middle of a level stretch are left out as well.
    The parts lie on a fixed grid of time, so a window that moves on does not make the line flicker. The line goes on
    beyond the edges of the window to the next points there. A point that stands alone becomes a dash one part long.
    Values that are no numbers count as absent.
    """
    if window.end <= window.start:
        return NO_LINE
    ts, values = _visible(points, window)
    if not len(ts):
        return NO_LINE
    starts_run = _first_and(ts[1:] - ts[:-1] > window.gap_ms)
    kept = _kept(starts_run, ts // window.column_ms, values)
    x, y = ts[kept].astype(np.float64), values[kept]
    if len(ts) > 1 and not starts_run[1:].any():
        return Line(x, y)
    return _broken(x, y, starts_run[kept], min(window.column_ms, window.gap_ms) / 2)


def _visible(points: Points, window: Window) -> tuple[NDArray[np.int64], Array]:
    """The finite ones within the window and one more on each side, rising."""
    ts, values = points.ts, points.values
    finite = np.isfinite(values)
    if not finite.all():
        ts, values = ts[finite], values[finite]
    if (ts[1:] < ts[:-1]).any():
        order = np.argsort(ts, kind="stable")
        ts, values = ts[order], values[order]
    first = max(0, int(np.searchsorted(ts, window.start)) - 1)
    last = int(np.searchsorted(ts, window.end, side="right")) + 1
    first += int(first < len(ts) and ts[first] < window.start - window.gap_ms)
    last -= int(last <= len(ts) and ts[last - 1] > window.end + window.gap_ms)
    return ts[first:last], values[first:last]


def _kept(starts_run: NDArray[np.bool_], part: NDArray[np.int64], values: Array) -> NDArray[np.intp]:
    """Places of the smallest and largest value of each part of each run, and of the ends of the runs."""
    starts_group = starts_run | _first_and(part[1:] != part[:-1])
    # Rising by value within each group: the smallest comes first there, the largest last.
    order = np.lexsort((values, np.cumsum(starts_group)))
    is_end = starts_run | np.append(starts_run[1:], True)
    kept = is_end.copy()
    kept[order[starts_group]] = True
    kept[order[np.append(starts_group[1:], True)]] = True
    places: NDArray[np.intp] = np.flatnonzero(kept)
    needed: NDArray[np.intp] = places[_turns(values[places]) | is_end[places]]
    return needed


def _turns(values: Array) -> NDArray[np.bool_]:
    """Which points a line needs: not those in the middle of a level stretch, where each joint would show."""
    needed = np.ones(len(values), dtype=np.bool_)
    needed[1:-1] = (values[1:-1] != values[:-2]) | (values[1:-1] != values[2:])
    return needed


def _first_and(others: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True, and the others after it."""
    return np.concatenate(([True], others))


def _broken(x: Array, y: Array, starts_run: NDArray[np.bool_], half_dash: float) -> Line:
    """With a NaN between two runs, and a dash in place of a run of one point."""
    alone = starts_run & np.append(starts_run[1:], True)
    times = np.where(alone, 2, 1)
    x, y = np.repeat(x, times), np.repeat(y, times)
    of_dash = np.flatnonzero(np.repeat(alone, times))
    x[of_dash[::2]] -= half_dash
    x[of_dash[1::2]] += half_dash
    breaks = (np.cumsum(times) - times)[starts_run][1:]
    return Line(np.insert(x, breaks, x[breaks]), np.insert(y, breaks, np.nan))
