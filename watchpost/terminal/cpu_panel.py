"""CPU, cores and load of one host. Pure."""

import itertools
from collections.abc import Sequence

from rich.text import Text

from fleet.host_view import HISTORY_MS, HostView
from fleet.order import natural_key
from storage.quantities import percent, plain
from watchpost import palette
from watchpost.drawing import area, columns, spread
from watchpost.health_text import level_colour
from watchpost.terminal.chart_axis import AXIS_WIDTH, time_axis, with_value_axis

CORE_HEIGHT = 2
_CORE_ROWS = 8
_CORE_WIDTH = 36
_MODES = (
    ("user", palette.MEMORY),
    ("system", palette.SYSTEM),
    ("iowait", palette.IOWAIT),
    ("steal", palette.CRITICAL),
)
_LABEL_WIDTH = 4


def cpu_panel(view: HostView, width: int, *, chart_height: int) -> list[Text]:
    """Use now and by mode, and its last hour."""
    limit = view.moment.thresholds.cpu
    usage = view.reading.headline.cpu_percent
    figure = Text(percent(usage), f"bold {level_colour(usage, limit, palette.TEXT)}")
    room = max(1, width - _LABEL_WIDTH - AXIS_WIDTH)
    curve = view.curve(view.history.cpu, room)
    chart = area(curve, chart_height, lambda value: level_colour(value, limit, palette.CPU), top=100.0)
    axis = time_axis(view.moment.now_ms, HISTORY_MS, room, view.time_zone)
    return [
        spread(_modes(view), figure, width),
        *with_value_axis(chart, ("100%", "50%", "0%"), _LABEL_WIDTH),
        Text.assemble(" " * (_LABEL_WIDTH + AXIS_WIDTH), axis),
    ]


def _modes(view: HostView) -> Text:
    text = Text()
    for mode, colour in _MODES:
        value = view.value("cpu_mode_percent", mode=mode)
        if value is not None:
            text.append("━ ", colour).append(f"{mode} ", palette.TEXT_2)
            text.append(f"{percent(value)}  ", f"bold {palette.TEXT}")
    return text


def load_text(view: HostView) -> Text:
    """`load 0.42 · 0.36 · 0.30`."""
    loads = " · ".join(plain(view.value(name)) for name in ("load1", "load5", "load15"))
    return Text.assemble(("load ", palette.TEXT_3), (loads, f"bold {palette.TEXT}"))


def core_panel(view: HostView, width: int) -> list[Text]:
    """A bar for each core, in as many rows as it takes, and the load."""
    limit = view.moment.thresholds.cpu
    cores = view.by_label("cpu_core_usage_percent")
    usages = [cores[name] for name in sorted(cores, key=natural_key)]
    title = Text(f"{len(usages)} core{'' if len(usages) == 1 else 's'}", palette.TEXT_3)
    lines = [spread(title, load_text(view), width)]
    for row in itertools.islice(_rows(usages, width), _CORE_ROWS):
        cell_width = max(1, width // len(row) - 1) if len(usages) * 2 <= width else 1
        lines += columns(
            row, CORE_HEIGHT, min(cell_width, _CORE_WIDTH), lambda value: level_colour(value, limit, palette.CPU)
        )
    return lines


def _rows(usages: Sequence[float], width: int) -> list[Sequence[float]]:
    a_row = max(1, width // 2)
    return [usages[start : start + a_row] for start in range(0, len(usages), a_row)]
