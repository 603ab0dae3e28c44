"""The fast group by psutil. What a system never tells is left out."""

import os

from remote_probe import clock, series
from remote_probe.block_devices import BlockDevices
from remote_probe.interfaces import Interfaces
from remote_probe.psutil_import import LINUX, MACOS, WINDOWS
from remote_probe.psutil_interfaces import choose_interfaces

_BYTES_PER_MEGABIT = 125000
# psutil fills its averages on Windows from then on; before it says 0.
_LOAD_IS_KNOWN_AFTER_S = 5.0
# How long a link speed is good for: asking takes Windows milliseconds.
_LOOK_AGAIN_S = 30.0
# 32 bits on Windows: what is faster looks like 4.29 Gbit/s.
_LARGEST_MEGABITS = 4294
_NO_DISK = ("cd", "fd", "loop", "md", "pass", "ram", "ses")
_DISK_TIMES = ("disk_read_seconds_total", "disk_write_seconds_total")
_BUSY_MODES = ("user", "nice", "system", "irq", "softirq", "steal")
_WINDOWS_MODES = {"irq": "interrupt", "softirq": "dpc"}


class PsutilCpuModes:
    """The first part of `proc_cpu.Cpu`: all cores together."""

    def __init__(self, psutil):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._psutil = psutil
        self._modes = ()  # type: tuple[str, ...]
        self._system_s = 0.0

    def read(self):
        """CPU seconds by those modes that the system tells apart."""
        by_mode = self._by_mode(self._psutil.cpu_times())
        modes = tuple(mode for mode in series.CPU_MODES if mode in by_mode)
        if modes != self._modes:
            self._modes = modes
            self.series = tuple(flat for flat in series.CPU if flat[2] in by_mode)
        return [by_mode[mode] for mode in modes]

    def _by_mode(self, times):
        by_mode = dict(zip(times._fields, times))
        for mode, field in _WINDOWS_MODES.items():
            if field in by_mode:
                # There it is inside "system". The difference may step back by a tick, which no counter may.
                by_mode[mode] = by_mode[field]
                by_mode["system"] -= by_mode[field]
        if "interrupt" in by_mode:
            self._system_s = by_mode["system"] = max(self._system_s, by_mode["system"])
        return by_mode


class PsutilSwitches:
    """The second part of `proc_cpu.Cpu`: context switches and interrupts."""

    def __init__(self, psutil, system):
        # On macOS psutil gives other counters of the kernel under these names.
        self._tells = system != MACOS
        self.series = series.SWITCHES if self._tells else ()
        self._psutil = psutil

    def read(self):
        """Since boot."""
        if not self._tells:
            return []
        stats = self._psutil.cpu_stats()
        return [stats.ctx_switches, stats.interrupts]


class PsutilCores:
    """The last part of `proc_cpu.Cpu`: each core."""

    def __init__(self, psutil):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._psutil = psutil

    def read(self):
        """Busy and idle seconds by core."""
        cores = self._psutil.cpu_times(percpu=True)[: series.CORES_LIMIT]
        if 2 * len(cores) != len(self.series):
            self.series = series.cores([str(number) for number in range(len(cores))])
        return [value for core in cores for value in _busy_and_idle(core)]


class PsutilLoad:
    """As `proc_cpu.Load`. Windows has no such thing: newer psutil works it out there from when it is first asked."""

    def __init__(self, psutil):
        native = getattr(os, "getloadavg", None)
        self._ask = native or getattr(psutil, "getloadavg", None)
        self.series = series.LOAD if self._ask else ()
        self._known_from = clock.steady() + (0.0 if native else _LOAD_IS_KNOWN_AFTER_S)

    def read(self):
        """Over 1, 5 and 15 minutes."""
        if self._ask is None:
            return []
        averages = list(self._ask())
        return averages if clock.steady() >= self._known_from else [None] * len(averages)


class PsutilDisks:
    """As `proc_disks.Disks`."""

    def __init__(self, psutil, system):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._psutil = psutil
        self._devices = BlockDevices() if system == LINUX else None
        # On Windows psutil says milliseconds and gives whole seconds.
        self._times = system != WINDOWS
        self._shown = None

    def read(self):
        """Up to seven values a device, in the order of `series.disks`."""
        counters = self._psutil.disk_io_counters(perdisk=True, **_as_they_are(self._psutil)) or {}
        names = [name for name in self._choose(counters) if counters[name].read_count or counters[name].write_count]
        names = names[: series.DISKS_LIMIT]
        rows = [self._values(counters[name]) for name in names]
        shown = [(name, tuple(row)) for name, row in zip(names, rows)]
        if shown != self._shown:
            self._shown = shown
            told = {(metric, name) for name, row in shown for metric in row}
            self.series = tuple(flat for flat in series.disks(names) if (flat[0], flat[2]) in told)
        return [value for row in rows for value in row.values()]

    def _choose(self, names):
        if self._devices is not None:
            return self._devices.choose(list(names))
        return [name for name in names if name.rstrip("0123456789") not in _NO_DISK]

    def _values(self, disk):
        values = {
            "disk_read_bytes_total": disk.read_bytes,
            "disk_written_bytes_total": disk.write_bytes,
            "disk_reads_total": disk.read_count,
            "disk_writes_total": disk.write_count,
        }
        if self._times and hasattr(disk, "read_time"):
            values.update(zip(_DISK_TIMES, (disk.read_time / 1000, disk.write_time / 1000)))
        if hasattr(disk, "busy_time"):
            values["disk_busy_seconds_total"] = disk.busy_time / 1000
        return values


class PsutilNetwork:
    """As `proc_network.Network`."""

    def __init__(self, psutil, system, everything):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._psutil = psutil
        self._everything = everything
        self._system = system
        self._interfaces = Interfaces(everything) if system == LINUX else None
        self._shown = None
        self._speeds = {}  # type: dict[str, int | None]
        self._looked_at = 0.0

    def read(self):
        """Nine values an interface, in the order of `series.network`."""
        counters = self._psutil.net_io_counters(pernic=True, **_as_they_are(self._psutil)) or {}
        names = self._choose(counters)[: series.INTERFACES_LIMIT]
        self._show(names)
        return [value for name in names for value in (*_network_values(counters[name]), self._speeds.get(name))]

    def _choose(self, counters):
        if self._interfaces is not None:
            return [name for name in self._interfaces.choose(list(counters)) if name in counters]
        in_use = [name for name, count in counters.items() if count.packets_recv or count.packets_sent]
        return choose_interfaces(in_use, self._system, self._everything)

    def _show(self, names):
        now = clock.steady()
        if names == self._shown and now - self._looked_at < _LOOK_AGAIN_S:
            return
        if names != self._shown:
            self._shown = names
            self.series = series.network(names)
        self._looked_at = now
        links = self._psutil.net_if_stats()
        self._speeds = {name: self._speed(links[name]) for name in names if name in links}

    def _speed(self, link):
        known = link.speed > 0 and not (self._system == WINDOWS and link.speed >= _LARGEST_MEGABITS)
        return link.speed * _BYTES_PER_MEGABIT if known else None


class PsutilTcpStates:
    """As `tcp_states.TcpStates`; nothing where the account may not see sockets."""

    def __init__(self, psutil):
        self.series = series.TCP
        self._psutil = psutil

    def read(self):
        """One count for each of `series.TCP_STATES`."""
        if not self.series:
            return []
        counts = dict.fromkeys(series.TCP_STATES, 0)
        try:
            connections = self._psutil.net_connections(kind="tcp")
        except self._psutil.AccessDenied:  # macOS tells root only
            self.series = ()
            return []
        for connection in connections:
            # Windows knows two more, NONE and DELETE_TCB.
            if connection.status in counts:
                counts[connection.status] += 1
        return list(counts.values())


def _busy_and_idle(core):
    # What Windows calls interrupt and dpc is inside its "system".
    busy = sum(getattr(core, mode, 0.0) for mode in _BUSY_MODES)
    return round(busy, 2), round(core.idle + getattr(core, "iowait", 0.0), 2)


def _as_they_are(psutil):
    """From 5.3 on psutil would remember every device that ever was, and add up what a re-plugged one starts anew."""
    return {"nowrap": False} if tuple(psutil.version_info) >= (5, 3) else {}


def _network_values(count):
    return (
        count.bytes_recv,
        count.bytes_sent,
        count.packets_recv,
        count.packets_sent,
        count.errin,
        count.errout,
        count.dropin,
        count.dropout,
    )
