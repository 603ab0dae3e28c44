"""What the fleet page says of one host. Pure; a host's own words are cleaned here."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from html import escape

from fleet.finding_text import finding_title
from fleet.order import group_of, tags_of
from fleet.reading import Health, HostReading, shown_address
from fleet.state_text import state_text
from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.host_row import HostRow
from storage.printable import printable
from storage.quantities import ABSENT, byte_rate, percent, plain
from storage.translation import _

_NAME_LIMIT, _LINE_LIMIT, _DETAIL_LIMIT = 80, 120, 300


def shown_name(reading: HostReading) -> str:
    """What it is called, fit for one line."""
    return printable(reading.name, _NAME_LIMIT)


def place_text(reading: HostReading) -> str:
    """Where it belongs: its group and tags, or where there are none its address."""
    words = [word for word in (group_of(reading.host), *tags_of(reading.host)) if word]
    return printable(" · ".join(words) if words else shown_address(reading.host), _LINE_LIMIT)


def absence_lines(row: HostRow) -> tuple[str, str]:
    """Why there are no current values, where one line is too short: how and since when, and the reason; else empty."""
    reading = row.reading
    note = printable(reading.note, _LINE_LIMIT)
    if reading.current or not note:
        return "", ""
    if reading.health is Health.UNKNOWN:
        return note[:1].upper() + note[1:], ""
    return " · ".join(part for part in (state_text(reading.health), row.span) if part), note


def absence_text(row: HostRow) -> str:
    """The same as one line: `Offline · connection refused · 4 min`."""
    first, note = absence_lines(row)
    if not note:
        return first
    return " · ".join(part for part in (state_text(row.reading.health), note, row.span) if part)


def clock_text(ts: int | None, now_ms: int, zone: tzinfo | None) -> str:
    """A moment as a clock shows it, with the date where that is another one than now's."""
    if ts is None:
        return ABSENT
    try:
        moment, now = (datetime.fromtimestamp(each / 1000, UTC).astimezone(zone) for each in (ts, now_ms))
    except (OverflowError, OSError, ValueError):
        return ABSENT
    return f"{moment:%H:%M:%S}" if moment.date() == now.date() else f"{moment:%Y-%m-%d %H:%M}"


def tip(row: HostRow) -> str:
    """All there is to say, for a tool tip: rich text in which a host's words stand for nothing but themselves."""
    reading = row.reading
    lines = [f"<b>{escape(printable(reading.name))}</b>", escape(printable(shown_address(reading.host)))]
    labels = " · ".join(word for word in (group_of(reading.host), *tags_of(reading.host)) if word)
    if labels:
        lines.append(escape(printable(labels)))
    lines += [escape(finding_title(finding)) for finding in reading.findings[:6]]
    lines.append(escape(absence_text(row)))
    lines.append(escape(printable(reading.detail, _DETAIL_LIMIT)))
    return f"<qt>{'<br>'.join(line for line in lines if line)}</qt>"


def spoken(row: HostRow) -> str:
    """The host in a sentence, for a screen reader."""
    reading = row.reading
    parts = [shown_name(reading), state_text(reading.health), absence_text(row)]
    if reading.current:
        values = reading.headline
        parts += [
            _("CPU {value}").format(value=percent(values.cpu_percent)),
            _("memory {value}").format(value=percent(values.memory_percent)),
            _("disk {value}").format(value=percent(values.disk_percent)),
        ]
    return ", ".join(part for part in parts if part)


_CELLS: Mapping[Column, Callable[[HostReading], str]] = {
    Column.STATE: lambda reading: state_text(reading.health),
    Column.NAME: shown_name,
    Column.ADDRESS: lambda reading: printable(shown_address(reading.host), _LINE_LIMIT),
    Column.GROUP: lambda reading: printable(group_of(reading.host), _NAME_LIMIT),
    Column.CPU: lambda reading: percent(reading.headline.cpu_percent),
    Column.MEMORY: lambda reading: percent(reading.headline.memory_percent),
    Column.DISK: lambda reading: percent(reading.headline.disk_percent),
    Column.RECEIVED: lambda reading: byte_rate(reading.headline.receive_bytes_per_second),
    Column.SENT: lambda reading: byte_rate(reading.headline.transmit_bytes_per_second),
    Column.LOAD: lambda reading: plain(reading.headline.load1),
    Column.CURVE: lambda _reading: "",
}


def cell_text(row: HostRow, column: Column) -> str:
    """What stands in a column of the table; of when it was read last the model knows more."""
    return _CELLS[column](row.reading)
