"""How the cells of many cores are laid out. Pure."""

import math
from typing import NamedTuple

_GAP_WIDE, _GAP_NARROW = 4.0, 2.0
_LEAST_WIDTH = 14.0
"""A row with narrower cells becomes two."""
MOST = 1024


class CoreGridShape(NamedTuple):
    """Rows and columns, and the space between two cells in pixels."""

    rows: int
    columns: int
    gap: float


class CellPlace(NamedTuple):
    """Where a cell is, in pixels."""

    x: float
    y: float
    width: float
    height: float


def grid_shape(count: int, width: float) -> CoreGridShape:
    """As few rows as the width allows, filled evenly; eight at most."""
    shown = min(count, MOST)
    if shown < 1 or width <= 0:
        return CoreGridShape(0, 0, 0)
    rows = min(8, max(1, math.ceil(shown * (_LEAST_WIDTH + _GAP_NARROW) / width)))
    columns = math.ceil(shown / rows)
    return CoreGridShape(math.ceil(shown / columns), columns, _GAP_WIDE if width / columns > 24 else _GAP_NARROW)


def cell_places(count: int, width: float, height: float) -> list[CellPlace]:
    """Where each core's cell is, row by row."""
    shape = grid_shape(count, width)
    if not shape.rows:
        return []
    step_x, step_y = (width + shape.gap) / shape.columns, (height + shape.gap) / shape.rows
    size = max(1.0, step_x - shape.gap), max(1.0, step_y - shape.gap)
    places = (divmod(place, shape.columns) for place in range(min(count, MOST)))
    return [CellPlace(column * step_x, row * step_y, *size) for row, column in places]


def core_at(count: int, width: float, height: float, x: float, y: float) -> int | None:
    """Which core's cell is at a place."""
    for place, cell in enumerate(cell_places(count, width, height)):
        if cell.x <= x < cell.x + cell.width and cell.y <= y < cell.y + cell.height:
            return place
    return None
