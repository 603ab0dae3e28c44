"""The machines of a made-up fleet of any size: the same ones every time. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path

import msgspec
import numpy as np

GIB = 2.0**30
SITES = {"Seoul": 20, "Busan": 21, "Tokyo": 30, "Frankfurt": 40}
"""Second byte of the addresses there."""
_USUAL = ("web", "web", "api", "cache", "build-runner", "edge-proxy", "db-replica", "iot-gw", "queue", "search", "mail")
"""What a fleet has many of, in about these shares."""
_EVERYWHERE = (
    ("node_agent", "root", 0.012, 0.06, 1),
    ("systemd-journal", "root", 0.008, 0.09, 1),
    ("rsyslogd", "syslog", 0.004, 0.01, 1),
    ("systemd", "root", 0.003, 0.01, 1),
    ("sshd", "root", 0.002, 0.01, 1),
    ("chronyd", "_chrony", 0.001, 0.004, 1),
)


class Story(StrEnum):
    """What becomes of a machine in the last hour."""

    STEADY = "steady"
    CLIMBS = "climbs"
    """Its CPU goes from an ordinary day to where it is now within 20 minutes."""
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system; `used_percent` as df has it."""

    path: str
    device: str
    size_bytes: float
    used_percent: float


@dataclass(frozen=True, slots=True)
class Program:
    """A line of the process table; `share` of the machine's CPU use is its own."""

    name: str
    user: str
    pid: int
    share: float
    rss_bytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine. Percents are those of now, traffic is in bytes a second."""

    name: str
    address: str
    group: str
    site: str
    distribution: str
    kernel: str
    cores: int
    memory_bytes: float
    cpu: float
    usual_cpu: float
    memory: float
    swap: float
    received: float
    sent: float
    read: float
    written: float
    mounts: tuple[Mount, ...]
    programs: tuple[Program, ...]
    story: Story


class _Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    group: str
    subnet: int
    cores: int
    memory_gib: float
    cpu: float
    memory: float
    root: float
    programs: tuple[tuple[str, str, float, float, int], ...]
    mounts: tuple[tuple[str, str, float, float], ...] = ()
    received: float = 4e6
    sent: float = 2e6
    read: float = 1e6
    written: float = 2e6
    distribution: str = "Debian GNU/Linux 12 (bookworm)"
    kernel: str = "6.1.0-31-amd64"


class _Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    site: str = "Seoul"
    story: Story = Story.STEADY
    cpu: float | None = None
    memory: float | None = None
    swap: float = 4.0
    fullest: float | None = None


class _Plan(msgspec.Struct, frozen=True):
    roles: dict[str, _Role]
    named: tuple[_Named, ...]


def sample_machines(how_many: int) -> list[Machine]:
    """So many machines; those with something to tell come first."""
    plan = msgspec.toml.decode((Path(__file__).parent / "sample_fleet.toml").read_bytes(), type=_Plan)
    chosen = list(plan.named[:how_many])
    taken = {named.name for named in plan.named}
    chosen += [
        _one_more(_USUAL[place % len(_USUAL)], tuple(SITES)[place % len(SITES)], taken)
        for place in range(how_many - len(chosen))
    ]
    return [_machine(plan.roles[_prefix(named.name)], named, place) for place, named in enumerate(chosen)]


def _one_more(prefix: str, site: str, taken: set[str]) -> _Named:
    name = next(name for number in count(1) if (name := f"{prefix}-{number:02}") not in taken)
    taken.add(name)
    return _Named(name=name, site=site)


def _prefix(name: str) -> str:
    return name.rpartition("-")[0]


def _machine(role: _Role, named: _Named, place: int) -> Machine:
    chance = np.random.default_rng(place)
    usual_cpu, memory = role.cpu * chance.uniform(0.7, 1.25), role.memory * chance.uniform(0.8, 1.1)
    busy = chance.uniform(0.5, 1.4) if named.cpu is None else 1.0
    return Machine(
        name=named.name,
        address=f"10.{SITES[named.site]}.{role.subnet}.{10 + int(named.name.rpartition('-')[2])}",
        group=role.group,
        site=named.site,
        distribution=role.distribution,
        kernel=role.kernel,
        cores=role.cores,
        memory_bytes=role.memory_gib * GIB,
        cpu=usual_cpu if named.cpu is None else named.cpu,
        usual_cpu=usual_cpu if named.cpu is None or named.story is Story.CLIMBS else named.cpu,
        memory=memory if named.memory is None else named.memory,
        swap=named.swap,
        received=role.received * busy,
        sent=role.sent * busy,
        read=role.read * busy,
        written=role.written * busy,
        mounts=_mounts(role, named, root=role.root * chance.uniform(0.75, 1.25)),
        programs=_programs(role),
        story=named.story,
    )


def _mounts(role: _Role, named: _Named, root: float) -> tuple[Mount, ...]:
    mounts = [("/", "nvme0n1p2", 60.0, root), *role.mounts]
    if named.fullest is not None:
        path, device, size, _ = mounts.pop()
        mounts.append((path, device, size, named.fullest))
    return tuple(Mount(path, device, size * GIB, used) for path, device, size, used in mounts)


def _programs(role: _Role) -> tuple[Program, ...]:
    return tuple(
        Program(name, user, 1400 + 811 * place + 37 * worker, share / (1 + 0.6 * worker), gib * GIB / (1 + worker))
        for place, (name, user, share, gib, workers) in enumerate((*role.programs, *_EVERYWHERE))
        for worker in range(workers)
    )
