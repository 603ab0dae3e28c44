"""The table of registered hosts: what stands in each cell, in which order, and which are shown. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from html import escape
from typing import Any

from fleet.order import group_of, is_found, natural_key, tags_of
from fleet.reading import Health, HostReading, shown_address
from fleet.state_text import state_text
from monitor_gui.frame.breakable_text import breakable
from storage.host import NewHost, Transport
from storage.printable import printable
from storage.translation import N_, _

_NAME_LIMIT, _TEXT_LIMIT, _DETAIL_LIMIT = 80, 120, 300
_HEALTHS = list(Health)


class Column(IntEnum):
    """The columns, from the left."""

    NAME = 0
    ADDRESS = 1
    USER = 2
    GROUP = 3
    TAGS = 4
    CREDENTIAL = 5
    WAY = 6
    INTERVAL = 7
    STATE = 8


_TITLES: Mapping[Column, str] = {
    Column.NAME: N_("Name"),
    Column.ADDRESS: N_("Address"),
    Column.USER: N_("User"),
    Column.GROUP: N_("Group"),
    Column.TAGS: N_("Tags"),
    Column.CREDENTIAL: N_("Credential"),
    Column.WAY: N_("Reached by"),
    Column.INTERVAL: N_("Interval"),
    Column.STATE: N_("State"),
}


def title(column: Column) -> str:
    """What stands above a column."""
    return _(_TITLES[column])


def cell(reading: HostReading, column: Column) -> str:
    """What stands in a cell; a host's and a person's words are cleaned."""
    return _CELLS[column](reading)


def state_words(reading: HostReading) -> str:
    """How a host is and, where it is not reached, why: `Offline: connection refused`."""
    if not reading.host.enabled:
        return _("Not watched")
    state = state_text(reading.health)
    if reading.current or not reading.note:
        return state
    note = printable(reading.note, _TEXT_LIMIT)
    if reading.health is Health.UNKNOWN:
        return note[:1].upper() + note[1:]
    return f"{state}: {note}"


_CELLS: Mapping[Column, Callable[[HostReading], str]] = {
    Column.NAME: lambda reading: printable(reading.name, _NAME_LIMIT),
    Column.ADDRESS: lambda reading: printable(_place(reading.host), _TEXT_LIMIT),
    Column.USER: lambda reading: printable(reading.host.username or "", _NAME_LIMIT),
    Column.GROUP: lambda reading: printable(group_of(reading.host), _NAME_LIMIT),
    Column.TAGS: lambda reading: printable(", ".join(tags_of(reading.host)), _TEXT_LIMIT),
    Column.CREDENTIAL: lambda reading: printable(_login(reading.host), _NAME_LIMIT),
    Column.WAY: lambda reading: _("directly") if reading.host.transport is Transport.LOCAL else "SSH",
    Column.INTERVAL: lambda reading: _interval(reading.host),
    Column.STATE: state_words,
}


def arranged(readings: Iterable[HostReading], words: str, column: Column, *, descending: bool) -> list[HostReading]:
    """The hosts that have each of the words, in the order of a column, and by name where that is the same."""
    wanted = words.casefold().split()
    found = [reading for reading in readings if _is_shown(reading, wanted)]
    found.sort(key=lambda reading: natural_key(reading.name))
    found.sort(key=lambda reading: _sort_key(reading, column), reverse=descending)
    return found


def columns_in_use(readings: Iterable[HostReading]) -> list[Column]:
    """The columns that have something to say; groups and tags may be in none of the hosts."""
    hosts = [reading.host for reading in readings]
    empty = {
        Column.GROUP: not any(group_of(host) for host in hosts),
        Column.TAGS: not any(tags_of(host) for host in hosts),
    }
    return [column for column in Column if not empty.get(column, False)]


def tip(reading: HostReading) -> str:
    """What there is to say, for a tool tip: rich text in which a host's words stand for nothing but themselves."""
    lines = (
        printable(reading.name),
        printable(shown_address(reading.host)),
        state_words(reading),
        printable(reading.detail, _DETAIL_LIMIT),
    )
    return f"<qt>{'<br>'.join(escape(breakable(line)) for line in lines if line)}</qt>"


def spoken(reading: HostReading, columns: Sequence[Column]) -> str:
    """A host in a sentence, for a screen reader."""
    return ", ".join(text for column in columns if (text := cell(reading, column)))


def _is_shown(reading: HostReading, words: Sequence[str]) -> bool:
    host = reading.host
    own = f"{host.username or ''} {host.credential or ''} {state_words(reading)}".casefold()
    return all(word in own or is_found(reading, [word]) for word in words)


def _sort_key(reading: HostReading, column: Column) -> Any:  # noqa: ANN401 - compared with its like
    if column is Column.STATE:
        return _HEALTHS.index(reading.health), not reading.host.enabled
    if column is Column.INTERVAL:
        return reading.host.interval_s or 0.0
    return natural_key(cell(reading, column))


def _place(host: NewHost) -> str:
    """Where it is, without the user, who has a column."""
    if host.transport is Transport.LOCAL:
        return shown_address(host)
    address = f"[{host.address}]" if ":" in host.address and host.port else host.address
    return f"{address}:{host.port}" if host.port and host.port != 22 else address


def _login(host: NewHost) -> str:
    if host.credential:
        return host.credential
    return host.identity_file.rpartition("/")[2] if host.identity_file else ""


def _interval(host: NewHost) -> str:
    return _("{seconds} s").format(seconds=f"{host.interval_s:g}") if host.interval_s else _("as set for all")
