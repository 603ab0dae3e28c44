"""The page of one host: who it is, what is wrong with it, and all of its panels. Pure."""

from functools import partial

from rich.text import Text

from fleet.host_view import HostView
from fleet.inventory_text import inventory_line
from storage.printable import printable
from storage.quantities import age
from watchpost import palette
from watchpost.drawing import fit, spread
from watchpost.finding_line import finding_line
from watchpost.health_text import health_text
from watchpost.terminal.boxes import Panel, Stack, row
from watchpost.terminal.chart_axis import clock
from watchpost.terminal.cpu_panel import core_panel, cpu_panel
from watchpost.terminal.disk_panel import device_panel, filesystem_panel
from watchpost.terminal.memory_panel import memory_panel
from watchpost.terminal.network_panel import network_panel, tcp_panel
from watchpost.terminal.process_panel import ProcessOrder, process_panel

WIDE = 100
"""Cells from which panels stand side by side."""


def host_header(view: HostView, width: int) -> list[Text]:
    """Name, health and age; inventory; then what is wrong, a line each."""
    reading, now_ms = view.reading, view.moment.now_ms
    title = Text.assemble(
        (" Fleet ", palette.TEXT_3),
        ("\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ", palette.TEXT_3),
        (printable(reading.name), f"bold {palette.TEXT}"),
        "  ",
        health_text(reading.health),
    )
    taken = f"read {age(reading.age_s(now_ms))}" if reading.ts else "never read"
    right = Text.assemble(
        (f"{taken}   ", palette.TEXT_3), (f"{clock(now_ms, view.time_zone, seconds=True)} ", palette.TEXT_2)
    )
    inventory = fit(f" {inventory_line(reading.host, view.inventory, now_ms)}", width, style=palette.TEXT_3)
    return [spread(title, right, width), inventory, *_troubles(view, width)]


def _troubles(view: HostView, width: int) -> list[Text]:
    """Findings, or why there are no current values."""
    reading = view.reading
    if reading.current:
        return [fit(Text.assemble(" ", finding_line(finding)), width) for finding in reading.findings]
    since = f"; the values below are from {age(reading.age_s(view.moment.now_ms))}" if reading.ts else ""
    lines = [Text(f" {reading.note}{since}", f"bold {palette.HEALTH_COLOUR[reading.health]}")]
    if reading.detail:
        lines.append(Text(f" {printable(reading.detail, 500)}", palette.TEXT_2))
    return [fit(line, width) for line in lines]


def host_panels(view: HostView, order: ProcessOrder, width: int) -> list[Text]:
    """Every panel, side by side where there is room."""
    rows = _wide_rows(view, order) if width >= WIDE else _narrow_rows(view, order)
    return [line for stacks in rows for line in row(stacks, width)]


def _wide_rows(view: HostView, order: ProcessOrder) -> list[list[Stack]]:
    cpu = Panel("CPU", partial(cpu_panel, view, chart_height=8))
    memory = Panel("Memory", partial(memory_panel, view))
    disks, tcp = Panel("Disks", partial(device_panel, view)), Panel("TCP", partial(tcp_panel, view))
    return [
        [Stack([cpu], 5), Stack([memory], 3)],
        [Stack([Panel("Cores", partial(core_panel, view))])],
        [
            Stack([Panel("File systems", partial(filesystem_panel, view))]),
            Stack([Panel("Network", partial(network_panel, view))]),
            Stack([disks, tcp]),
        ],
        [Stack([Panel("Processes", partial(process_panel, view, order))])],
    ]


def _narrow_rows(view: HostView, order: ProcessOrder) -> list[list[Stack]]:
    panels = (
        Panel("CPU", partial(cpu_panel, view, chart_height=5)),
        Panel("Cores", partial(core_panel, view)),
        Panel("Memory", partial(memory_panel, view)),
        Panel("File systems", partial(filesystem_panel, view)),
        Panel("Network", partial(network_panel, view)),
        Panel("Disks", partial(device_panel, view)),
        Panel("TCP", partial(tcp_panel, view)),
        Panel("Processes", partial(process_panel, view, order)),
    )
    return [[Stack([panel])] for panel in panels]
