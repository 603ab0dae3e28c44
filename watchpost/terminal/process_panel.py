"""The top processes of one host. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from rich.text import Text

from fleet.host_view import HostView
from storage.printable import printable
from storage.quantities import age, byte_count, largest_unit, percent, whole
from storage.scrape import Process
from watchpost import palette
from watchpost.drawing import fit, spread, thin_bar

SHOWN = 20
_BAR_WIDTH = 6


class ProcessOrder(StrEnum):
    """What the processes are sorted by."""

    CPU = "cpu"
    MEMORY = "memory"


def order_processes(processes: Iterable[Process], order: ProcessOrder) -> list[Process]:
    """The busiest or the largest first, at most `SHOWN`."""
    if order is ProcessOrder.CPU:
        ranked = sorted(processes, key=lambda process: (-process.cpu_percent, -process.rss_bytes, process.pid))
    else:
        ranked = sorted(processes, key=lambda process: (-process.rss_bytes, -process.cpu_percent, process.pid))
    return ranked[:SHOWN]


def process_panel(view: HostView, order: ProcessOrder, width: int) -> list[Text]:
    """A table of them; the command gets the room that is left."""
    if not view.processes:
        return [Text("no processes read yet", palette.TEXT_3)]
    total = view.value("processes")
    taken = None if view.processes_at is None else (view.moment.now_ms - view.processes_at) / 1000
    left = Text.assemble((f"{whole(total)} running", palette.TEXT_2), (f" · read {age(taken)}", palette.TEXT_3))
    right = Text.assemble(("by ", palette.TEXT_3), (order.value, f"bold {palette.ACCENT}"))
    return [
        spread(left, right, width),
        _heading(order, width),
        *(_row(process, view, width) for process in order_processes(view.processes, order)),
    ]


def _heading(order: ProcessOrder, width: int) -> Text:
    cells = [
        fit("PID", 7, right=True),
        fit("user", 10),
        fit("CPU ▾" if order is ProcessOrder.CPU else "CPU", _cpu_width(width), right=True),
        fit("memory ▾" if order is ProcessOrder.MEMORY else "memory", 9, right=True),
        *([fit("running", 8, right=True)] if width >= 70 else []),
        Text("command"),
    ]
    line = Text("  ").join(cells)
    line.stylize(palette.TEXT_3)
    return fit(line, width)


def _cpu_width(width: int) -> int:
    return _BAR_WIDTH + 6 if width >= 70 else 5


def _row(process: Process, view: HostView, width: int) -> Text:
    cells = [
        fit(str(process.pid), 7, style=palette.TEXT_3, right=True),
        fit(printable(process.user), 10, style=palette.TEXT_2),
        _cpu(process, view, width),
        fit(byte_count(process.rss_bytes), 9, style=palette.TEXT_2, right=True),
        *([fit(largest_unit(process.run_s), 8, style=palette.TEXT_3, right=True)] if width >= 70 else []),
        _command(process),
    ]
    return fit(Text("  ").join(cells), width)


def _cpu(process: Process, view: HostView, width: int) -> Text:
    """Of one core, as top has it; the bar is full when the process keeps one core busy."""
    number = fit(percent(process.cpu_percent), 5, style=f"bold {palette.TEXT}", right=True)
    if width < 70:
        return number
    colour = palette.OFF if not view.reading.current else palette.CPU
    return Text.assemble(thin_bar(process.cpu_percent, _BAR_WIDTH, colour), " ", number)


def _command(process: Process) -> Text:
    name = printable(process.name, 64)
    command = printable(process.command, 512)
    rest = f"  {command}" if command and command != name else ""
    return Text.assemble((name, f"bold {palette.TEXT}"), (rest, palette.TEXT_3))
