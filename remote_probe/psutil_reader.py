"""The reader for everything but Linux, and for Linux on request: psutil.

On Linux, what psutil does not know or counts in another way is read as the other reader does.
"""

import sys

from remote_probe.cgroup import CgroupCpu
from remote_probe.failed_units import FailedUnits
from remote_probe.group import TROUBLES, Group
from remote_probe.logins import Logins
from remote_probe.open_files import OpenFiles
from remote_probe.proc_disks import Disks
from remote_probe.proc_pressure import Pressure
from remote_probe.psutil_fast import (
    PsutilCores,
    PsutilCpuModes,
    PsutilDisks,
    PsutilLoad,
    PsutilNetwork,
    PsutilSwitches,
    PsutilTcpStates,
)
from remote_probe.psutil_import import LINUX, import_psutil, system_of
from remote_probe.psutil_memory import memory_sources
from remote_probe.psutil_mounts import PsutilMounts
from remote_probe.psutil_processes import PsutilProcesses
from remote_probe.psutil_slow import PsutilBootTime, PsutilTemperatures, PsutilUsers, gpu_source
from remote_probe.temperatures import Temperatures
from remote_probe.users import UserNames


class PsutilReader:
    """As `proc_reader.ProcReader`. Raises ImportError when the host has no psutil that can be used."""

    def __init__(self, options, psutil=None, platform=sys.platform):
        self._psutil = psutil = psutil or import_psutil()
        system = system_of(platform)
        # Much of psutil is not there on every system, in every release, or for every account.
        self._troubles = troubles = (*TROUBLES, psutil.Error, AttributeError, RuntimeError)
        self._mounts = PsutilMounts(psutil, system, options.all_mounts, troubles)
        self.table = PsutilProcesses(psutil, system, options.top, UserNames(), troubles)
        self.fast = Group("fast", 0, _fast_sources(psutil, system, options), troubles)
        self.processes = Group("processes", 1, [self.table], troubles)
        self.slow = Group("slow", 2, [self._mounts.source(), *_slow_sources(psutil, system)], troubles)

    def memory_total(self):
        """Bytes; None where the system will not tell."""
        return self._tell(lambda: self._psutil.virtual_memory().total)

    def boot_time(self):
        """UTC seconds; None where the system will not tell."""
        return self._tell(self._psutil.boot_time)

    def filesystems(self):
        """What is mounted and worth watching."""
        return self._mounts.list()

    def _tell(self, question):
        try:
            return question()
        except self._troubles:
            return None


def disk_source(psutil, system):
    """Before 5.6.7 psutil fails on the disks of Linux 5.5, and on older ones tells partitions in their stead."""
    if system == LINUX and tuple(psutil.version_info) < (5, 6, 7):
        return Disks()
    return PsutilDisks(psutil, system)


def _fast_sources(psutil, system, options):
    """In wire order."""
    return [
        PsutilCpuModes(psutil),
        PsutilSwitches(psutil, system),
        PsutilCores(psutil),
        PsutilLoad(psutil),
        *memory_sources(psutil, system),
        disk_source(psutil, system),
        PsutilNetwork(psutil, system, options.all_interfaces),
        PsutilTcpStates(psutil),
        *((Pressure(), CgroupCpu()) if system == LINUX else ()),
    ]


def _slow_sources(psutil, system):
    """In wire order, after the file systems."""
    boot_time, gpus = PsutilBootTime(psutil), gpu_source(system)
    if system == LINUX:
        return [boot_time, OpenFiles(), Logins(), Temperatures(), gpus, FailedUnits()]
    return [boot_time, PsutilUsers(psutil), PsutilTemperatures(psutil), gpus]
