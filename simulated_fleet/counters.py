"""What each counter of a machine takes from each driver. Pure.

Every counter that a machine has once is a sum of drivers, each with a share: one multiplication of matrices for many
readings. What idles is what is left of all cores, so the modes always add up to cores times seconds.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np

from simulated_fleet.drivers import Driver
from simulated_fleet.machine import Machine
from simulated_fleet.rhythm import Array
from simulated_fleet.traits import Traits, role_of

SATURATED_SHARE = 0.92
"""Of all CPU, while a program takes all that it can get; what goes on beside it takes the rest."""
_SWAPPING_BUSY = 0.36
_SWAPPING_WAIT = 0.52


class Counter(IntEnum):
    """Rows, in wire order as far as they are sent as they are."""

    USER = 0
    NICE = 1
    SYSTEM = 2
    IDLE = 3
    IOWAIT = 4
    IRQ = 5
    SOFTIRQ = 6
    STEAL = 7
    GUEST = 8
    GUEST_NICE = 9
    SWITCHES = 10
    INTERRUPTS = 11
    SWAP_IN = 12
    SWAP_OUT = 13
    CPU_WAITING = 14
    IO_WAITING = 15
    IO_STALLED = 16
    MEMORY_WAITING = 17
    MEMORY_STALLED = 18
    BUSY = 19
    """Share of all CPU, times seconds."""
    QUEUE = 20
    """Tasks that run or wait for a disk, times seconds."""


_MODES: dict[Driver, dict[Counter, float]] = {
    Driver.WORK: {Counter.USER: 0.755, Counter.SYSTEM: 0.19, Counter.SOFTIRQ: 0.045, Counter.IRQ: 0.01},
    Driver.BURST: {Counter.USER: 0.85, Counter.SYSTEM: 0.13, Counter.SOFTIRQ: 0.02},
    Driver.CRON: {Counter.USER: 0.55, Counter.SYSTEM: 0.35, Counter.NICE: 0.1},
    Driver.BACKUP: {Counter.NICE: 0.55, Counter.SYSTEM: 0.4, Counter.USER: 0.05},
    Driver.SATURATED: {Counter.USER: 0.95, Counter.SYSTEM: 0.05},
    Driver.SWAPPING: {Counter.SYSTEM: 0.75, Counter.USER: 0.25},
}
"""Where the CPU time of each driver goes; adds up to 1."""


def counter_shares(machines: Sequence[Machine], traits: Traits) -> Array:
    """What each counter grows by with one second of each driver: (machines, counters, drivers)."""
    shares = np.zeros((len(machines), len(Counter), len(Driver)))
    cores = np.array([float(machine.cpus) for machine in machines])
    busy = busy_shares(traits)
    for driver, modes in _MODES.items():
        for mode, share in modes.items():
            shares[:, mode, driver] = share * busy[:, driver] * cores
    # Whoever is a guest itself loses a little to its neighbours.
    is_guest = np.array([not machine.is_metal for machine in machines])
    stolen = np.where(is_guest, 0.02, 0.0) * shares[:, Counter.USER, Driver.WORK]
    shares[:, Counter.STEAL, Driver.WORK] = stolen
    shares[:, Counter.USER, Driver.WORK] -= stolen
    shares[:, Counter.IOWAIT] = _waiting(machines, traits) * cores[:, None]
    shares[:, Counter.IDLE] = -shares[:, : Counter.GUEST].sum(axis=1)
    shares[:, Counter.IDLE, Driver.ELAPSED] += cores
    shares[:, Counter.BUSY] = busy
    _set_pressure(shares, busy)
    _set_events(shares, busy, cores)
    queue = busy * cores[:, None] * 1.05 + shares[:, Counter.IOWAIT] * 1.5
    queue[:, Driver.SATURATED] *= 1.7
    shares[:, Counter.QUEUE] = queue
    return shares


def busy_shares(traits: Traits) -> Array:
    """The share of all CPU that one second of each driver takes: (machines, drivers)."""
    busy = np.zeros((len(traits.key), len(Driver)))
    busy[:, Driver.WORK] = traits.busy
    busy[:, Driver.BURST] = traits.burst
    busy[:, Driver.CRON] = traits.cron
    busy[:, Driver.BACKUP] = traits.backup
    busy[:, Driver.SATURATED] = SATURATED_SHARE
    busy[:, Driver.SWAPPING] = _SWAPPING_BUSY
    return busy


def _waiting(machines: Sequence[Machine], traits: Traits) -> Array:
    """The share of all CPU that waits for disks."""
    reads = np.array([role_of(machine).read + role_of(machine).written for machine in machines])
    waiting = np.zeros((len(machines), len(Driver)))
    waiting[:, Driver.WORK] = traits.busy * np.clip(reads / 1e8, 0.004, 0.06)
    waiting[:, Driver.CRON] = 0.01
    waiting[:, Driver.BACKUP] = 0.4 * traits.backup
    waiting[:, Driver.SWAPPING] = _SWAPPING_WAIT
    return waiting


def _set_pressure(shares: Array, busy: Array) -> None:
    """Seconds in which some task, or all of them, waited: never more than passed."""
    shares[:, Counter.CPU_WAITING] = 0.25 * busy
    shares[:, Counter.CPU_WAITING, Driver.SATURATED] = 0.85
    shares[:, Counter.IO_WAITING, Driver.WORK] = 0.06 * busy[:, Driver.WORK]
    shares[:, Counter.IO_WAITING, Driver.BACKUP] = 2.5 * busy[:, Driver.BACKUP]
    shares[:, Counter.IO_WAITING, Driver.SWAPPING] = 0.8
    shares[:, Counter.IO_STALLED] = 0.55 * shares[:, Counter.IO_WAITING]
    shares[:, Counter.MEMORY_WAITING, Driver.SWAPPING] = 0.75
    shares[:, Counter.MEMORY_STALLED, Driver.SWAPPING] = 0.5


def _set_events(shares: Array, busy: Array, cores: Array) -> None:
    for counter, idle, working in ((Counter.SWITCHES, 220.0, 16_000.0), (Counter.INTERRUPTS, 140.0, 9_000.0)):
        shares[:, counter] = working * busy * cores[:, None]
        # One program that never waits is hardly ever interrupted.
        shares[:, counter, Driver.SATURATED] *= 0.15
        shares[:, counter, Driver.ELAPSED] = idle * cores
    shares[:, Counter.SWAP_IN, Driver.SWAPPING] = 34e6
    shares[:, Counter.SWAP_OUT, Driver.SWAPPING] = 41e6
