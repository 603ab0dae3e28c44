"""CPU time, load, context switches and interrupts from /proc/stat and /proc/loadavg."""

import os

from remote_probe import series
from remote_probe.proc_file import ProcFile

TICKS_PER_S = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_MODES = len(series.CPU_MODES)


class Cpu:
    """All modes of all cores together, busy and idle of each core, switches, interrupts and boot time."""

    def __init__(self, path="/proc/stat"):
        self.series = series.CPU + series.SWITCHES
        self._file = ProcFile(path)
        self._cores = []

    def read(self):
        """CPU seconds by mode, switches, interrupts, then busy and idle seconds by core."""
        cpu, _, rest = self._file.read().partition(b"\nintr ")
        total, *rows = cpu.split(b"\n")
        modes = [int(field) / TICKS_PER_S for field in total.split()[1 : 1 + _MODES]]
        # Kernels before 2.6.33 know fewer modes.
        modes += [0.0] * (_MODES - len(modes))
        cores = [row.split() for row in rows[: series.CORES_LIMIT]]
        self._name_cores([core[0] for core in cores])
        modes.append(_after(rest, b"\nctxt "))
        modes.append(int(rest[: rest.index(b" ")]))
        for core in cores:
            modes += _busy_and_idle(core)
        return modes

    def _name_cores(self, names):
        if names != self._cores:
            self._cores = names
            self.series = series.CPU + series.SWITCHES + series.cores([name[3:].decode("ascii") for name in names])


class Load:
    """Load averages."""

    def __init__(self, path="/proc/loadavg"):
        self.series = series.LOAD
        self._file = ProcFile(path)

    def read(self):
        """Over 1, 5 and 15 minutes."""
        return [float(field) for field in self._file.read().split()[:3]]


class BootTime:
    """When the host started."""

    def __init__(self, path="/proc/stat"):
        self.series = series.BOOT_TIME
        self._file = ProcFile(path)

    def read(self):
        """UTC seconds."""
        return [_after(self._file.read(), b"\nbtime ")]


def _busy_and_idle(core):
    user, nice, system, idle, iowait, irq, softirq, steal = map(int, core[1:9])
    # guest is inside user already.
    return (user + nice + system + irq + softirq + steal) / TICKS_PER_S, (idle + iowait) / TICKS_PER_S


def _after(text, word):
    start = text.index(word) + len(word)
    return int(text[start : text.index(b"\n", start)])
