"""The reader for everything but Linux, and for Linux on request: psutil."""

from remote_probe import series
from remote_probe.filesystems import FileSystems
from remote_probe.group import TROUBLES, Group
from remote_probe.mounts import choose_filesystems
from remote_probe.psutil_fast import (
    PsutilCpu,
    PsutilDisks,
    PsutilLoad,
    PsutilMemory,
    PsutilNetwork,
    PsutilSwapTraffic,
    PsutilTcpStates,
)
from remote_probe.psutil_processes import PsutilProcesses


class PsutilReader:
    """As `proc_reader.ProcReader`. Raises ImportError when the host has no psutil."""

    def __init__(self, options):
        self._psutil = import_psutil()
        self._all_mounts = options.all_mounts
        # Much of psutil is not there on every system.
        troubles = (*TROUBLES, self._psutil.Error, AttributeError, RuntimeError)
        self.table = PsutilProcesses(self._psutil, options.top)
        self.fast = Group(
            "fast",
            0,
            [
                PsutilCpu(self._psutil),
                PsutilLoad(),
                PsutilMemory(self._psutil),
                PsutilSwapTraffic(self._psutil),
                PsutilDisks(self._psutil),
                PsutilNetwork(self._psutil, options.all_interfaces),
                PsutilTcpStates(self._psutil),
            ],
            troubles,
        )
        self.processes = Group("processes", 1, [self.table], troubles)
        self.slow = Group("slow", 2, [FileSystems(self.filesystems), _BootTime(self._psutil)], troubles)

    def memory_total(self):
        """Bytes."""
        return self._psutil.virtual_memory().total

    def boot_time(self):
        """UTC seconds."""
        return self._psutil.boot_time()

    def filesystems(self):
        """What is mounted and worth watching."""
        mounts = self._psutil.disk_partitions(all=True)
        return choose_filesystems([(row.device, row.mountpoint, row.fstype) for row in mounts], self._all_mounts)


class _BootTime:
    def __init__(self, psutil):
        self.series = series.BOOT_TIME
        self._psutil = psutil

    def read(self):
        return [self._psutil.boot_time()]


def import_psutil():
    """psutil, from wherever this host's Python keeps packages. Raises ImportError."""
    try:
        import psutil
    except ImportError:
        # The probe was started without a look for site-packages, and without the login's own ones.
        import site

        site.main()
        site.addsitedir(site.getusersitepackages())
        import psutil
    return psutil
