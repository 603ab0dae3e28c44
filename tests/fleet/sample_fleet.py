"""Databases filled through the recorder with hosts whose numbers are known."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from storage.database import Database
from storage.host import Host, NewHost, Transport
from storage.host_states import HostStatus
from storage.hosts import add_host
from storage.pollers import register_poller
from storage.reason import HostState, Reason
from storage.recorder import Recorder
from storage.scrape import Cadence, Process, Scrape, Vector
from storage.series import Layout, SeriesKey

GIB = 2.0**30
CORES = 4
INVENTORY = {
    "hostname": "db1",
    "system": "Linux",
    "release": "6.1.0-31-amd64",
    "distribution": "Debian GNU/Linux 12 (bookworm)",
    "cpu_count": CORES,
    "memory_total_bytes": 64 * GIB,
    "boot_time_seconds": 1_786_400_000.0,
    "mounts": [["/", "/dev/nvme0n1p2", "ext4"]],
}
MODES = ("user", "system", "iowait", "idle")
TCP = {"ESTABLISHED": 42.0, "LISTEN": 12.0, "TIME_WAIT": 7.0}

FAST = Layout(
    (
        *(SeriesKey("cpu_seconds_total", (("mode", mode),)) for mode in MODES),
        *(SeriesKey("cpu_core_busy_seconds_total", (("cpu", str(core)),)) for core in range(CORES)),
        *(SeriesKey("cpu_core_idle_seconds_total", (("cpu", str(core)),)) for core in range(CORES)),
        *(SeriesKey(f"load{minutes}") for minutes in (1, 5, 15)),
        *(SeriesKey(f"memory_{kind}_bytes") for kind in ("total", "available", "free", "cached", "buffers")),
        SeriesKey("swap_total_bytes"),
        SeriesKey("swap_free_bytes"),
        SeriesKey("swap_in_bytes_total"),
        SeriesKey("swap_out_bytes_total"),
        *(
            SeriesKey(f"disk_{what}_total", (("device", "nvme0n1"),))
            for what in (
                "read_bytes",
                "written_bytes",
                "reads",
                "writes",
                "read_seconds",
                "write_seconds",
                "busy_seconds",
            )
        ),
        *(
            SeriesKey(f"network_{way}_{what}_total", (("interface", "eth0"),))
            for way in ("receive", "transmit")
            for what in ("bytes", "packets", "errors", "drops")
        ),
        SeriesKey("network_speed_bytes", (("interface", "eth0"),)),
        *(SeriesKey("tcp_connections", (("state", state),)) for state in TCP),
    )
)
PROCESSES = Layout((SeriesKey("processes"),))


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A host that does not change, apart from a slight wave."""

    name: str
    cpu: float = 20.0
    memory: float = 40.0
    mounts: dict[str, float] = field(default_factory=lambda: {"/": 48.0})
    swap: float = 5.0
    load: float = 0.42
    received: float = 4.6e6
    sent: float = 7.5e6
    wave: float = 0.0
    processes: tuple[Process, ...] = ()

    def cpu_at(self, seconds: float) -> float:
        """Percent in use over the five seconds before."""
        return min(
            100.0, max(0.0, self.cpu + self.wave * math.sin(seconds / 40) + self.wave / 3 * math.sin(seconds / 7))
        )


def scrapes(machine: Machine, host_id: int, *, start: int, end: int, step_ms: int = 5000) -> Iterable[Scrape]:
    """One scrape every step from start to end, both included, UTC milliseconds."""
    busy = np.zeros(CORES)
    step_s = step_ms / 1000
    for place, ts in enumerate(range(start, end + 1, step_ms)):
        usage = machine.cpu_at(ts / 1000) / 100
        if place:
            # The cores differ, and their mean is what the machine has.
            busy += np.clip(usage * np.linspace(0.95, 1.05, CORES), 0, 1) * step_s
        passed = place * step_s
        vectors = [Vector(Cadence.FAST, FAST, _fast(machine, busy, passed))]
        processes = None
        if place % 2 == 0:
            vectors.append(Vector(Cadence.PROCESSES, PROCESSES, np.array([214.0])))
            processes = machine.processes
        if place % 6 == 0:
            vectors.append(_slow(machine))
        yield Scrape(host_id, ts, start, tuple(vectors), processes)


def _fast(machine: Machine, busy: np.ndarray, passed: float) -> np.ndarray:
    total, work = 64 * GIB, float(busy.sum())
    available = total * (1 - machine.memory / 100)
    return np.array(
        [
            *(work * 0.7, work * 0.3, passed * 0.02, passed * (CORES - 0.02) - work),
            *busy,
            *(passed - busy),
            *(machine.load, machine.load * 0.9, machine.load * 0.8),
            *(total, available, available * 0.4, available * 0.5, available * 0.05),
            *(8 * GIB, 8 * GIB * (1 - machine.swap / 100), 0.0, 0.0),
            *(passed * 3e6, passed * 1e6, passed * 30, passed * 10, passed * 0.012, passed * 0.009, passed * 0.03),
            *(passed * machine.received, passed * 5000, 0.0, 0.0),
            *(passed * machine.sent, passed * 6000, 0.0, 0.0),
            125e6,
            *TCP.values(),
        ]
    )


def _slow(machine: Machine) -> Vector:
    keys, values = [], []
    for mount, percent in machine.mounts.items():
        label = (("mount", mount),)
        for name, value in (
            ("size", 60 * GIB),
            ("free", 60 * GIB * (1 - percent / 100)),
            ("available", 60 * GIB * (1 - percent / 100)),
        ):
            keys.append(SeriesKey(f"filesystem_{name}_bytes", label))
            values.append(value)
        keys += [SeriesKey("filesystem_inodes", label), SeriesKey("filesystem_inodes_free", label)]
        values += [1e6, 9e5]
    keys.append(SeriesKey("boot_time_seconds"))
    values.append(1_786_400_000.0)
    return Vector(Cadence.SLOW, Layout(tuple(keys)), np.array(values))


def register(database: Database, names: Iterable[str], *, now_ms: int, polled: bool = True) -> dict[str, Host]:
    """Local hosts of these names, and a poller that has just been heard of."""
    with database.writing() as connection:
        hosts = {name: add_host(connection, NewHost(name=name, transport=Transport.LOCAL), now_ms) for name in names}
        if polled:
            register_poller(connection, poller_id="p1", machine="here", pid=1, version="0.1.0", now_ms=now_ms)
    return hosts


def record(
    database: Database,
    machine: Machine,
    host: Host,
    *,
    start: int,
    end: int,
    state: HostState = HostState.UP,
    reason: Reason | None = None,
    detail: str = "",
) -> None:
    """Writes a machine's scrapes and its state."""
    recorder = Recorder(database, commit_interval_s=0.01)
    recorder.start()
    for scrape in scrapes(machine, host.id, start=start, end=end):
        recorder.record_scrape(scrape)
    recorder.record_state(HostStatus(host.id, state, reason, detail, end, INVENTORY))
    assert recorder.stop()
