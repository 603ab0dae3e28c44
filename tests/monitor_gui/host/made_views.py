"""A host as its page shows it, made up."""

from dataclasses import replace
from typing import Any

from alerts.thresholds import DEFAULTS, find, worst
from fleet.host_view import HostView
from fleet.reading import OF_SEVERITY, Health, HostReading, Moment
from fleet.state import FleetState
from monitor_gui.reading.look import FleetLook
from storage.headline import headline
from storage.host import Host
from storage.host_states import HostStatus
from storage.latest import Latest
from storage.reason import HostState, Reason
from storage.scrape import Process
from storage.series import SeriesKey

NOW_MS = 1_790_000_000_000
GIB = 2.0**30
MOMENT = Moment(now_ms=NOW_MS, thresholds=DEFAULTS, interval_s=5.0, is_polled=True)
HOST = Host(id=1, revision=1, name="db-primary-01", address="10.20.4.11")
PROCESSES = (
    Process(2211, "postgres", "postgres: main", "postgres", 312.0, round(18.2 * GIB), 0, 60.0),
    Process(51977, "pg_dump", "pg_dump shop", "backup", 96.0, round(0.4 * GIB), 0, 60.0),
    Process(901, "node_agent", "", "root", 3.1, 65_011_712, 0, 60.0),
)
INVENTORY = {"cpu_count": 4, "mounts": [["/", "/dev/nvme0n1p2", "ext4"], ["/var/log", "/dev/mapper/vg-log", "ext4"]]}


def key(name: str, **labels: str) -> SeriesKey:
    """A series."""
    return SeriesKey(name, tuple(labels.items()))


def mount(name: str, share: float, size: float = 60 * GIB) -> dict[SeriesKey, float]:
    """A file system."""
    return {
        key("filesystem_used_percent", mount=name): share,
        key("filesystem_used_bytes", mount=name): size * share / 100,
        key("filesystem_size_bytes", mount=name): size,
    }


VALUES: dict[SeriesKey, float] = {
    key("cpu_usage_percent"): 74.0,
    key("cpu_mode_percent", mode="user"): 59.0,
    key("cpu_mode_percent", mode="system"): 15.0,
    key("cpu_mode_percent", mode="iowait"): 7.0,
    **{key("cpu_core_usage_percent", cpu=str(core)): 20.0 * core for core in range(4)},
    key("memory_used_percent"): 81.0,
    key("memory_used_bytes"): 51.8 * GIB,
    key("memory_total_bytes"): 64 * GIB,
    key("swap_used_bytes"): 0.4 * GIB,
    key("load1"): 17.2,
    key("load5"): 14.8,
    key("load15"): 9.6,
    key("processes"): 214.0,
    key("network_receive_bytes_per_second", interface="eth0"): 545e6 / 8,
    key("network_transmit_bytes_per_second", interface="eth0"): 177e6 / 8,
    key("disk_read_bytes_per_second", device="sda"): 312e6,
    key("disk_written_bytes_per_second", device="sda"): 96e6,
    **mount("/", 48.0),
    **mount("/var/log", 71.0, 40 * GIB),
}


def view(values: dict[SeriesKey, float] | None = None, **changes: Any) -> HostView:  # noqa: ANN401 - any field
    """A current one."""
    shown = VALUES if values is None else values
    figures = headline(shown)
    findings = find(figures, DEFAULTS, shown)
    reading = HostReading(
        host=HOST,
        host_id=1,
        health=OF_SEVERITY[worst(findings)],
        ts=NOW_MS - 2_000,
        current=True,
        headline=figures,
        findings=findings,
    )
    made = HostView(
        reading=reading,
        moment=MOMENT,
        values=shown,
        inventory=INVENTORY,
        processes=PROCESSES,
        processes_at=NOW_MS - 2_000,
    )
    return replace(made, **changes)


def stale(health: Health = Health.UNREACHABLE, note: str = "no answer in time", **changes: Any) -> HostView:  # noqa: ANN401
    """One that was read last four minutes ago."""
    current = view()
    reading = replace(
        current.reading, health=health, note=note, current=False, findings=(), ts=NOW_MS - 240_000, **changes
    )
    return replace(current, reading=reading)


def status(state: HostState, reason: Reason | None = None, ago_s: int = 600) -> HostStatus:
    """The poller's word."""
    return HostStatus(1, state, reason, "", NOW_MS - ago_s * 1000, dict(INVENTORY))


def look(
    of: HostView | None, *, processes: bool = True, state: HostStatus | None = None, now_ms: int = NOW_MS
) -> FleetLook:
    """What the reader hands over; None for a fleet without this host."""
    moment = replace(MOMENT, now_ms=now_ms)
    if of is None:
        return FleetLook(moment=moment, loaded=True)
    assert isinstance(of.reading.host, Host)
    latest = Latest(1, of.reading.ts or 0, of.values, of.processes if processes else (), of.processes_at)
    states = {} if state is None else {1: state}
    fleet = FleetState(hosts=[of.reading.host], states=states, latest={1: latest} if of.reading.ts else {})
    return FleetLook(moment=moment, state=fleet, readings=[of.reading], loaded=True)
