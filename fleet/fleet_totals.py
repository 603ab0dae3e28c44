"""A fleet summed up: how many hosts are how, and what they use together. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fleet.order import group_of
from fleet.reading import CURRENT_INTERVALS, Health, HostReading, Moment
from storage.latest import Latest
from storage.series import SeriesKey

_MEMORY_USED = SeriesKey("memory_used_bytes")
_MEMORY_TOTAL = SeriesKey("memory_total_bytes")


class Standing(StrEnum):
    """How hosts are, as they are counted and filtered."""

    CRITICAL = "critical"
    WARNING = "warning"
    OFFLINE = "offline"
    """Nothing current is known: unreachable, blocked, or not read yet."""
    HEALTHY = "healthy"


STANDING_OF_HEALTH: Mapping[Health, Standing] = {
    Health.CRITICAL: Standing.CRITICAL,
    Health.WARNING: Standing.WARNING,
    Health.OK: Standing.HEALTHY,
    Health.BLOCKED: Standing.OFFLINE,
    Health.UNREACHABLE: Standing.OFFLINE,
    Health.UNKNOWN: Standing.OFFLINE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FullestDisk:
    """The file system with the least room of a whole fleet."""

    host: str
    mount: str
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetTotals:
    """A fleet in numbers; None where nothing is known.

    Attributes:
        hosts: how many there are.
        groups: the groups that hosts are in.
        standing: how many hosts are how; every standing is a key.
        newest_ts: of the newest reading, UTC milliseconds.
        counted: hosts whose values are in here.
        cpu_percent: the mean of all hosts.
        memory_used_bytes: of all hosts together, of those that say both what they use and what they have.
        memory_total_bytes: likewise.
        receive_bytes_per_second: of all hosts together.
        transmit_bytes_per_second: of all hosts together.
        fullest: the file system with the least room.
    """

    hosts: int = 0
    groups: frozenset[str] = frozenset()
    standing: Mapping[Standing, int] = field(default_factory=lambda: dict.fromkeys(Standing, 0))
    newest_ts: int | None = None
    counted: int = 0
    cpu_percent: float | None = None
    memory_used_bytes: float | None = None
    memory_total_bytes: float | None = None
    receive_bytes_per_second: float | None = None
    transmit_bytes_per_second: float | None = None
    fullest: FullestDisk | None = None


def sum_up(
    readings: Sequence[HostReading], latest: Mapping[int, Latest], moment: Moment, *, from_before: bool = False
) -> FleetTotals:
    """The fleet in numbers.

    Args:
        readings: every host.
        latest: the values behind them, by host id.
        moment: by what they were judged.
        from_before: nothing new can be known now, so what counts is what was current when the newest reading was made.
    """
    newest = max((reading.ts for reading in readings if reading.ts is not None), default=None)
    counted = _current_at(readings, newest, moment) if from_before else [each for each in readings if each.current]
    used, total = _memory(counted, latest)
    values = [reading.headline for reading in counted]
    return FleetTotals(
        hosts=len(readings),
        groups=frozenset(map(group_of, (reading.host for reading in readings))) - {""},
        standing=count_standing(readings),
        newest_ts=newest,
        counted=len(counted),
        cpu_percent=_mean([each.cpu_percent for each in values]),
        memory_used_bytes=used,
        memory_total_bytes=total,
        receive_bytes_per_second=_sum([each.receive_bytes_per_second for each in values]),
        transmit_bytes_per_second=_sum([each.transmit_bytes_per_second for each in values]),
        fullest=_fullest(counted),
    )


def count_standing(readings: Iterable[HostReading]) -> dict[Standing, int]:
    """How many hosts there are of each standing; every one is a key."""
    counts = dict.fromkeys(Standing, 0)
    for reading in readings:
        counts[STANDING_OF_HEALTH[reading.health]] += 1
    return counts


def change_within(values: Sequence[float], ts: Sequence[int], span_ms: int) -> float | None:
    """By how much the last value differs from the first one; None where that one is not about `span_ms` older."""
    if len(values) < 2 or ts[-1] - ts[0] < 0.95 * span_ms:
        return None
    change = float(values[-1]) - float(values[0])
    return change if math.isfinite(change) else None


def _current_at(readings: Sequence[HostReading], newest: int | None, moment: Moment) -> list[HostReading]:
    def is_current(reading: HostReading) -> bool:
        longest_ms = CURRENT_INTERVALS * (reading.host.interval_s or moment.interval_s) * 1000
        return newest is not None and reading.ts is not None and newest - reading.ts <= longest_ms

    return [reading for reading in readings if is_current(reading)]


def _memory(readings: Iterable[HostReading], latest: Mapping[int, Latest]) -> tuple[float | None, float | None]:
    used, total = [], []
    for reading in readings:
        found = latest.get(reading.host_id) if reading.host_id is not None else None
        values = found.values if found is not None else {}
        part, whole = values.get(_MEMORY_USED), values.get(_MEMORY_TOTAL)
        if part is not None and whole is not None and math.isfinite(part) and math.isfinite(whole):
            used.append(part)
            total.append(whole)
    return _sum(used), _sum(total)


def _fullest(readings: Iterable[HostReading]) -> FullestDisk | None:
    fullest: FullestDisk | None = None
    for reading in readings:
        percent = reading.headline.disk_percent
        if percent is None or not math.isfinite(percent) or (fullest is not None and fullest.percent >= percent):
            continue
        fullest = FullestDisk(host=reading.name, mount=reading.headline.fullest_mount or "", percent=percent)
    return fullest


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def _sum(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    total = sum(known)
    return total if known and math.isfinite(total) else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    return sum(known) / len(known) if known else None
