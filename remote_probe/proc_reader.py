"""The reader for Linux: /proc, /sys and one netlink question."""

from remote_probe.cgroup import CgroupCpu
from remote_probe.failed_units import FailedUnits
from remote_probe.filesystems import FileSystems
from remote_probe.gpus import Gpus
from remote_probe.group import Group
from remote_probe.logins import Logins
from remote_probe.mounts import choose_filesystems, parse_mounts
from remote_probe.open_files import OpenFiles
from remote_probe.proc_cpu import BootTime, Cpu, Load
from remote_probe.proc_disks import Disks
from remote_probe.proc_file import ProcFile
from remote_probe.proc_memory import Memory, SwapTraffic
from remote_probe.proc_network import Network
from remote_probe.proc_pressure import Pressure
from remote_probe.proc_processes import Processes
from remote_probe.tcp_states import TcpStates
from remote_probe.temperatures import Temperatures
from remote_probe.users import UserNames


class ProcReader:
    """The three cadence groups, and what the greeting needs. Raises OSError where there is no /proc.

    Attributes:
        fast, processes, slow: the groups.
        table: has the rows of the last process reading in `top`.
    """

    def __init__(self, options):
        self._mounts = ProcFile("/proc/self/mounts")
        self._all_mounts = options.all_mounts
        self._memory = Memory()
        self._boot_time = BootTime()
        self._boot_time.read()
        self.table = Processes(options.top, UserNames())
        self.fast = Group(
            "fast",
            0,
            [
                Cpu(),
                Load(),
                self._memory,
                SwapTraffic(),
                Disks(),
                Network(options.all_interfaces),
                TcpStates(),
                Pressure(),
                CgroupCpu(),
            ],
        )
        self.processes = Group("processes", 1, [self.table])
        self.slow = Group(
            "slow",
            2,
            [
                FileSystems(self.filesystems),
                self._boot_time,
                OpenFiles(),
                Logins(),
                Temperatures(),
                Gpus(),
                FailedUnits(),
            ],
        )

    def memory_total(self):
        """Bytes."""
        return self._memory.read()[0]

    def boot_time(self):
        """UTC seconds."""
        return self._boot_time.read()[0]

    def filesystems(self):
        """What is mounted and worth watching."""
        return choose_filesystems(parse_mounts(self._mounts.read()), self._all_mounts)
