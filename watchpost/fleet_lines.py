"""A fleet as lines of text, one a host, fitted to any width. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.text import Text

from alerts.thresholds import Thresholds
from fleet.reading import HostReading
from storage.printable import printable
from storage.quantities import ABSENT, age, byte_rate, largest_unit, percent, plain
from watchpost import palette
from watchpost.drawing import fit, sparkline, thin_bar
from watchpost.health_text import health_text, level_colour

NAME_LIMIT = 255
_GAP = 2
_NAME_MINIMUM, _NAME_MAXIMUM = 14, 40
_PERCENT_WIDTH = 4
_BAR_WIDTH = 6


class Column(StrEnum):
    """What a line can show."""

    STATE = "state"
    NAME = "host"
    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"
    LOAD = "load"
    RECEIVED = "in"
    SENT = "out"
    SPARKLINE = "cpu, 10 min"
    AGE = "age"


_WIDTHS = {
    Column.STATE: 13,
    Column.NAME: _NAME_MINIMUM,
    Column.CPU: _BAR_WIDTH + 1 + _PERCENT_WIDTH,
    Column.MEMORY: _BAR_WIDTH + 1 + _PERCENT_WIDTH,
    Column.DISK: _BAR_WIDTH + 1 + _PERCENT_WIDTH,
    Column.LOAD: 6,
    Column.RECEIVED: 9,
    Column.SENT: 9,
    Column.SPARKLINE: 11,
    Column.AGE: 6,
}
_DISPENSABLE = ((Column.RECEIVED, Column.SENT), (Column.SPARKLINE,), (Column.LOAD,))
"""What goes first where there is no room."""
_BARS = frozenset({Column.CPU, Column.MEMORY, Column.DISK})
_RIGHT = frozenset({Column.LOAD, Column.RECEIVED, Column.SENT, Column.AGE})


@dataclass(frozen=True, slots=True)
class Place:
    """A column and how many cells it gets."""

    column: Column
    width: int


def arrange(width: int) -> list[Place]:
    """The columns that fit into `width` cells and how wide each is; the name and the sparkline take what is left."""
    widths = dict(_WIDTHS)
    for group in _DISPENSABLE:
        if _total(widths) <= width:
            break
        for column in group:
            del widths[column]
    if _total(widths) > width:
        widths.update(dict.fromkeys(_BARS, _PERCENT_WIDTH))
    if _total(widths) > width:
        del widths[Column.AGE]
    left = width - _total(widths)
    if left < 0:
        widths[Column.NAME] = max(1, widths[Column.NAME] + left)
        left = 0
    wider = min(left * 2 // 3 if Column.SPARKLINE in widths else left, _NAME_MAXIMUM - _NAME_MINIMUM)
    widths[Column.NAME] += wider
    if Column.SPARKLINE in widths:
        widths[Column.SPARKLINE] += min(left - wider, 40 - widths[Column.SPARKLINE])
    return [Place(column, cells) for column, cells in widths.items()]


def _total(widths: dict[Column, int]) -> int:
    return sum(widths.values()) + _GAP * (len(widths) - 1)


def sparkline_width(places: Sequence[Place]) -> int:
    """How many cells the sparkline has; 0 where there is no room for one."""
    return next((place.width for place in places if place.column is Column.SPARKLINE), 0)


def heading(places: Sequence[Place], sorted_by: str = "") -> Text:
    """The line above the hosts; the column that the order comes from is marked."""
    line = Text()
    for place in places:
        marked = place.column.name.lower() == sorted_by or (place.column is Column.STATE and sorted_by == "severity")
        label = f"{place.column} ▾" if marked else place.column.value
        style = palette.ACCENT if marked else palette.TEXT_3
        _append(line, fit(label, place.width, style=style, right=place.column in _RIGHT))
    return line


@dataclass(frozen=True, slots=True)
class LineView:
    """What every line of one screen has in common.

    Attributes:
        places: from `arrange`.
        thresholds: what colours a value.
        now_ms: UTC milliseconds.
    """

    places: Sequence[Place]
    thresholds: Thresholds
    now_ms: int


def host_line(reading: HostReading, cpu: Sequence[float | None], view: LineView) -> Text:
    """One host. Where the values are not current there are none: only why, and since when.

    Args:
        reading: of the host.
        cpu: one percentage for each cell of the sparkline.
        view: where and how.
    """
    line = Text()
    if not reading.current:
        return _line_without_values(reading, view)
    for place in view.places:
        _append(line, _cell(reading, cpu, place, view))
    return line


def _line_without_values(reading: HostReading, view: LineView) -> Text:
    line = Text()
    rest = _total({place.column: place.width for place in view.places})
    for place in view.places:
        if place.column in {Column.STATE, Column.NAME}:
            _append(line, _cell(reading, (), place, view))
            rest -= place.width + _GAP
    since = "" if reading.ts is None else f" · last reading {age(reading.age_s(view.now_ms))}"
    _append(line, fit(f"{reading.note}{since}", rest, style=palette.TEXT_3))
    return line


def _append(line: Text, cell: Text) -> None:
    if line:
        line.append(" " * _GAP)
    line.append_text(cell)


def _cell(reading: HostReading, cpu: Sequence[float | None], place: Place, view: LineView) -> Text:
    if place.column in _BARS:
        return _gauge(reading, place, view.thresholds)
    if place.column is Column.STATE:
        return fit(health_text(reading.health), place.width)
    if place.column is Column.NAME:
        style = palette.TEXT if reading.current else palette.OFF
        return fit(printable(reading.name, NAME_LIMIT), place.width, style=f"bold {style}")
    if place.column is Column.SPARKLINE:
        limit = view.thresholds.cpu
        return fit(sparkline(cpu, lambda value: level_colour(value, limit, palette.CPU)), place.width)
    return fit(_plain_cell(reading, place.column, view), place.width, style=palette.TEXT_2, right=True)


def _plain_cell(reading: HostReading, column: Column, view: LineView) -> str:
    if column is Column.LOAD:
        return plain(reading.headline.load1)
    if column is Column.RECEIVED:
        return byte_rate(reading.headline.receive_bytes_per_second)
    if column is Column.SENT:
        return byte_rate(reading.headline.transmit_bytes_per_second)
    seconds = reading.age_s(view.now_ms)
    return ABSENT if seconds is None else largest_unit(seconds)


def _gauge(reading: HostReading, place: Place, thresholds: Thresholds) -> Text:
    values = reading.headline
    value, threshold, normal = {
        Column.CPU: (values.cpu_percent, thresholds.cpu, palette.CPU),
        Column.MEMORY: (values.memory_percent, thresholds.memory, palette.MEMORY),
        Column.DISK: (values.disk_percent, thresholds.disk, palette.DISK),
    }[place.column]
    colour = level_colour(value, threshold, normal)
    figure = palette.TEXT if colour == normal else colour
    number = fit(percent(value), _PERCENT_WIDTH, style=f"bold {figure}", right=True)
    if place.width <= _PERCENT_WIDTH:
        return number
    return Text.assemble(thin_bar(value, place.width - _PERCENT_WIDTH - 1, colour), " ", number)
