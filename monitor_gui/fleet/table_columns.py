"""Which columns of the table there is room for, and how wide they are. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from monitor_gui.fleet.arrangement import Column


class _Room(NamedTuple):
    """The least width of a column, and its part of what is left over."""

    least: int
    share: int = 0


_ROOMS: Mapping[Column, _Room] = {
    Column.STATE: _Room(108),
    Column.NAME: _Room(128, 4),
    Column.ADDRESS: _Room(116, 2),
    Column.GROUP: _Room(92, 1),
    Column.CPU: _Room(96, 1),
    Column.MEMORY: _Room(96, 1),
    Column.DISK: _Room(96, 1),
    Column.RECEIVED: _Room(80),
    Column.SENT: _Room(80),
    Column.LOAD: _Room(58),
    Column.CURVE: _Room(108, 2),
    Column.AGE: _Room(94),
}
_FIRST_TO_GO = (
    Column.LOAD,
    Column.ADDRESS,
    Column.GROUP,
    Column.SENT,
    Column.RECEIVED,
    Column.CURVE,
    Column.AGE,
    Column.DISK,
    Column.MEMORY,
)
"""What says least goes first where there is no room for all; state, name and CPU stay."""


def column_widths(room: int, *, has_groups: bool) -> dict[Column, int]:
    """Pixels of each column that is shown, which together fill the room; what is not in there is hidden."""
    shown = [column for column in Column if has_groups or column is not Column.GROUP]
    for column in _FIRST_TO_GO:
        if sum(_ROOMS[each].least for each in shown) <= room:
            break
        if column in shown:
            shown.remove(column)
    left = max(0, room - sum(_ROOMS[column].least for column in shown))
    shares = sum(_ROOMS[column].share for column in shown)
    widths = {column: _ROOMS[column].least + left * _ROOMS[column].share // shares for column in shown}
    widths[Column.NAME] += max(0, room - sum(widths.values()))
    return widths
