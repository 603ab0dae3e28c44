"""Bars, sparklines and charts out of characters, as Rich texts. Pure; widths and heights are in cells."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from rich.text import Text

from watchpost.palette import SURFACE, TRACK

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_SHADE = 0.42
"""How much of its own colour the area under a curve keeps."""

Colour = Callable[[float], str]
"""Which colour a value has."""


def fit(text: str | Text, width: int, *, style: str = "", right: bool = False) -> Text:
    """Exactly `width` cells: cut with an ellipsis or filled up. Wide characters are never cut in half."""
    if width <= 0:
        return Text()
    fitted = text.copy() if isinstance(text, Text) else Text(text, style=style)
    fitted.truncate(width, overflow="ellipsis")
    gap = width - fitted.cell_len
    if right:
        fitted.pad_left(gap)
    else:
        fitted.pad_right(gap)
    return fitted


def spread(left: Text, right: Text, width: int) -> Text:
    """Two texts at the two ends of a line; the left one gives way."""
    right = right.copy()
    right.truncate(max(width, 0), overflow="ellipsis")
    room = width - right.cell_len
    if room < 2:
        return fit(right, width)
    return Text.assemble(fit(left, room - 1), " ", right)


def thin_bar(percent: float | None, width: int, colour: str) -> Text:
    """A heavy line over a light one, exact to half a cell and plain without colour; dotted where there is no value."""
    if percent is None or not math.isfinite(percent) or width <= 0:
        return Text("·" * max(width, 0), TRACK)
    halves = round(min(max(percent, 0.0), 100.0) / 100 * width * 2)
    if percent > 0:
        halves = max(halves, 1)
    whole, half = divmod(halves, 2)
    return Text.assemble(("━" * whole, colour), ("╸" * half, colour), ("─" * (width - whole - half), TRACK))


def sparkline(values: Sequence[float | None], colour: Colour, *, top: float = 100.0) -> Text:
    """One cell a value, `top` being a full cell; an absent value is a gap."""
    text = Text()
    for value in values:
        if value is None or not math.isfinite(value):
            text.append(" ")
        else:
            level = 1 + round(min(max(value / top, 0.0), 1.0) * 7)
            text.append(_EIGHTHS[level], colour(value))
    return text


def area(values: Sequence[float | None], height: int, colour: Colour, *, top: float, down: bool = False) -> list[Text]:
    """A curve of one cell a value with a darker area under it, `height` rows high; hangs from above where `down`."""
    lines = [Text() for _ in range(height)]
    for value in values:
        present = value is not None and math.isfinite(value) and top > 0
        ratio = min(max((value or 0.0) / top, 0.0), 1.0) if present else 0.0
        eighths = max(1, round(ratio * height * 8)) if present else 0
        edge = (eighths - 1) // 8
        bright = colour(value or 0.0) if present else ""
        for row, line in enumerate(lines):
            style = bright if row == edge else shade(bright) if present else ""
            _append_level(line, min(max(eighths - row * 8, 0), 8), style, down=down)
    return lines if down else lines[::-1]


@lru_cache(maxsize=64)
def shade(colour: str) -> str:
    """A `#RRGGBB` colour, darkened towards the surface that it lies on."""
    parts = ((int(colour[at : at + 2], 16), int(SURFACE[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(mine * _SHADE + under * (1 - _SHADE)):02X}" for mine, under in parts)


def _append_level(line: Text, level: int, style: str, *, down: bool) -> None:
    """One cell that is `level` eighths full, from below or from above."""
    if level == 0:
        line.append(" ")
    elif down and level < 8:
        # There is no block that hangs from above: the rest of one that stands, in reverse.
        line.append(_EIGHTHS[8 - level], f"reverse {style} on {SURFACE}")
    else:
        line.append(_EIGHTHS[level], style)


def columns(values: Iterable[float | None], height: int, cell_width: int, colour: Colour) -> list[Text]:
    """A standing bar for each value, `cell_width` wide with a gap of one, over a track."""
    lines = [Text() for _ in range(height)]
    for value in values:
        present = value is not None and math.isfinite(value)
        percent = min(max(value or 0.0, 0.0), 100.0) if present else 0.0
        eighths = max(1, round(percent / 100 * height * 8)) if present else 0
        for row, line in enumerate(lines):
            level = min(max(eighths - row * 8, 0), 8)
            style = f"{colour(percent)} on {TRACK}" if present else TRACK
            line.append((_EIGHTHS[level] if present else "·") * cell_width, style)
            line.append(" ")
    return lines[::-1]
