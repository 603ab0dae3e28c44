"""The fast group by psutil. What a system does not tell is None; the series are the same everywhere."""

import os
import sys

from remote_probe import series
from remote_probe.block_devices import BlockDevices
from remote_probe.interfaces import Interfaces

_LINUX = sys.platform.startswith("linux")
_BYTES_PER_MEGABIT = 125000
_NOT_PHYSICAL = (
    "lo",
    "awdl",
    "llw",
    "utun",
    "bridge",
    "gif",
    "stf",
    "anpi",
    "ap",
    "pflog",
    "tap",
    "tun",
    "vnet",
    "epair",
)


class PsutilCpu:
    """As `proc_cpu.Cpu`."""

    def __init__(self, psutil):
        self.series = series.CPU + series.SWITCHES
        self._psutil = psutil
        self._cores = 0

    def read(self):
        """CPU seconds by mode, switches, interrupts, then busy and idle seconds by core."""
        total = self._psutil.cpu_times()
        cores = self._psutil.cpu_times(percpu=True)[: series.CORES_LIMIT]
        if len(cores) != self._cores:
            self._cores = len(cores)
            self.series = series.CPU + series.SWITCHES + series.cores([str(number) for number in range(len(cores))])
        stats = self._psutil.cpu_stats()
        values = [getattr(total, mode, None) for mode in series.CPU_MODES]
        values += [stats.ctx_switches, stats.interrupts]
        for core in cores:
            values += _busy_and_idle(core)
        return values


class PsutilLoad:
    """As `proc_cpu.Load`."""

    def __init__(self):
        self.series = series.LOAD

    def read(self):
        """Over 1, 5 and 15 minutes."""
        return list(os.getloadavg())


class PsutilMemory:
    """As `proc_memory.Memory`."""

    def __init__(self, psutil):
        self.series = series.MEMORY
        self._psutil = psutil

    def read(self):
        """Bytes: total, available, free, cached, buffers; swap total, free."""
        memory, swap = self._psutil.virtual_memory(), self._psutil.swap_memory()
        cached, buffers = getattr(memory, "cached", None), getattr(memory, "buffers", None)
        return [memory.total, memory.available, memory.free, cached, buffers, swap.total, swap.free]


class PsutilSwapTraffic:
    """As `proc_memory.SwapTraffic`."""

    def __init__(self, psutil):
        self.series = series.SWAP_TRAFFIC
        self._psutil = psutil

    def read(self):
        """Bytes in, bytes out, since boot."""
        swap = self._psutil.swap_memory()
        return [swap.sin, swap.sout]


class PsutilDisks:
    """As `proc_disks.Disks`."""

    def __init__(self, psutil):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._psutil = psutil
        self._devices = BlockDevices()
        self._shown = []

    def read(self):
        """Seven values a device, in the order of `series.disks`."""
        # nowrap would remember every device that ever was, and add up what a re-plugged one starts anew.
        counters = self._psutil.disk_io_counters(perdisk=True, nowrap=False) or {}
        names = self._devices.choose(list(counters)) if _LINUX else list(counters)
        names = [name for name in names if counters[name].read_count or counters[name].write_count]
        names = names[: series.DISKS_LIMIT]
        if names != self._shown:
            self._shown = names
            self.series = series.disks(names)
        return [value for name in names for value in _disk_values(counters[name])]


class PsutilNetwork:
    """As `proc_network.Network`."""

    def __init__(self, psutil, everything):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._psutil = psutil
        self._everything = everything
        self._interfaces = Interfaces(everything)
        self._shown = []

    def read(self):
        """Nine values an interface, in the order of `series.network`."""
        counters = self._psutil.net_io_counters(pernic=True, nowrap=False)
        names = self._choose(list(counters))[: series.INTERFACES_LIMIT]
        if names != self._shown:
            self._shown = names
            self.series = series.network(names)
        links = self._psutil.net_if_stats()
        return [value for name in names for value in _network_values(counters[name], links.get(name))]

    def _choose(self, names):
        if _LINUX:
            return list(self._interfaces.choose(names))
        if self._everything:
            return [name for name in names if not name.startswith("lo")]
        return [name for name in names if name.rstrip("0123456789") not in _NOT_PHYSICAL]


class PsutilTcpStates:
    """As `tcp_states.TcpStates`."""

    def __init__(self, psutil):
        self.series = series.TCP
        self._psutil = psutil

    def read(self):
        """One count for each of `series.TCP_STATES`."""
        counts = dict.fromkeys(series.TCP_STATES, 0)
        try:
            # The older name goes with psutil before 5.3, which hosts may have.
            connections = self._psutil.net_connections(kind="tcp")
        except self._psutil.AccessDenied:  # macOS tells root only
            return [None] * len(series.TCP)
        for connection in connections:
            if connection.status in counts:
                counts[connection.status] += 1
        return list(counts.values())


def _busy_and_idle(core):
    busy = (getattr(core, mode, 0.0) for mode in ("user", "nice", "system", "irq", "softirq", "steal"))
    return round(sum(busy), 2), round(core.idle + getattr(core, "iowait", 0.0), 2)


def _disk_values(disk):
    busy_ms = getattr(disk, "busy_time", None)
    return (
        disk.read_bytes,
        disk.write_bytes,
        disk.read_count,
        disk.write_count,
        _seconds(getattr(disk, "read_time", None)),
        _seconds(getattr(disk, "write_time", None)),
        _seconds(busy_ms),
    )


def _seconds(milliseconds):
    return None if milliseconds is None else milliseconds / 1000


def _network_values(count, link):
    return (
        count.bytes_recv,
        count.bytes_sent,
        count.packets_recv,
        count.packets_sent,
        count.errin,
        count.errout,
        count.dropin,
        count.dropout,
        link.speed * _BYTES_PER_MEGABIT if link is not None and link.speed > 0 else None,
    )
