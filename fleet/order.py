"""Sorting and filtering a fleet. Pure."""

import math
import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from fleet.reading import Health, HostReading
from storage.headline import Headline
from storage.host import NewHost

SEVERITY_ORDER = {health: place for place, health in enumerate(Health)}
"""The worst comes first."""
_DIGITS = re.compile(r"([0-9]+)")


class SortKey(StrEnum):
    """What a fleet can be sorted by."""

    SEVERITY = "severity"
    NAME = "name"
    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"
    NETWORK = "network"


def sort_fleet(readings: Iterable[HostReading], key: SortKey) -> list[HostReading]:
    """Worst or fullest first, names in natural order; what has no current value comes last."""
    by_name = sorted(readings, key=lambda reading: natural_key(reading.name))
    if key is SortKey.NAME:
        return by_name
    if key is SortKey.SEVERITY:
        return sorted(by_name, key=lambda reading: SEVERITY_ORDER[reading.health])
    return sorted(by_name, key=lambda reading: -_value(reading, key))


def _value(reading: HostReading, key: SortKey) -> float:
    if not reading.current:
        return -1.0
    values = reading.headline
    value = {
        SortKey.CPU: values.cpu_percent,
        SortKey.MEMORY: values.memory_percent,
        SortKey.DISK: values.disk_percent,
        SortKey.NETWORK: network_rate(values),
    }[key]
    return -1.0 if value is None or math.isnan(value) else value


def network_rate(values: Headline) -> float | None:
    """Bytes a second in and out together; None where neither is known."""
    ways = [way for way in (values.receive_bytes_per_second, values.transmit_bytes_per_second) if way is not None]
    return sum(ways) if ways else None


def group_of(host: NewHost) -> str:
    """The group that a host is in; empty where it is in none."""
    return host.group or ""


def tags_of(host: NewHost) -> tuple[str, ...]:
    """The tags of a host."""
    return host.tags


# A thousand names are put in order every second.
@lru_cache(maxsize=8192)
def natural_key(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Sorts web-2 before web-10, and letters without regard to their case."""
    parts = _DIGITS.split(name.casefold())
    return tuple((place % 2 == 1, int(part) if place % 2 else 0, part) for place, part in enumerate(parts))


def filter_fleet(readings: Iterable[HostReading], words: str) -> list[HostReading]:
    """Those of whom every word is in the name, address, group, tags, health or note; all of them without words."""
    wanted = words.casefold().split()
    return [reading for reading in readings if is_found(reading, wanted)]


def is_found(reading: HostReading, words: Iterable[str]) -> bool:
    """Whether a host has each of these words, which are casefolded, somewhere in what is known of it."""
    host = reading.host
    parts = (reading.name, host.address, group_of(host), *tags_of(host), reading.health, reading.note)
    searchable = " ".join(parts).casefold()
    return all(word in searchable for word in words)
