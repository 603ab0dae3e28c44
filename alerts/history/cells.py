"""A series brought to so many points, evenly far apart. Pure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.history.line_fit import Floats

CELLS = 96
"""As many as a fit takes: each of them is compared with each other one."""


class Cells(NamedTuple):
    """Points of a series, one for each cell of time that has any.

    Attributes:
        at_s: the middle of each cell, seconds from the moment that was looked at: below zero.
        values: the median of what is in it.
        length_s: of a cell.
    """

    at_s: Floats
    values: Floats
    length_s: float


def in_cells(ts: NDArray[np.int64], values: Floats, *, now: int, window_s: float, least_s: float) -> Cells:
    """What of a series lies in the window before a moment.

    Args:
        ts: UTC milliseconds, ascending.
        values: as many; NaN counts as absent.
        now: the moment, UTC milliseconds.
        window_s: how far back.
        least_s: no cell is shorter; how far apart the points of the series are.
    """
    length_s = max(window_s / CELLS, least_s)
    length_ms = length_s * 1000
    inside = (ts > now - window_s * 1000) & (ts <= now) & ~np.isnan(values)
    # Cells stand still while time goes on, so that the same readings are in the same cell with the next look.
    cell = np.floor(ts[inside] / length_ms).astype(np.int64)
    kept = values[inside]
    if not len(cell):
        return Cells(np.empty(0), np.empty(0), length_s)
    order = np.lexsort((kept, cell))
    cell, kept = cell[order], kept[order]
    starts = np.flatnonzero(np.diff(cell, prepend=cell[0] - 1))
    counts = np.diff(starts, append=len(cell))
    low, high = kept[starts + (counts - 1) // 2], kept[starts + counts // 2]
    at_s = ((cell[starts] + 0.5) * length_ms - now) / 1000
    return Cells(at_s, (low + high) / 2, length_s)
