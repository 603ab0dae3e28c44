"""The handful of numbers that a host is summed up by."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage.series import SeriesKey


@dataclass(frozen=True, slots=True)
class Headline:
    """One host in numbers; None where it has no such value.

    Attributes:
        cpu_percent: CPU in use, all cores.
        memory_percent: memory in use.
        swap_percent: swap in use.
        disk_percent: of the fullest file system.
        fullest_mount: where that one is mounted.
        load1: load average over 1 minute.
        receive_bytes_per_second: of all interfaces together.
        transmit_bytes_per_second: of all interfaces together.
        read_bytes_per_second: of all devices together.
        written_bytes_per_second: of all devices together.
        network_error_percent: of the interface with the most errors.
    """

    cpu_percent: float | None
    memory_percent: float | None
    swap_percent: float | None
    disk_percent: float | None
    fullest_mount: str | None
    load1: float | None
    receive_bytes_per_second: float | None
    transmit_bytes_per_second: float | None
    read_bytes_per_second: float | None
    written_bytes_per_second: float | None
    network_error_percent: float | None


_PER_INSTANCE = frozenset(
    {
        "filesystem_used_percent",
        "network_receive_bytes_per_second",
        "network_transmit_bytes_per_second",
        "disk_read_bytes_per_second",
        "disk_written_bytes_per_second",
        "network_error_percent",
    }
)


def headline(values: Mapping[SeriesKey, float]) -> Headline:
    """Sums a host up from its newest values, as `storage.latest` gives them; absent ones are not in there."""
    instances: dict[str, dict[str, float]] = {name: {} for name in _PER_INSTANCE}
    for key, value in values.items():
        if key.name in _PER_INSTANCE and key.labels:
            instances[key.name][key.labels[0][1]] = value
    mounts = instances["filesystem_used_percent"]
    fullest = max(mounts, key=mounts.__getitem__, default=None)
    return Headline(
        cpu_percent=values.get(SeriesKey("cpu_usage_percent")),
        memory_percent=values.get(SeriesKey("memory_used_percent")),
        swap_percent=values.get(SeriesKey("swap_used_percent")),
        disk_percent=None if fullest is None else mounts[fullest],
        fullest_mount=fullest,
        load1=values.get(SeriesKey("load1")),
        receive_bytes_per_second=_sum(instances["network_receive_bytes_per_second"]),
        transmit_bytes_per_second=_sum(instances["network_transmit_bytes_per_second"]),
        read_bytes_per_second=_sum(instances["disk_read_bytes_per_second"]),
        written_bytes_per_second=_sum(instances["disk_written_bytes_per_second"]),
        network_error_percent=max(instances["network_error_percent"].values(), default=None),
    )


def _sum(parts: Mapping[str, float]) -> float | None:
    return sum(parts.values()) if parts else None
