"""Where tiles lie: as many columns as there is room for, all equally wide, up to the last pixel. Pure."""

from dataclasses import dataclass

from PySide6.QtCore import QRect

LEAST_WIDTH = 208
HEIGHT = 132
GAP = 12


@dataclass(frozen=True, slots=True)
class TileGrid:
    """A grid of `count` tiles over `width` pixels."""

    width: int
    count: int

    @property
    def columns(self) -> int:
        """How many tiles lie side by side."""
        return max(1, (self.width + GAP) // (LEAST_WIDTH + GAP))

    @property
    def height(self) -> int:
        """Pixels of the whole grid."""
        rows = -(-self.count // self.columns)
        return max(0, rows * (HEIGHT + GAP) - GAP)

    def frame(self, place: int) -> QRect:
        """Where a tile lies."""
        row, column = divmod(place, self.columns)
        left, right = (self._edge(at) for at in (column, column + 1))
        return QRect(left, row * (HEIGHT + GAP), right - GAP - left, HEIGHT)

    def place_at(self, x: int, y: int) -> int | None:
        """The tile under a point; None between tiles and beyond them."""
        if not 0 <= x < self.width or y < 0:
            return None
        first = y // (HEIGHT + GAP) * self.columns
        # Edges are rounded to whole pixels, so the next column may begin a pixel early.
        about = x * self.columns // (self.width + GAP)
        for column in (about, about + 1):
            place = first + column
            if column < self.columns and place < self.count and self.frame(place).contains(x, y):
                return place
        return None

    def between(self, top: int, bottom: int) -> range:
        """The tiles that touch a strip of the grid, `bottom` included."""
        first = max(0, top // (HEIGHT + GAP)) * self.columns
        last = (max(0, bottom) // (HEIGHT + GAP) + 1) * self.columns
        return range(min(first, self.count), min(last, self.count))

    def _edge(self, column: int) -> int:
        return round(column * (self.width + GAP) / self.columns)
