"""Disks and network interfaces: what flows through each, laid out flat over the machines of a fleet. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simulated_fleet.drivers import Driver
from simulated_fleet.layers import spread_ranges
from simulated_fleet.machine import Machine
from simulated_fleet.moments import Moments
from simulated_fleet.noise import wander
from simulated_fleet.rhythm import Array, Indexes
from simulated_fleet.traits import role_of

DISK_WIDTH = 7
NETWORK_WIDTH = 9
_OWN_WANDER = 0.3
_OWN_CELL_S = 23.0
"""How much a device goes its own way, and at which scale."""


@dataclass(frozen=True, slots=True, eq=False)
class Devices:
    """Devices of a fleet; those of machine i are rows first[i] to first[i] + count[i].

    Attributes:
        first, count: one a machine.
        key: which noise it has.
        shares: what each of its flows takes from a second of each driver: (devices, flows, drivers).
        fixed: what it has once and for all.
    """

    first: Indexes
    count: Indexes
    key: Indexes
    shares: Array
    fixed: Array

    def flows(self, moments: Moments) -> tuple[Indexes, Indexes, Array]:
        """For each device of each reading: the place of the reading, the row, and its flows since boot."""
        places, rows = spread_ranges(self.first[moments.indexes], self.count[moments.indexes])
        drivers = moments.drivers[places]
        own = wander(moments.work[places] / _OWN_CELL_S, self.key[rows]) + 0.5
        drivers[:, Driver.WORK] += own * (_OWN_WANDER * _OWN_CELL_S)
        return places, rows, np.matmul(self.shares[rows], drivers[:, :, None])[:, :, 0]


def make_disks(machines: Sequence[Machine], keys: Indexes) -> Devices:
    """The disks of a fleet: bytes read, bytes written, busy seconds."""
    return _devices(machines, keys, lambda machine: len(machine.disks), 3, _disk_shares)


def make_networks(machines: Sequence[Machine], keys: Indexes) -> Devices:
    """The interfaces of a fleet: bytes in and out, errors in and out; fixed is the speed of the link."""
    found = _devices(machines, keys + 31, lambda machine: len(machine.interfaces), 4, _network_shares)
    speeds = [interface.speed_bytes or np.nan for machine in machines for interface in machine.interfaces]
    return Devices(found.first, found.count, found.key, found.shares, np.array(speeds, dtype=np.float64))


def _devices(
    machines: Sequence[Machine],
    keys: Indexes,
    count_of: Callable[[Machine], int],
    flows: int,
    fill: Callable[[Machine, Array], Array],
) -> Devices:
    count = np.array([count_of(machine) for machine in machines], dtype=np.int64)
    first = np.cumsum(count) - count
    shares = np.zeros((int(count.sum()), flows, len(Driver)))
    fixed = np.zeros(int(count.sum()))
    for machine, start, many in zip(machines, first, count, strict=True):
        fixed[start : start + many] = fill(machine, shares[start : start + many])
    places, rows = spread_ranges(np.zeros_like(first), count)
    return Devices(first, count, keys[places] + 613 * (rows + 1), shares, fixed)


def _disk_shares(machine: Machine, shares: Array) -> Array:
    """Fills them in; returns the seconds that one operation takes."""
    role, count = role_of(machine), len(machine.disks)
    # The system's disk has little to do where there are others.
    part = np.array([1.0]) if count == 1 else np.array([0.08, *[0.92 / (count - 1)] * (count - 1)])
    is_flash = machine.disks[0].startswith("nvme")
    throughput = 2.4e9 if is_flash else 4.5e8
    shares[:, 0, Driver.WORK] = role.read * machine.cpus * part
    shares[:, 1, Driver.WORK] = role.written * machine.cpus * part
    shares[:, 1, Driver.ELAPSED] = 9e3
    shares[:, 0, Driver.BURST] = 5e6 * part
    shares[:, 0, Driver.CRON] = 2e6 * part
    shares[:, 1, Driver.CRON] = 4e6 * part
    shares[:, 0, Driver.BACKUP] = 0.1 * throughput
    shares[0, 0, Driver.SWAPPING] = 34e6
    shares[0, 1, Driver.SWAPPING] = 41e6
    shares[:, 2] = (shares[:, 0] + shares[:, 1]) / throughput
    shares[0, 2, Driver.SWAPPING] = 0.8
    return np.full(count, 0.00018 if is_flash else 0.0021)


def _network_shares(machine: Machine, shares: Array) -> Array:
    role, count = role_of(machine), len(machine.interfaces)
    part = np.array([1.0]) if count == 1 else np.array([0.7, *[0.3 / (count - 1)] * (count - 1)])
    for flow, traffic in enumerate((role.received, role.sent)):
        shares[:, flow, Driver.WORK] = traffic * machine.cpus * part
        shares[:, flow, Driver.ELAPSED] = 1400.0
        shares[:, flow, Driver.BURST] = 0.4 * traffic * machine.cpus * part
    shares[0, 1, Driver.BACKUP] = 45e6
    # One in twenty of all packets is broken, and most of these on their way in.
    packets = (role.received + role.sent) * machine.cpus * part[0] / PACKET_BYTES
    shares[0, 2:, Driver.BROKEN_PACKETS] = 0.04 * packets, 0.01 * packets
    return np.zeros(count)


PACKET_BYTES = 940.0
READ_BYTES = 48_000.0
WRITE_BYTES = 22_000.0
"""Of one packet and one operation, on average."""
