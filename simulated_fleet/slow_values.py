"""The values of the slow group: file systems, open files, logins, temperatures. Pure."""

from collections.abc import Sequence

import numpy as np

from simulated_fleet.counters import busy_shares
from simulated_fleet.layers import spread_ranges
from simulated_fleet.machine import Machine
from simulated_fleet.moments import Moments
from simulated_fleet.names import sensors_of
from simulated_fleet.noise import chance, wander
from simulated_fleet.ramps import Ramps
from simulated_fleet.rhythm import Array
from simulated_fleet.scenario import Scenario, ScenarioKind
from simulated_fleet.traits import Traits

_RESERVED = 0.05
"""Of ext4, for root."""
_FULL = 0.985
_BYTES_AN_INODE = 16_384


def filling_mount(machine: Machine) -> str:
    """The mount that fills up where a scenario says so."""
    return machine.mounts[_filling(machine)].path


class SlowValues:
    """The slow group of a fleet."""

    def __init__(self, machines: Sequence[Machine], traits: Traits, scenarios: Sequence[Scenario], seed: int) -> None:
        self._machines = machines
        self._traits = traits
        self._busy = busy_shares(traits)
        self._ramps = Ramps(scenarios, ScenarioKind.DISK_FILLING, len(machines))
        mounts = [(machine, mount, place) for machine in machines for place, mount in enumerate(machine.mounts)]
        self._count = np.array([len(machine.mounts) for machine in machines], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        draw = np.random.default_rng((seed, 0xF111))
        many = len(mounts)
        self._size = np.array([float(mount.size_bytes) for _, mount, _ in mounts])
        self._reserved = np.array([_RESERVED if mount.kind == "ext4" else 0.0 for _, mount, _ in mounts])
        self._fills = np.array([place == _filling(machine) for machine, _, place in mounts])
        self._used = draw.uniform(0.18, 0.58, many)
        self._grows = np.where(draw.uniform(size=many) < 0.6, draw.uniform(0.02, 0.14, many), 0.0)
        # What is on /boot changes with a new kernel only.
        self._grows[np.array([mount.path == "/boot" for _, mount, _ in mounts])] = 0.0
        self._period_s = draw.uniform(5, 40, many) * 86_400
        self._phase_s = draw.uniform(0, 40, many) * 86_400
        self._sensors = [len(sensors_of(machine)) for machine in machines]

    def at(self, moments: Moments) -> list[Array]:
        """The values of each reading, in the order of the wire."""
        mounts, start = self._mounts(moments)
        extra = self._extra(moments)
        # Sockets stand in the same air: each is a little warmer than the one before it.
        warm = np.round(self._celsius(moments)[:, None] + 1.5 * np.arange(max(self._sensors)), 1)
        return [
            np.concatenate(
                [
                    mounts[start[place] : start[place + 1]].ravel(),
                    extra[place, :-1],
                    warm[place, : self._sensors[index]],
                    extra[place, -1:],
                ]
            )
            for place, index in enumerate(moments.indexes)
        ]

    def _mounts(self, moments: Moments) -> tuple[Array, Array]:
        """Five values a mount, and where those of each reading start."""
        count = self._count[moments.indexes]
        places, rows = spread_ranges(self._first[moments.indexes], count)
        moment_s = moments.moment_s[places]
        # Full of logs until they are thrown away: a slow saw.
        saw = (moment_s + self._phase_s[rows]) % self._period_s[rows] / self._period_s[rows]
        own = (
            0.004 * wander(moment_s / 5000, self._traits.key[moments.indexes][places] + rows) * (self._grows[rows] > 0)
        )
        used = self._used[rows] + self._grows[rows] * saw + own
        way, strength = self._ramps.at(moments.indexes, moments.moment_s)
        full = np.maximum(used, 0.91 + (_FULL - 0.91) * strength[places])
        used = np.where(self._fills[rows], used + (full - used) * way[places], used)
        size = self._size[rows]
        taken = np.floor(size * (1 - self._reserved[rows]) * used / 4096) * 4096
        free, available = size - taken, size * (1 - self._reserved[rows]) - taken
        inodes = np.floor(size / _BYTES_AN_INODE)
        left = np.floor(inodes * (1 - 0.3 * used))
        starts = np.concatenate([[0], np.cumsum(count)])
        return np.column_stack([size, free, np.floor(available), inodes, left]), starts

    def _extra(self, moments: Moments) -> Array:
        """Boot time, open files and their limit, logins, failed units."""
        key = self._traits.key[moments.indexes]
        opened = np.round(1100 + key % 900 + 700 * moments.slow_pace)
        turn = np.floor(moments.moment_s / 1800).astype(np.int64)
        users = np.round(np.maximum(0.0, 2.4 * moments.slow_pace * (chance(turn, key + 41) + 0.1)))
        limit = np.full(len(key), 9_223_372_036_854_775_807.0)
        return np.column_stack([np.floor(moments.boot_s), opened, limit, users, np.zeros(len(key))])

    def _celsius(self, moments: Moments) -> Array:
        busy = np.einsum("ij,ij->i", moments.grown[3], self._busy[moments.indexes])
        celsius: Array = 34 + self._traits.key[moments.indexes] % 7 + 38 * busy
        return celsius


def _filling(machine: Machine) -> int:
    """The last one that holds data, else the system's."""
    return len(machine.mounts) - 1 if len(machine.disks) > 1 else 0
