"""A status report for people: values with their limits, findings and what they mean. Pure."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alerts.thresholds import Threshold, Thresholds
from fleet.finding_text import finding_meaning
from fleet.inventory_text import inventory_line
from fleet.reading import HostReading
from storage.printable import printable
from storage.quantities import age, byte_rate, byte_share, percent, plain
from storage.series import SeriesKey
from watchpost import palette
from watchpost.drawing import thin_bar
from watchpost.finding_line import finding_line
from watchpost.fleet_summary import fleet_summary
from watchpost.health_text import health_text, level_colour
from watchpost.status_reading import Report, Source

_BAR_WIDTH = 24


def status_text(reports: Sequence[Report], thresholds: Thresholds, now_ms: int) -> RenderableType:
    """One host in detail; several as a table, with what is wrong below it."""
    if len(reports) == 1:
        return Group(*_host(reports[0], thresholds, now_ms), *_troubles(reports[0], with_name=False))
    summary = fleet_summary([report.reading for report in reports], thresholds, now_ms)
    return Group(summary, *(part for report in reports for part in _troubles(report, with_name=True)))


def _host(report: Report, thresholds: Thresholds, now_ms: int) -> list[RenderableType]:
    reading = report.reading
    title = Text.assemble((printable(reading.name), "bold"), "  ", health_text(reading.health))
    if reading.note:
        title.append(f" · {reading.note}")
    elif report.source is Source.ONE_SHOT:
        title.append(" · read just now")
    else:
        title.append(f" · read {age(reading.age_s(now_ms))}, from the database")
    lines: list[RenderableType] = [title, Text(inventory_line(reading.host, report.inventory, now_ms), palette.TEXT_3)]
    return [*lines, Text(), _values(report, thresholds)] if reading.current else lines


def _values(report: Report, thresholds: Thresholds) -> Table:
    rows = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for _ in range(5):
        rows.add_column()
    rows.columns[1].justify = "right"
    values = report.reading.headline
    memory = _share(report, "memory_used_bytes", "memory_total_bytes")
    swap = _share(report, "swap_used_bytes", "swap_total_bytes")
    rows.add_row(*_gauge("CPU", values.cpu_percent, thresholds.cpu, palette.CPU), "")
    rows.add_row(*_gauge("Memory", values.memory_percent, thresholds.memory, palette.MEMORY), memory)
    for mount, share in sorted(_mounts(report).items(), key=lambda item: (-item[1], item[0])):
        size = _share(report, "filesystem_used_bytes", "filesystem_size_bytes", mount)
        rows.add_row(*_gauge(f"Disk {printable(mount, 60)}", share, thresholds.disk, palette.DISK), size)
    if values.swap_percent is not None:
        rows.add_row(*_gauge("Swap", values.swap_percent, Threshold(), palette.SWAP), swap)
    loads = " · ".join(plain(report.values.get(SeriesKey(name))) for name in ("load1", "load5", "load15"))
    rows.add_row(Text("Load"), Text(), Text(loads))
    rows.add_row(Text("Network"), Text(), Text(_network(report.reading)))
    return rows


def _gauge(name: str, value: float | None, limit: Threshold, normal: str) -> tuple[Text, Text, Text, Text]:
    colour = level_colour(value, limit, normal)
    figure = Text(percent(value), f"bold {'' if colour == normal else colour}".strip())
    said = [f"{word} over {at:g}%" for word, at in (("warning", limit.warning), ("critical", limit.critical)) if at]
    return Text(name), figure, thin_bar(value, _BAR_WIDTH, colour), Text(", ".join(said), palette.TEXT_3)


def _share(report: Report, used: str, total: str, mount: str | None = None) -> Text:
    labels = (("mount", mount),) if mount is not None else ()
    part, whole = (report.values.get(SeriesKey(name, labels)) for name in (used, total))
    return Text(byte_share(part, whole) if whole else "", palette.TEXT_3)


def _mounts(report: Report) -> dict[str, float]:
    return {
        key.labels[0][1]: value
        for key, value in report.values.items()
        if key.name == "filesystem_used_percent" and key.labels
    }


def _network(reading: HostReading) -> str:
    values = reading.headline
    return f"↓ {byte_rate(values.receive_bytes_per_second)} · ↑ {byte_rate(values.transmit_bytes_per_second)}"


def _troubles(report: Report, *, with_name: bool) -> list[RenderableType]:
    """What is wrong, what it means and what to do."""
    reading = report.reading
    name = Text(f"{printable(reading.name)}: ", "bold") if with_name else Text()
    parts: list[RenderableType] = []
    if reading.detail:
        shape = palette.HEALTH_SHAPE[reading.health]
        head = Text(f"{shape} ", palette.HEALTH_COLOUR[reading.health])
        parts += [Text(), head + name + Text(printable(reading.detail, 1000))]
        parts += [Padding(Text(report.hint), (0, 0, 0, 2), expand=False)] if report.hint else []
    for finding in reading.findings:
        line = finding_line(finding)
        parts += [Text(), Text.assemble(line[:2], name, line[2:])]
        parts += [Padding(Text(finding_meaning(finding), palette.TEXT_2), (0, 0, 0, 2), expand=False)]
    return parts
