"""The values of the fast group, of many machines at once. Pure.

Machines differ in cores, disks and interfaces, so their values lie one after the other in one flat array. Each kind of
value is worked out for all of them together: a call of numpy costs as much for one machine as for a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulated_fleet import devices
from simulated_fleet.counters import Counter, counter_shares
from simulated_fleet.devices import DISK_WIDTH, NETWORK_WIDTH, make_disks, make_networks
from simulated_fleet.drivers import Driver
from simulated_fleet.layers import spread_ranges
from simulated_fleet.machine import Machine
from simulated_fleet.memory import MemoryUse
from simulated_fleet.moments import Moments
from simulated_fleet.noise import chance, wander
from simulated_fleet.rhythm import Array, Indexes
from simulated_fleet.traits import CORE_WANDER, Traits

_HEAD = 12
"""Modes, switches and interrupts."""
_MIDDLE = 12
"""Load, memory, swap and what goes in and out of it."""
_TAIL = 17
"""TCP states and pressure."""
_CORE_CELL_S = 31.0


@dataclass(frozen=True, slots=True, eq=False)
class FlatValues:
    """Values of readings, one after the other; those of reading i are values[start[i]:start[i + 1]]."""

    values: Array
    start: Indexes


class FastValues:
    """The fast group of a fleet."""

    def __init__(self, machines: Sequence[Machine], traits: Traits) -> None:
        self._traits = traits
        self._shares = counter_shares(machines, traits)
        self._cores = np.array([machine.cpus for machine in machines], dtype=np.int64)
        self._disks = make_disks(machines, traits.key)
        self._networks = make_networks(machines, traits.key)

    def at(self, moments: Moments, use: MemoryUse) -> FlatValues:
        """Every value of every reading, absent ones NaN."""
        indexes = moments.indexes
        cores, disks, networks = self._cores[indexes], self._disks.count[indexes], self._networks.count[indexes]
        sizes = _HEAD + 2 * cores + _MIDDLE + DISK_WIDTH * disks + NETWORK_WIDTH * networks + _TAIL
        start = np.concatenate([[0], np.cumsum(sizes)])
        values = np.empty(int(start[-1]))
        counters = np.matmul(self._shares[indexes], moments.drivers[:, :, None])[:, :, 0]
        middle = start[:-1] + _HEAD + 2 * cores
        values[start[:-1, None] + np.arange(_HEAD)] = _head(counters)
        self._fill_cores(values, start[:-1] + _HEAD, moments, counters[:, Counter.BUSY])
        values[middle[:, None] + np.arange(_MIDDLE)] = self._middle(moments, counters, use.sizes)
        self._fill_disks(values, middle + _MIDDLE, moments)
        self._fill_networks(values, middle + _MIDDLE + DISK_WIDTH * disks, moments)
        values[start[1:, None] - _TAIL + np.arange(_TAIL)] = self._tail(moments, counters)
        return FlatValues(np.round(values, 3), start)

    def _fill_cores(self, values: Array, at: Indexes, moments: Moments, busy: Array) -> None:
        """Busy and idle of each core: pairs of which one has more by what the other has less."""
        traits, indexes = self._traits, moments.indexes
        pairs = self._cores[indexes] // 2
        places, pair = spread_ranges(np.zeros_like(pairs), pairs)
        whose = indexes[places]
        own = wander(moments.work[places] / _CORE_CELL_S, traits.key[whose] + 211 * (pair + 1))
        spread = CORE_WANDER * _CORE_CELL_S * own + traits.skew[whose] * moments.drivers[places, Driver.WORK]
        apart = traits.busy[whose] * spread
        # Right after the boot a core would have less than nothing.
        mean = busy[places] + CORE_WANDER * _CORE_CELL_S
        elapsed = moments.drivers[places, Driver.ELAPSED] + 2 * CORE_WANDER * _CORE_CELL_S
        first = np.where(pair % 2, mean + apart, mean - apart)
        second = 2 * mean - first
        found = np.column_stack([first, elapsed - first, second, elapsed - second])
        values[(at[places] + 4 * pair)[:, None] + np.arange(4)] = found

    def _middle(self, moments: Moments, counters: Array, sizes: Array) -> Array:
        load = np.einsum("lij,ij->il", moments.grown[2:], self._shares[moments.indexes, Counter.QUEUE])
        swapped = np.floor(counters[:, Counter.SWAP_IN : Counter.SWAP_OUT + 1] / 4096) * 4096
        return np.concatenate([np.round(load, 2), sizes, swapped], axis=1)

    def _fill_disks(self, values: Array, at: Indexes, moments: Moments) -> None:
        places, rows, flows = self._disks.flows(moments)
        read, written = np.floor(flows[:, 0] / 512) * 512, np.floor(flows[:, 1] / 512) * 512
        reads, writes = np.floor(read / devices.READ_BYTES), np.floor(written / devices.WRITE_BYTES)
        one_s = self._disks.fixed[rows]
        found = np.column_stack([read, written, reads, writes, reads * one_s, writes * one_s * 1.4, flows[:, 2]])
        nth = rows - self._disks.first[moments.indexes[places]]
        values[(at[places] + DISK_WIDTH * nth)[:, None] + np.arange(DISK_WIDTH)] = found

    def _fill_networks(self, values: Array, at: Indexes, moments: Moments) -> None:
        places, rows, flows = self._networks.flows(moments)
        carried, errors = np.floor(flows[:, :2]), np.floor(flows[:, 2:])
        packets = np.floor(carried / devices.PACKET_BYTES)
        drops = np.floor(errors * 0.1)
        found = np.concatenate([carried, packets, errors, drops, self._networks.fixed[rows, None]], axis=1)
        nth = rows - self._networks.first[moments.indexes[places]]
        values[(at[places] + NETWORK_WIDTH * nth)[:, None] + np.arange(NETWORK_WIDTH)] = found

    def _tail(self, moments: Moments, counters: Array) -> Array:
        """TCP sockets by state, then pressure."""
        key, pace = self._traits.key[moments.indexes], moments.pace
        cores = self._cores[moments.indexes]
        turn = np.floor(moments.moment_s / 5).astype(np.int64)
        luck = [chance(turn, key + 53 * number) + 0.5 for number in range(4)]
        open_ = 6 + key % 23 + np.sqrt(cores) * 24 * pace
        nothing = np.zeros(len(key))
        waits = 0.45 * open_ * (0.8 + 0.4 * luck[0])
        listen = 8 + key % 11
        tcp = [open_, 2 * luck[1] ** 4, 3 * luck[2] ** 4, luck[3] ** 6, 2 * luck[3] ** 3, waits]
        states = np.round(np.column_stack([*tcp, nothing, 4 * luck[1], luck[2] ** 2, listen, nothing]))
        pressure = counters[:, Counter.CPU_WAITING : Counter.MEMORY_STALLED + 1]
        absent = np.full((len(key), 1), np.nan)
        return np.concatenate([states, pressure[:, :1], absent, pressure[:, 1:]], axis=1)


def _head(counters: Array) -> Array:
    head = counters[:, : Counter.INTERRUPTS + 1].copy()
    head[:, Counter.SWITCHES :] = np.floor(head[:, Counter.SWITCHES :])
    return head
