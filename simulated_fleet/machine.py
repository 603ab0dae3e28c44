"""The machines of a simulated fleet: the same ones for the same seed. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from simulated_fleet.role import Role
from simulated_fleet.roles import JUMP, ROLES

SITES = {"eu": "Frankfurt", "us": "Virginia", "ap": "Seoul"}
"""Regions, as they stand in names, and the tag that says where that is."""
MACHINES_LIMIT = 65_536
"""More have no address of their own below 127.65.0.0 and its neighbours."""
HOSTS_A_JUMP = 100
"""Beyond so many hosts there is another jump host."""
_FIRST_WITH_JUMP = 8
_GIB = 2**30
_DISTRIBUTIONS = (
    ("Debian GNU/Linux 12 (bookworm)", "6.1.0-31-amd64", "3.11.2"),
    ("Ubuntu 24.04.2 LTS", "6.8.0-57-generic", "3.12.3"),
    ("Rocky Linux 9.5 (Blue Onyx)", "5.14.0-503.40.1.el9_5.x86_64", "3.9.21"),
)
_TIERS = ("production", "production", "production", "staging")


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system."""

    path: str
    source: str
    kind: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface; the speed of its link in bytes a second, None where it names none."""

    name: str
    speed_bytes: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine of the fleet.

    Attributes:
        index: its place in the fleet; everything else follows from it and the seed.
        name: such as `web-eu-03`; unique.
        role: prefix of its role, such as `web`.
        group: which it is registered in.
        tags: where it stands and what for.
        cpus: 2 to 128.
        memory_bytes: of memory.
        swap_bytes: of swap; 0 where it has none.
        disks: names of its 1 to 24 disks.
        mounts: what is mounted, `/` first.
        interfaces: at least one.
        distribution: name and version.
        kernel: release.
        python: version.
        address: on the loopback network, its own.
        behind: index of the jump host that it is reached through, or None.
        is_metal: has sensors.
    """

    index: int
    name: str
    role: str
    group: str
    tags: tuple[str, ...]
    cpus: int
    memory_bytes: int
    swap_bytes: int
    disks: tuple[str, ...]
    mounts: tuple[Mount, ...]
    interfaces: tuple[Interface, ...]
    distribution: str
    kernel: str
    python: str
    address: str
    behind: int | None
    is_metal: bool


def machines(count: int, seed: int, *, behind_share: float = 0.05) -> list[Machine]:
    """A fleet of so many machines.

    Args:
        count: 1 to 65,536.
        seed: another one gives other machines.
        behind_share: how many of them are reached through a jump host; 0 for none, and no jump hosts.

    Raises:
        ValueError: there cannot be so many.
    """
    if not 1 <= count <= MACHINES_LIMIT:
        raise ValueError(f"{count} machines; there can be 1 to {MACHINES_LIMIT}")
    chance = np.random.default_rng((seed, 0x11EE7))
    jumps = _jump_count(count, behind_share)
    roles = [JUMP] * jumps + _spread(count - jumps)
    regions = [tuple(SITES)[place % len(SITES)] for place in range(count)]
    taken: Counter[tuple[str, str]] = Counter()
    fleet: list[Machine] = []
    behind = _behind(count, jumps, round(count * behind_share), chance)
    for index, (role, region) in enumerate(zip(roles, regions, strict=True)):
        taken[role.prefix, region] += 1
        name = f"{role.prefix}-{region}-{taken[role.prefix, region]:02}"
        fleet.append(_machine(name, index, role, behind[index], chance))
    return fleet


def loopback_address(index: int) -> str:
    """The address of a machine, from 127.64.0.1 on; none ends in 0 or 255."""
    high, last = divmod(index, 254)
    return f"127.{64 + (high >> 8)}.{high & 255}.{last + 1}"


def _jump_count(count: int, behind_share: float) -> int:
    if count < _FIRST_WITH_JUMP or behind_share <= 0:
        return 0
    return -(-count // HOSTS_A_JUMP)


def _spread(count: int) -> list[Role]:
    """So many roles by weight, each as evenly spread as can be: the first two dozen have nearly all of them."""
    total = sum(role.weight for role in ROLES)
    given = [0] * len(ROLES)
    chosen = []
    for place in range(1, count + 1):
        # Whichever is furthest behind its share; a rare one is not left out until the end.
        best = max(range(len(ROLES)), key=lambda at: (ROLES[at].weight / total * (place + 4) - given[at], -at))
        given[best] += 1
        chosen.append(ROLES[best])
    return chosen


def _behind(count: int, jumps: int, wanted: int, chance: Generator) -> Sequence[int | None]:
    found: list[int | None] = [None] * count
    if jumps:
        for index in chance.permutation(np.arange(jumps, count))[: max(1, wanted)]:
            found[index] = int(index) % jumps
    return found


def _machine(name: str, index: int, role: Role, behind: int | None, chance: Generator) -> Machine:
    cpus = int(role.cpus[chance.integers(len(role.cpus))])
    memory = int(cpus * role.gib_per_cpu * _GIB * 0.98) // 4096 * 4096
    disks = _disk_names(role, int(chance.integers(role.disks[0], role.disks[1] + 1)))
    distribution, kernel, python = _DISTRIBUTIONS[chance.integers(len(_DISTRIBUTIONS))]
    return Machine(
        index=index,
        name=name,
        role=role.prefix,
        group=role.group,
        tags=(SITES[name.split("-")[1]], _TIERS[chance.integers(len(_TIERS))]),
        cpus=cpus,
        memory_bytes=memory,
        swap_bytes=0 if role.prefix == "k8s" else min(8, cpus) * _GIB,
        disks=disks,
        mounts=_mounts(role, disks),
        interfaces=_interfaces(role),
        distribution=distribution,
        kernel=kernel,
        python=python,
        address=loopback_address(index),
        behind=behind,
        is_metal=role.is_metal,
    )


def _disk_names(role: Role, count: int) -> tuple[str, ...]:
    if role.disk_prefix == "nvme":
        return tuple(f"nvme{place}n1" for place in range(count))
    return tuple(f"{role.disk_prefix}{chr(ord('a') + place)}" for place in range(count))


def _mounts(role: Role, disks: tuple[str, ...]) -> tuple[Mount, ...]:
    part = "p" if role.disk_prefix == "nvme" else ""
    system = Mount("/", f"/dev/{disks[0]}{part}2", "ext4", 60 * _GIB)
    boot = Mount("/boot", f"/dev/{disks[0]}{part}1", "ext4", _GIB)
    data = (
        Mount(role.data_mounts.format(n=place or ""), f"/dev/{disk}", "xfs", role.data_gib * _GIB)
        for place, disk in enumerate(disks[1:])
    )
    return (system, *((boot,) if role.is_metal else ()), *data)


def _interfaces(role: Role) -> tuple[Interface, ...]:
    # A virtual machine's card names no speed.
    speed = role.speed_bytes if role.is_metal else None
    names = ("eno1", "eno2") if role.is_metal else ("eth0", "eth1")
    return tuple(Interface(name, speed) for name in names[: role.interfaces])
