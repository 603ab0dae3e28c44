"""The columns of a fleet, and how it is put in order by one of them. Pure."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from operator import itemgetter
from typing import Any

from fleet.order import SEVERITY_ORDER, group_of, natural_key, network_rate
from fleet.reading import HostReading, shown_address
from monitor_gui.fleet.host_row import HostRow
from storage.translation import N_, _


class Column(IntEnum):
    """What is shown of a host; the numbers are the places in the model."""

    STATE = 0
    NAME = 1
    ADDRESS = 2
    GROUP = 3
    CPU = 4
    MEMORY = 5
    DISK = 6
    RECEIVED = 7
    SENT = 8
    LOAD = 9
    CURVE = 10
    AGE = 11


_TITLES: Mapping[Column, str] = {
    Column.STATE: N_("State"),
    Column.NAME: N_("Name"),
    Column.ADDRESS: N_("Address"),
    Column.GROUP: N_("Group"),
    Column.CPU: N_("CPU"),
    Column.MEMORY: N_("Memory"),
    Column.DISK: N_("Disk"),
    Column.RECEIVED: N_("In"),
    Column.SENT: N_("Out"),
    Column.LOAD: N_("Load"),
    Column.CURVE: N_("CPU, last hour"),
    Column.AGE: N_("Last reading"),
}
_UPWARDS = frozenset({Column.NAME, Column.ADDRESS, Column.GROUP})
"""Texts rise from A; the rest has the worst, the fullest or the oldest first."""
_NUMBERS: Mapping[Column, Callable[[HostReading], float | None]] = {
    Column.CPU: lambda reading: reading.headline.cpu_percent,
    Column.MEMORY: lambda reading: reading.headline.memory_percent,
    Column.DISK: lambda reading: reading.headline.disk_percent,
    Column.RECEIVED: lambda reading: reading.headline.receive_bytes_per_second,
    Column.SENT: lambda reading: reading.headline.transmit_bytes_per_second,
    Column.LOAD: lambda reading: reading.headline.load1,
    Column.CURVE: lambda reading: reading.headline.cpu_percent,
}
SORT_COLUMNS: Mapping[str, Column] = {
    "severity": Column.STATE,
    "name": Column.NAME,
    "cpu": Column.CPU,
    "memory": Column.MEMORY,
    "disk": Column.DISK,
    "network": Column.RECEIVED,
}
"""What the fleet can be sorted by besides the table's header, by the name under which that is remembered."""
_SORT_TITLES: Mapping[str, str] = {
    "severity": N_("Severity"),
    "name": N_("Name"),
    "cpu": N_("CPU"),
    "memory": N_("Memory"),
    "disk": N_("Disk"),
    "network": N_("Network"),
}


def column_title(column: Column) -> str:
    """What a column is called."""
    return _(_TITLES[column])


def sort_title(key: str) -> str:
    """What an order of `SORT_COLUMNS` is called."""
    return _(_SORT_TITLES[key])


@dataclass(frozen=True, slots=True)
class Arrangement:
    """An order of hosts.

    Attributes:
        column: by what.
        downwards: from Z to A, or the largest, the worst, the oldest first.
        both_ways: where the column is one way of the network, whether the two are added up.
    """

    column: Column = Column.STATE
    downwards: bool = True
    both_ways: bool = False

    def arrange(self, rows: Iterable[HostRow]) -> list[HostRow]:
        """The rows in this order; among equals by name, and what has no current value last, whichever way it goes."""
        by_name = sorted(rows, key=lambda row: natural_key(row.reading.name))
        if self.column is Column.NAME:
            return by_name[::-1] if self.downwards else by_name
        key = self._key()
        valued = [(key(row), row) for row in by_name]
        known = [pair for pair in valued if pair[0] is not None]
        known.sort(key=_first, reverse=self.downwards)
        return [row for _value, row in known] + [row for value, row in valued if value is None]

    def _key(self) -> Callable[[HostRow], Any]:
        if self.column is Column.STATE:
            return lambda row: -SEVERITY_ORDER[row.reading.health]
        if self.column is Column.ADDRESS:
            return lambda row: natural_key(shown_address(row.reading.host))
        if self.column is Column.GROUP:
            return lambda row: natural_key(group) if (group := group_of(row.reading.host)) else None
        if self.column is Column.AGE:
            return lambda row: None if row.reading.ts is None else -row.reading.ts
        number = _NUMBERS[self.column]
        if self.both_ways:
            number = _both_ways
        return lambda row: _current(row, number)


def arrangement_of(key: str) -> Arrangement:
    """The order that is remembered under that name; by severity for one that is not known."""
    column = SORT_COLUMNS.get(key, Column.STATE)
    return Arrangement(column, starts_downwards(column), both_ways=key == "network")


def sort_key_of(arrangement: Arrangement) -> str | None:
    """The name under which an order is remembered; None where it is the table's alone."""
    return next((key for key in SORT_COLUMNS if arrangement_of(key) == arrangement), None)


def starts_downwards(column: Column) -> bool:
    """Which way a column goes when it is chosen."""
    return column not in _UPWARDS


_first = itemgetter(0)


def _both_ways(reading: HostReading) -> float | None:
    return network_rate(reading.headline)


def _current(row: HostRow, number: Callable[[HostReading], float | None]) -> float | None:
    if not (row.reading.current or row.is_from_before):
        return None
    value = number(row.reading)
    return None if value is None or math.isnan(value) else value
