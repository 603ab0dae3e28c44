"""Which series a machine sends, in wire order: as the probe's reader for Linux has them. Pure."""

from typing import Any

import msgspec

from remote_probe import series
from simulated_fleet.machine import Machine

# The probe carries no types.
_wire: Any = series
Series = tuple[tuple[str, ...], ...]

FAST, PROCESSES, SLOW = 0, 1, 2
"""Numbers of the layouts on the wire."""
_GROUPS = {FAST: "fast", PROCESSES: "processes", SLOW: "slow"}


def fast_series(machine: Machine) -> Series:
    """Every tick."""
    cores = _wire.cores([str(number) for number in range(machine.cpus)])
    disks = _wire.disks(sorted(machine.disks))
    networks = _wire.network([interface.name for interface in machine.interfaces])
    return (
        *(*series.CPU, *series.SWITCHES, *cores, *series.LOAD, *series.MEMORY, *series.SWAP_TRAFFIC),
        *(*disks, *networks, *series.TCP, *_wire.pressure(series.PRESSURE_RESOURCES)),
    )


def process_series() -> Series:
    """Every 10 s."""
    return series.PROCESSES


def slow_series(machine: Machine) -> Series:
    """Every 30 s."""
    mounts = _wire.filesystems([mount.path for mount in machine.mounts])
    sensors = _wire.temperatures(sensors_of(machine))
    return (*mounts, *series.BOOT_TIME, *series.OPEN_FILES, *series.USERS, *sensors, *series.UNITS_FAILED)


def sensors_of(machine: Machine) -> tuple[str, ...]:
    """Names of its sensors: one for each socket."""
    sockets = 2 if machine.cpus > 32 else 1
    return tuple(f"coretemp Package id {number}" for number in range(sockets)) if machine.is_metal else ()


def layout_lines(machine: Machine) -> list[bytes]:
    """The lines that name what is sent, without their newlines."""
    of_group = {FAST: fast_series(machine), PROCESSES: process_series(), SLOW: slow_series(machine)}
    return [
        msgspec.json.encode({"layout": number, "group": _GROUPS[number], "series": found})
        for number, found in of_group.items()
    ]
