"""psutil as it is on systems that are not at hand: the fields that its documentation lists for them, and no others.

Each function gives an object that can stand for the module: what a system or a release does not have is not there, and
what an ordinary account may not know is refused as psutil refuses it.
"""

import collections
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

Row = Any
"""A named tuple, of which fields it has depends on the system."""
Module = Any
"""What stands for psutil, which has no types."""

GIB = 1 << 30
BOOTED_AT = 1_700_000_000.0

_CPU_FIELDS = {
    "macos": "user nice system idle",
    "freebsd": "user nice system idle irq",
    "windows": "user system idle interrupt dpc",
    "linux": "user nice system idle iowait irq softirq steal guest guest_nice",
}
_MEMORY_FIELDS = {
    "macos": "total available percent used free active inactive wired",
    "freebsd": "total available percent used free active inactive buffers cached shared wired",
    "windows": "total available percent used free",
    "linux": "total available percent used free active inactive buffers cached shared slab",
}
_DISK_FIELDS = {
    "macos": "read_count write_count read_bytes write_bytes read_time write_time",
    "freebsd": "read_count write_count read_bytes write_bytes read_time write_time busy_time",
    "windows": "read_count write_count read_bytes write_bytes read_time write_time",
    "linux": (
        "read_count write_count read_bytes write_bytes read_time write_time read_merged_count write_merged_count "
        "busy_time"
    ),
}
_PROCESS_MEMORY_FIELDS = {
    "macos": "rss vms pfaults pageins",
    "freebsd": "rss vms text data stack",
    "windows": (
        "rss vms num_page_faults peak_wset wset peak_paged_pool paged_pool peak_nonpaged_pool nonpaged_pool pagefile "
        "peak_pagefile private"
    ),
    "linux": "rss vms shared text lib data dirty",
}
_rows: Any = collections.namedtuple  # noqa: PYI024 -- its fields are no types' business
_SWAP = _rows("sswap", "total used free percent sin sout")
_STATS = _rows("scpustats", "ctx_switches interrupts soft_interrupts syscalls")
partition = _PARTITION = _rows("sdiskpart", "device mountpoint fstype opts")
_USAGE = _rows("sdiskusage", "total used free percent")
_NETWORK = _rows("snetio", "bytes_sent bytes_recv packets_sent packets_recv errin errout dropin dropout")
_LINK = _rows("snicstats", "isup duplex speed mtu")
_CONNECTION = _rows("sconn", "fd family type laddr raddr status pid")
_USER = _rows("suser", "name terminal host started")
_TEMPERATURE = _rows("shwtemp", "label current high critical")
_PROCESS_TIMES = _rows("pcputimes", "user system children_user children_system")
_IDS = _rows("puids", "real effective saved")


class Error(Exception):
    """psutil.Error."""


class NoSuchProcess(Error):  # noqa: N818 -- psutil's name
    """psutil.NoSuchProcess."""


class AccessDenied(Error):  # noqa: N818 -- psutil's name
    """psutil.AccessDenied."""


class Process:
    """One row of the process table; `denied` names the questions that another account's process does not answer."""

    def __init__(  # noqa: PLR0917 -- a row of a table
        self,
        pid: int,
        name: str,
        user: str,
        seconds: float,
        rss: int,
        memory_fields: str,
        *,
        arguments: tuple[str, ...] = (),
        denied: tuple[str, ...] = (),
    ) -> None:
        self.pid = pid
        self._name, self._user, self._arguments = name, user, arguments
        self.seconds = seconds
        self._memory = _row(memory_fields, rss=rss, vms=2 * rss)
        self._denied = denied

    @contextmanager
    def oneshot(self) -> Iterator[None]:
        yield

    def name(self) -> Row:
        return self._tell("name", self._name)

    def cmdline(self) -> Row:
        return self._tell("cmdline", list(self._arguments))

    def username(self) -> Row:
        return self._tell("username", self._user)

    def cpu_times(self) -> Row:
        return self._tell("cpu_times", _PROCESS_TIMES(self.seconds, 0.0, 0.0, 0.0))

    def create_time(self) -> float:
        return BOOTED_AT + self.pid

    def memory_info(self) -> Row:
        return self._tell("memory_info", self._memory)

    def _tell(self, question: str, answer: Row) -> Row:
        if question in self._denied:
            raise AccessDenied(self.pid)
        return answer


class UnixProcess(Process):
    """With numbers of users, which Windows has not."""

    def uids(self) -> Row:
        return _IDS(0, 0, 0) if self._user == "root" else _IDS(12345, 12345, 12345)


def macos(*, root: bool = False) -> Module:
    """A MacBook of an ordinary account: sockets, and other accounts' processes, are for root only."""
    fields = _PROCESS_MEMORY_FIELDS["macos"]
    denied = () if root else ("cpu_times", "memory_info", "cmdline")
    processes: list[Process] = [
        UnixProcess(0, "kernel_task", "root", 900.0, GIB, fields, denied=denied),
        UnixProcess(1, "launchd", "root", 90.0, GIB // 8, fields, denied=denied),
        UnixProcess(501, "zsh", "ann", 1.0, GIB // 64, fields, arguments=("-zsh",)),
    ]
    module = _module("macos", processes)
    module.cpu_stats = lambda: _STATS(3_000_000, 11, 12, 0)
    module.disk_io_counters = _counters(
        "macos", {"disk0": (700, 300, 7000, 3000, 1500, 500), "disk4": (0, 0, 0, 0, 0, 0)}
    )
    module.net_io_counters = _network("lo0 gif0 stf0 anpi0 en0 en1 en5 ap1 awdl0 llw0 utun0 utun3 bridge0", idle="en5")
    module.net_if_stats = lambda: {"en0": _LINK(True, 2, 1000, 1500), "en1": _LINK(True, 2, 0, 1500)}
    module.net_connections = lambda kind: _SOCKETS if root else _deny()
    module.getloadavg = lambda: (1.5, 1.25, 1.0)
    module.disk_partitions = lambda all=False: [  # noqa: A006 -- psutil's name
        _PARTITION("/dev/disk3s1s1", "/", "apfs", "ro,local,rootfs,dovolfs,journaled,multilabel"),
        _PARTITION("devfs", "/dev", "devfs", "rw,local,dontbrowse,multilabel"),
        _PARTITION("/dev/disk3s6", "/System/Volumes/VM", "apfs", "rw,noexec,local,dovolfs,dontbrowse"),
        _PARTITION("/dev/disk3s2", "/System/Volumes/Preboot", "apfs", "rw,local,dovolfs,dontbrowse"),
        _PARTITION("/dev/disk1s2", "/System/Volumes/xarts", "apfs", "rw,noexec,local,dovolfs,dontbrowse"),
        _PARTITION("/dev/disk1s1", "/System/Volumes/iSCPreboot", "apfs", "rw,local,dovolfs,dontbrowse"),
        _PARTITION("/dev/disk3s5", "/System/Volumes/Data", "apfs", "rw,local,dovolfs,dontbrowse,journaled"),
        _PARTITION("map auto_home", "/System/Volumes/Data/home", "autofs", "rw,dovolfs,dontbrowse,automounted"),
        _PARTITION("/dev/disk5s1", "/Volumes/Installer", "hfs", "ro,nosuid,local,dovolfs"),
        _PARTITION("/dev/disk7s1", "/Library/Developer/CoreSimulator/Volumes/iOS_21", "apfs", "rw,local,dovolfs"),
        _PARTITION("/dev/disk6s2", "/Volumes/Photos", "exfat", "rw,local,dovolfs"),
        _PARTITION("//ann@nas/share", "/Volumes/share", "smbfs", "rw,nodev,nosuid,dovolfs"),
    ]
    return module


def freebsd() -> Module:
    """A server with a pool, and jails in it."""
    fields = _PROCESS_MEMORY_FIELDS["freebsd"]
    processes: list[Process] = [
        UnixProcess(0, "kernel", "root", 50.0, GIB, fields),
        UnixProcess(11, "idle", "root", 90000.0, 0, fields),
        UnixProcess(800, "nginx", "root", 5.0, GIB // 16, fields, arguments=("nginx: master process",)),
    ]
    module = _module("freebsd", processes)
    module.cpu_stats = lambda: _STATS(5000, 600, 70, 8)
    module.disk_io_counters = _counters(
        "freebsd",
        {"ada0": (700, 300, 7000, 3000, 1500, 500, 1200), "cd0": (1, 0, 1, 0, 1, 0, 1), "pass0": (1, 0, 0, 0, 0, 0, 0)},
    )
    module.net_io_counters = _network("em0 em0.100 igb1 lo0 bridge0 epair0a pflog0 lagg0 usbus0 tap1", idle="igb1")
    module.net_if_stats = lambda: {"em0": _LINK(True, 2, 1000, 1500)}
    module.net_connections = lambda kind: _SOCKETS
    module.getloadavg = lambda: (0.5, 0.25, 0.125)
    module.sensors_temperatures = lambda fahrenheit=False: {
        "coretemp": [_TEMPERATURE("Core 0", 45.0, 100.0, 100.0), _TEMPERATURE("Core 1", 46.5, None, None)]
    }
    module.disk_partitions = lambda all=False: [  # noqa: A006 -- psutil's name
        _PARTITION("zroot/ROOT/default", "/", "zfs", "rw,noatime,nfs4acls"),
        _PARTITION("devfs", "/dev", "devfs", "rw"),
        _PARTITION("zroot/usr/home", "/usr/home", "zfs", "rw,nosuid,noatime"),
        _PARTITION("zroot/usr/home@daily", "/usr/home/.zfs/snapshot/daily", "zfs", "ro"),
        _PARTITION("fdescfs", "/dev/fd", "fdescfs", "rw"),
        _PARTITION("procfs", "/proc", "procfs", "rw"),
        _PARTITION("linprocfs", "/compat/linux/proc", "linprocfs", "rw"),
        _PARTITION("tmpfs", "/tmp", "tmpfs", "rw"),
        _PARTITION("/usr/ports", "/jails/web/usr/ports", "nullfs", "ro"),
        _PARTITION("devfs", "/jails/web/dev", "devfs", "rw"),
        _PARTITION("/dev/ada1p1", "/data", "ufs", "rw,softdep"),
        _PARTITION("/dev/cd0", "/cdrom", "cd9660", "ro"),
    ]
    return module


def windows(version: tuple[int, ...] = (7, 2, 2)) -> Module:
    """A server, seen by an account that is no administrator."""
    fields = _PROCESS_MEMORY_FIELDS["windows"]
    foreign = ("cmdline", "username")
    processes = [
        Process(0, "System Idle Process", "NT AUTHORITY\\SYSTEM", 80000.0, 8192, fields),
        Process(4, "System", "NT AUTHORITY\\SYSTEM", 700.0, GIB // 32, fields, denied=("cmdline",)),
        Process(88, "Registry", "", 3.0, GIB // 16, fields, denied=(*foreign, "memory_info")),
        Process(900, "sqlservr.exe", "", 500.0, 4 * GIB, fields, denied=foreign),
        Process(
            4711, "python.exe", "CORP\\ann", 2.0, GIB // 32, fields, arguments=("python", "-p", "--token", "hunter2")
        ),
    ]
    module = _module("windows", processes)
    module.version_info = version
    module.cpu_stats = lambda: _STATS(5000, 600, 0, 8)
    module.swap_memory = lambda: _SWAP(4 * GIB, GIB, 3 * GIB, 25.0, 0, 0)
    module.disk_io_counters = _counters(
        "windows", {"PhysicalDrive0": (700, 300, 7000, 3000, 1, 0), "PhysicalDrive1": (0, 0, 0, 0, 0, 0)}
    )
    names = (
        "Ethernet,Ethernet 2,Local Area Connection* 1,Bluetooth Network Connection,vEthernet (WSL),"
        "VMware Network Adapter VMnet1,Loopback Pseudo-Interface 1,isatap.{846EE342}"
    )
    module.net_io_counters = _network(names, ",", idle="Ethernet 2")
    module.net_if_stats = lambda: {"Ethernet": _LINK(True, 2, 1000, 1500), "Ethernet 2": _LINK(False, 0, 4294, 1500)}
    module.net_connections = lambda kind: [*_SOCKETS, _socket("NONE"), _socket("DELETE_TCB")]
    module.disk_partitions = lambda all: [  # noqa: A006 -- psutil's name
        _PARTITION("A:\\", "A:\\", "", "removable"),
        _PARTITION("C:\\", "C:\\mnt\\backup\\", "NTFS", "rw"),
        _PARTITION("C:\\", "C:\\", "NTFS", "rw,fixed"),
        _PARTITION("D:\\", "D:\\", "UDF", "ro,readonly,cdrom"),
        _PARTITION("E:\\", "E:\\", "", "cdrom"),
        _PARTITION("F:\\", "F:\\", "ReFS", "rw,fixed"),
        _PARTITION("G:\\", "G:\\", "", "fixed"),
        _PARTITION("Z:\\", "Z:\\", "NTFS", "rw,remote"),
    ]
    module.disk_usage = _windows_usage
    if version >= (5, 6, 2):
        module.getloadavg = lambda: (0.0, 0.0, 0.0)
    return module


def old_linux() -> Module:
    """Release 5.0.1: no `nowrap`, no sensors, no load average; counters start again where a device does."""
    fields = _PROCESS_MEMORY_FIELDS["linux"]
    module = _module("linux", [UnixProcess(1, "systemd", "root", 5.0, GIB // 64, fields, arguments=("/sbin/init",))])
    module.version_info = (5, 0, 1)
    module.cpu_stats = lambda: _STATS(5000, 600, 70, 0)
    disks = _counters("linux", {"sda": (700, 300, 7000, 3000, 1500, 500, 0, 0, 1200)})
    network = _network("lo eth0")
    module.disk_io_counters = lambda perdisk=False: disks(perdisk)
    module.net_io_counters = lambda pernic=False: network(pernic)
    module.net_if_stats = lambda: {"eth0": _LINK(True, 2, 1000, 1500)}
    module.net_connections = lambda kind="inet": _SOCKETS
    module.disk_partitions = lambda all=False: [_PARTITION("/dev/sda1", "/", "ext4", "rw,relatime")]  # noqa: A006
    return module


def _module(system: str, processes: list[Process]) -> Module:
    cpu = _rows("scputimes", _CPU_FIELDS[system])
    times = {"user": 10.0, "nice": 1.0, "system": 5.0, "idle": 100.0, "interrupt": 1.0, "dpc": 0.5, "irq": 0.25}
    core = cpu(*(times.get(field, 0.0) for field in cpu._fields))
    by_pid = {process.pid: process for process in processes}

    def look_up(pid: int) -> Process:
        if pid not in by_pid:
            raise NoSuchProcess(pid)
        return by_pid[pid]

    return SimpleNamespace(
        version_info=(7, 2, 2),
        Error=Error,
        AccessDenied=AccessDenied,
        NoSuchProcess=NoSuchProcess,
        Process=look_up,
        pids=lambda: [*by_pid, 99999],
        cpu_times=lambda percpu=False: [core, core] if percpu else cpu(*(2 * seconds for seconds in core)),
        virtual_memory=lambda: _row(
            _MEMORY_FIELDS[system], total=16 * GIB, available=10 * GIB, free=4 * GIB, cached=2 * GIB, buffers=GIB
        ),
        swap_memory=lambda: _SWAP(4 * GIB, GIB, 3 * GIB, 25.0, 111, 222),
        boot_time=lambda: BOOTED_AT,
        users=lambda: [_USER("ann", "console", None, time.time()), _USER("ann", "ttys000", "10.0.0.9", time.time())],
    )


def _row(fields: str, **known: object) -> Row:
    row = _rows("row", fields)
    return row(*(known.get(field, 1) for field in row._fields))


def _counters(system: str, disks: dict[str, tuple[int, ...]]) -> Callable[..., Row]:
    row = _rows("sdiskio", _DISK_FIELDS[system])
    return lambda perdisk=False, nowrap=True: (
        {name: row(*values) for name, values in disks.items()} if perdisk else None
    )


def _network(names: str, separator: str = " ", idle: str = "") -> Callable[..., Row]:
    counts = {name: _NETWORK(2, 1, 4, 3, 5, 6, 7, 8) for name in names.split(separator)}
    if idle:
        counts[idle] = _NETWORK(*[0] * 8)
    return lambda pernic=False, nowrap=True: counts if pernic else None


def _socket(status: str) -> Row:
    return _CONNECTION(3, 2, 1, (), (), status, None)


_SOCKETS = [_socket(status) for status in ("ESTABLISHED", "ESTABLISHED", "LISTEN", "TIME_WAIT")]


def _windows_usage(path: str) -> Row:
    if not path.endswith("\\"):
        raise FileNotFoundError(path)
    if path == "Z:\\":
        raise OSError(64, "The specified network name is no longer available")
    return _USAGE(100 * GIB, 60 * GIB, 40 * GIB, 60.0)


def _deny() -> None:
    raise AccessDenied(0)
