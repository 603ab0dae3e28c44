"""Limits of a container: those of the control group that it sees as the root of the tree.

A limit further down, on a session or a service, is not the machine's. The root of a real machine has none.
"""

import os

from remote_probe import series
from remote_probe.proc_file import ProcFile

_ROOT = "/sys/fs/cgroup"


class MemoryUse:
    """Memory and swap of a container. None where there is no limit.

    Attributes:
        limit, current: bytes of memory.
        inactive_file: bytes of the file cache that go first when memory is short.
        cached: bytes, as `free` counts them.
        swap_limit, swap_current: bytes of swap; None where the machine's swap is not limited.
    """

    def __init__(self, limit, current, stat, swap_limit=None, swap_current=None):
        """`stat` as `parse_fields` has it of memory.stat, of either version."""
        self.limit = limit
        self.current = current
        self.inactive_file = stat.get(b"total_inactive_file", stat.get(b"inactive_file", 0))
        self.cached = stat.get(b"total_cache", stat.get(b"file", 0)) + stat.get(b"slab_reclaimable", 0)
        self.swap_limit = swap_limit
        self.swap_current = swap_current


class CgroupMemory:
    """The memory of the visible root, version 2 or 1."""

    def __init__(self, root=_ROOT):
        self._version2 = os.path.exists(root + "/memory.max")
        folder = root + "/" if self._version2 else root + "/memory/"
        names = _MEMORY_2 if self._version2 else _MEMORY_1
        self._files = [ProcFile(folder + name) for name in names] if os.path.exists(folder + names[0]) else []

    def read(self, total):
        """A `MemoryUse`, or None where the limit is not below `total`, the bytes that the machine has."""
        if not self._files:
            return None
        limit_file, current_file, stat_file, swap_limit_file, swap_current_file = self._files
        limit = parse_limit(limit_file.read())
        if limit is None or limit >= total:
            return None
        current = int(current_file.read())
        swap_limit, swap_current = _read_swap(swap_limit_file, swap_current_file)
        if not self._version2 and swap_limit is not None:
            # Version 1 limits and counts memory and swap together.
            swap_limit, swap_current = swap_limit - limit, swap_current - current
        return MemoryUse(limit, current, parse_fields(stat_file.read()), swap_limit, swap_current)


_MEMORY_2 = ("memory.max", "memory.current", "memory.stat", "memory.swap.max", "memory.swap.current")
_MEMORY_1 = (
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    "memory.stat",
    "memory.memsw.limit_in_bytes",
    "memory.memsw.usage_in_bytes",
)


class CgroupCpu:
    """CPU time of a container, and what it may use. No series where it may use the whole machine."""

    def __init__(self, root=_ROOT, cores=None):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._cores = cores or os.cpu_count() or 1
        self._files = None  # type: _CpuFiles2 | _CpuFiles1 | None
        if os.path.exists(root + "/cpu.max"):
            self._files = _CpuFiles2(root)
        elif os.path.exists(root + "/cpu/cpu.cfs_quota_us"):
            self._files = _CpuFiles1(root)

    def read(self):
        """Cores that it may use, CPU seconds, and seconds for which it was held back."""
        limit = None if self._files is None else self._files.limit()
        if self._files is None or limit is None or limit >= self._cores:
            self.series = ()
            return []
        self.series = series.CGROUP_CPU
        return [limit, *self._files.use()]


class _CpuFiles2:
    def __init__(self, root):
        self._limit = ProcFile(root + "/cpu.max")
        self._stat = ProcFile(root + "/cpu.stat")

    def limit(self):
        quota, period = self._limit.read().split()
        return None if quota == b"max" else int(quota) / int(period)

    def use(self):
        stat = parse_fields(self._stat.read())
        return stat[b"usage_usec"] / 1e6, stat[b"throttled_usec"] / 1e6


class _CpuFiles1:
    def __init__(self, root):
        self._quota = ProcFile(root + "/cpu/cpu.cfs_quota_us")
        self._period = ProcFile(root + "/cpu/cpu.cfs_period_us")
        self._stat = ProcFile(root + "/cpu/cpu.stat")
        self._usage = ProcFile(root + "/cpuacct/cpuacct.usage")

    def limit(self):
        quota = int(self._quota.read())
        return quota / int(self._period.read()) if quota > 0 else None

    def use(self):
        return int(self._usage.read()) / 1e9, parse_fields(self._stat.read())[b"throttled_time"] / 1e9


def parse_limit(text):
    """A number, or None for "max"."""
    text = text.strip()
    return None if text == b"max" else int(text)


def parse_fields(text):
    """Lines of a name and a number."""
    return {name: int(number) for name, number in map(bytes.split, text.splitlines())}


def _read_swap(limit_file, current_file):
    """Limit and use, or None and None: kernels may be built or started without accounts of swap."""
    try:
        limit = parse_limit(limit_file.read())
        return (None, None) if limit is None else (limit, int(current_file.read()))
    except OSError:
        return None, None
