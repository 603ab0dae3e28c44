"""The two axes of a chart over time. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from rich.text import Text

from watchpost.palette import TEXT_3, TRACK

AXIS_WIDTH = 2
"""Cells between the labels of the value axis and the curve."""


def with_value_axis(lines: Sequence[Text], labels: Sequence[str], width: int) -> list[Text]:
    """Puts labels before a chart, spread from its top row to its bottom row."""
    last = len(lines) - 1
    at = {round(place * last / max(len(labels) - 1, 1)): label for place, label in enumerate(labels)}
    return [
        Text.assemble((at.get(row, "").rjust(width), TEXT_3), (" ┤" if row in at else " │", TRACK), line)
        for row, line in enumerate(lines)
    ]


def time_axis(end_ms: int, span_ms: int, width: int, time_zone: tzinfo | None) -> Text:
    """The line under a chart: times at its quarters, the newest being now."""
    cells = [" "] * width
    for quarter in range(4):
        label = clock(end_ms - span_ms * (4 - quarter) // 4, time_zone)
        at = width * quarter // 4
        if at + len(label) < width - 4:
            cells[at : at + len(label)] = label
    if width >= 3:
        cells[-3:] = "now"
    return Text("".join(cells), TEXT_3)


def clock(ms: int, time_zone: tzinfo | None, *, seconds: bool = False) -> str:
    """`14:58`, or `14:58:07`."""
    moment = datetime.fromtimestamp(ms / 1000, UTC).astimezone(time_zone)
    return moment.strftime("%H:%M:%S" if seconds else "%H:%M")
