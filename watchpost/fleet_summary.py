"""A fleet as one table for a console or a pipe, nothing cut short. Pure."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from alerts.thresholds import Threshold, Thresholds
from fleet.reading import HostReading
from storage.printable import printable
from storage.quantities import age, byte_rate, percent, plain
from watchpost import palette
from watchpost.console import table
from watchpost.health_text import health_text, level_colour

_COLUMNS = ("STATE", "HOST", "CPU", "MEMORY", "DISK", "LOAD", "IN", "OUT", "READ")


def fleet_summary(readings: Iterable[HostReading], thresholds: Thresholds, now_ms: int) -> Table:
    """One row a host, in the order given; where the values are not current there is the reason instead."""
    rows = table(*_COLUMNS)
    for column in rows.columns[2:8]:
        column.justify = "right"
        column.no_wrap = True
    rows.columns[0].no_wrap = True
    for reading in readings:
        rows.add_row(*_cells(reading, thresholds, now_ms))
    return rows


def _cells(reading: HostReading, thresholds: Thresholds, now_ms: int) -> list[Text]:
    name = Text(printable(reading.name), "bold")
    when = age(reading.age_s(now_ms))
    if not reading.current:
        why = reading.note if reading.ts is None else f"{reading.note}, last reading {when}"
        return [health_text(reading.health), name, *([Text()] * 6), Text(why)]
    values = reading.headline
    mount = f" {printable(values.fullest_mount, 60)}" if values.fullest_mount else ""
    return [
        health_text(reading.health),
        name,
        _level(values.cpu_percent, thresholds.cpu),
        _level(values.memory_percent, thresholds.memory),
        _level(values.disk_percent, thresholds.disk) + Text(mount, palette.TEXT_3),
        Text(plain(values.load1)),
        Text(byte_rate(values.receive_bytes_per_second)),
        Text(byte_rate(values.transmit_bytes_per_second)),
        Text(when),
    ]


def _level(value: float | None, threshold: Threshold) -> Text:
    return Text(percent(value), level_colour(value, threshold, ""))
