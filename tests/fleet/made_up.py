"""Readings made up for tests."""

from dataclasses import replace

from alerts.thresholds import DEFAULTS
from fleet.reading import NO_HEADLINE, Health, HostReading, Moment
from storage.host import Host, NewHost
from storage.series import SeriesKey

NOW_MS = 1_790_000_000_000
MOMENT = Moment(now_ms=NOW_MS, thresholds=DEFAULTS, interval_s=5.0, is_polled=True)
VALUES = {
    SeriesKey("cpu_usage_percent"): 34.0,
    SeriesKey("memory_used_percent"): 52.0,
    SeriesKey("filesystem_used_percent", (("mount", "/"),)): 48.0,
    SeriesKey("filesystem_used_percent", (("mount", "/srv"),)): 86.0,
    SeriesKey("load1"): 0.42,
    SeriesKey("network_receive_bytes_per_second", (("interface", "eth0"),)): 4.6e6,
    SeriesKey("network_transmit_bytes_per_second", (("interface", "eth0"),)): 7.5e6,
}


def host(name: str = "web-1", host_id: int = 1, *, interval_s: float | None = None, enabled: bool = True) -> Host:
    """A registered host."""
    return Host(
        id=host_id, revision=1, name=name, address=f"{name}.example"[:255], interval_s=interval_s, enabled=enabled
    )


def reading(
    name: str,
    health: Health = Health.OK,
    *,
    cpu: float | None = 34.0,
    memory: float | None = 52.0,
    disk: float | None = 48.0,
    host_id: int = 1,
) -> HostReading:
    """A current reading of a host."""
    values = replace(
        NO_HEADLINE,
        cpu_percent=cpu,
        memory_percent=memory,
        disk_percent=disk,
        fullest_mount="/",
        load1=0.42,
        receive_bytes_per_second=4.6e6,
        transmit_bytes_per_second=7.5e6,
    )
    return HostReading(
        host=host(name, host_id), host_id=host_id, health=health, ts=NOW_MS - 2000, current=True, headline=values
    )


def stale(name: str, health: Health = Health.UNREACHABLE, note: str = "connection refused") -> HostReading:
    """A reading of a host that was lost four minutes ago."""
    new = NewHost(name=name, address=f"{name[:200]}.example")
    return HostReading(
        host=new,
        host_id=2,
        health=health,
        note=note,
        ts=NOW_MS - 240_000,
        headline=replace(NO_HEADLINE, cpu_percent=99),
    )
