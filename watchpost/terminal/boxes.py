"""Framed panels in rows and columns, out of characters. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text

from watchpost import palette
from watchpost.drawing import fit

FRAME_WIDTH = 4
"""Cells that a frame takes from its content: a line and a space at each side."""
_GAP = 1


@dataclass(frozen=True, slots=True)
class Panel:
    """A title and what draws the lines for a width in cells."""

    title: str
    draw: Callable[[int], Sequence[Text]]


@dataclass(frozen=True, slots=True)
class Stack:
    """Panels one above the other, and the share of the row's width that they get."""

    panels: Sequence[Panel]
    weight: int = 1


def row(stacks: Sequence[Stack], width: int) -> list[Text]:
    """Stacks side by side in `width` cells; frames end at the same line."""
    widths = split([stack.weight for stack in stacks], width - _GAP * (len(stacks) - 1))
    contents = [
        [list(panel.draw(cells - FRAME_WIDTH)) for panel in stack.panels]
        for stack, cells in zip(stacks, widths, strict=True)
    ]
    height = max(_height(content) for content in contents)
    columns: list[list[Text]] = []
    for stack, content, cells in zip(stacks, contents, widths, strict=True):
        content[-1] += [Text()] * (height - _height(content))
        columns.append(
            [
                line
                for panel, lines in zip(stack.panels, content, strict=True)
                for line in box(panel.title, lines, cells)
            ]
        )
    return [Text(" " * _GAP).join(lines) for lines in zip(*columns, strict=True)]


def box(title: str, lines: Sequence[Text], width: int) -> list[Text]:
    """Lines in a frame of `width` cells with a title in its upper edge."""
    name = fit(title, min(len(title), max(0, width - 6)), style=f"bold {palette.TEXT}")
    rest = width - name.cell_len - 5
    top = Text.assemble(("╭─ ", palette.TRACK), name, (f" {'─' * rest}╮", palette.TRACK))
    side = (palette.TRACK, palette.SURFACE)
    framed = [
        Text.assemble(
            ("│ ", f"{side[0]} on {side[1]}"), fit(line, width - FRAME_WIDTH), (" │", side[0]), style=f"on {side[1]}"
        )
        for line in lines
    ]
    return [top, *framed, Text(f"╰{'─' * (width - 2)}╯", palette.TRACK)]


def split(weights: Sequence[int], width: int) -> list[int]:
    """A width in whole cells by weights; the last one gets what rounding leaves."""
    total = sum(weights)
    widths = [width * weight // total for weight in weights]
    widths[-1] += width - sum(widths)
    return widths


def _height(content: Sequence[Sequence[Text]]) -> int:
    """Lines of stacked panels with their frames."""
    return sum(len(lines) + 2 for lines in content)
