"""Memory and swap by psutil."""

from remote_probe import series
from remote_probe.cgroup import CgroupMemory
from remote_probe.proc_memory import sizes_within
from remote_probe.psutil_import import FREEBSD, LINUX
from remote_probe.zfs_cache import ZfsCache

_MEMORY_FIELDS = ("total", "available", "free", "cached", "buffers")
_MEMORY = series.MEMORY[: len(_MEMORY_FIELDS)]
_SWAP = series.MEMORY[len(_MEMORY_FIELDS) :]


class PsutilMemory:
    """The first part of `proc_memory.Memory`: those sizes that the system tells apart."""

    def __init__(self, psutil, zfs_cache=None):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._psutil = psutil
        self._zfs_cache = zfs_cache

    def read(self):
        """Bytes: total, available, free, cached, buffers."""
        memory = self._psutil.virtual_memory()
        sizes = {field: getattr(memory, field) for field in _MEMORY_FIELDS if hasattr(memory, field)}
        if self._zfs_cache is not None:
            sizes["available"] += self._zfs_cache.can_give_back()
        sizes["available"] = min(sizes["available"], sizes["total"])
        if len(sizes) != len(self.series):
            self.series = tuple(flat for field, flat in zip(_MEMORY_FIELDS, _MEMORY) if field in sizes)
        return list(sizes.values())


class PsutilSwap:
    """The second part. By itself: in a jail, and on some Windows, it cannot be read although memory can."""

    def __init__(self, psutil):
        self.series = _SWAP
        self._psutil = psutil

    def read(self):
        """Bytes: total, free."""
        swap = self._psutil.swap_memory()
        return [swap.total, swap.free]


class PsutilLinuxMemory:
    """As `proc_memory.Memory`: in a container that is limited, of what it may use."""

    def __init__(self, psutil, cgroup=None):
        self.series = series.MEMORY
        self._parts = PsutilMemory(psutil), PsutilSwap(psutil)
        self._cgroup = cgroup or CgroupMemory()

    def read(self):
        """Bytes: total, available, free, cached, buffers; swap total, free."""
        sizes = [size for part in self._parts for size in part.read()]
        use = self._cgroup.read(sizes[0])
        return sizes if use is None else sizes_within(use, sizes)


class PsutilSwapTraffic:
    """As `proc_memory.SwapTraffic`.

    For Linux alone. Elsewhere psutil gives nothing under these names (Windows), or what is read from files, too.
    """

    def __init__(self, psutil):
        self.series = series.SWAP_TRAFFIC
        self._psutil = psutil

    def read(self):
        """Bytes in, bytes out, since boot."""
        swap = self._psutil.swap_memory()
        return [swap.sin, swap.sout]


def memory_sources(psutil, system):
    """What there is to read of memory, in wire order."""
    if system == LINUX:
        return [PsutilLinuxMemory(psutil), PsutilSwapTraffic(psutil)]
    return [PsutilMemory(psutil, ZfsCache() if system == FREEBSD else None), PsutilSwap(psutil)]
