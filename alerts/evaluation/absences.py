"""When the series that rules look for were seen last, in arrays that all hosts of a shape share."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from alerts.evaluation.program import Cell, Floats
from alerts.evaluation.windows import Moments, Places, longer

if TYPE_CHECKING:
    from alerts.evaluation.group import Source

_FIRST_ROWS = 8


class Missed(NamedTuple):
    """A series of a host that was there, and when it was seen last, UTC milliseconds; `cell` is its place."""

    source: "Source"
    cell: int
    seen_at: int


class Absences:
    """What A cells were, for any number of hosts, each of which has a row."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._window_ms = np.array([cell.signal.window_s * 1000 for cell in cells])
        self._seen_at: Moments = np.zeros((0, len(cells)), dtype=np.int64)
        self._sources: dict[int, Source] = {}

    def begin(self, row: int, source: "Source") -> None:
        """Another host has this row, of which nothing has been seen yet."""
        if row >= len(self._seen_at):
            self._seen_at = longer(self._seen_at, max(_FIRST_ROWS, row + 1, len(self._seen_at) * 3 // 2))
        self._seen_at[row] = 0
        self._sources[row] = source

    def end(self, row: int) -> None:
        """The host has this row no longer."""
        self._seen_at[row] = 0
        del self._sources[row]

    def take(self, rows: Places, ts: Moments, values: Floats) -> Floats:
        """Takes readings, shape (A, N); gives 0 for what is there, NaN for what is not: time alone makes that 1."""
        is_there = ~np.isnan(values)
        self._seen_at[rows] = np.where(is_there.T, ts[:, np.newaxis], self._seen_at[rows])
        return np.where(is_there, 0.0, np.nan)

    def missed(self, now_ms: int) -> Iterator[Missed]:
        """What has not been seen for so long that it counts as gone, by the numbers of the cells from 0."""
        is_missed = (self._seen_at > 0) & (now_ms - self._seen_at >= self._window_ms)
        for row, cell in zip(*(places.tolist() for places in np.nonzero(is_missed)), strict=True):
            yield Missed(self._sources[row], cell, int(self._seen_at[row, cell]))

    def seen(self, row: int) -> list[int]:
        """When each of the cells of a host was seen last; 0 for never."""
        return [int(at) for at in self._seen_at[row]]

    def remember(self, row: int, cell: int, seen_at: int) -> None:
        """What a host had before its layout changed."""
        self._seen_at[row, cell] = seen_at
