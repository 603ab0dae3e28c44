"""Sorting and filtering a fleet. Pure."""

import re
from collections.abc import Iterable
from enum import StrEnum

from fleet.reading import Health, HostReading

_SEVERITY_ORDER = {health: place for place, health in enumerate(Health)}
_DIGITS = re.compile(r"([0-9]+)")


class SortKey(StrEnum):
    """What a fleet can be sorted by."""

    SEVERITY = "severity"
    NAME = "name"
    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"

    def next(self) -> "SortKey":
        """The one after this, going round."""
        keys = list(SortKey)
        return keys[(keys.index(self) + 1) % len(keys)]


def sort_fleet(readings: Iterable[HostReading], key: SortKey) -> list[HostReading]:
    """Worst or fullest first, names in natural order; what has no current value comes last."""
    by_name = sorted(readings, key=lambda reading: natural_key(reading.name))
    if key is SortKey.NAME:
        return by_name
    if key is SortKey.SEVERITY:
        return sorted(by_name, key=lambda reading: _SEVERITY_ORDER[reading.health])
    return sorted(by_name, key=lambda reading: -_value(reading, key))


def _value(reading: HostReading, key: SortKey) -> float:
    if not reading.current:
        return -1.0
    values = reading.headline
    value = {
        SortKey.CPU: values.cpu_percent,
        SortKey.MEMORY: values.memory_percent,
        SortKey.DISK: values.disk_percent,
    }[key]
    return -1.0 if value is None else value


def natural_key(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Sorts web-2 before web-10, and letters without regard to their case."""
    parts = _DIGITS.split(name.casefold())
    return tuple((place % 2 == 1, int(part) if place % 2 else 0, part) for place, part in enumerate(parts))


def filter_fleet(readings: Iterable[HostReading], words: str) -> list[HostReading]:
    """Those whose name, address, health or note contains every word; all of them without words."""
    wanted = words.casefold().split()
    return [reading for reading in readings if all(word in _searchable(reading) for word in wanted)]


def _searchable(reading: HostReading) -> str:
    return f"{reading.name} {reading.host.address} {reading.health} {reading.note}".casefold()
