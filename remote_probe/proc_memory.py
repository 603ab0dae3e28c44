"""Memory and swap from /proc/meminfo and /proc/vmstat; in a container that is limited, from its control group."""

import os

from remote_probe import series
from remote_probe.cgroup import CgroupMemory
from remote_probe.proc_file import ProcFile

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Memory:
    """Sizes of memory and swap: of the machine, or of the container that may use only part of it."""

    def __init__(self, path="/proc/meminfo", cgroup=None):
        self.series = series.MEMORY
        self._file = ProcFile(path)
        self._cgroup = cgroup or CgroupMemory()

    def read(self):
        """Bytes: total, available, free, cached, buffers; swap total, free."""
        sizes = parse_sizes(self._file.read())
        use = self._cgroup.read(sizes[0])
        return sizes if use is None else sizes_within(use, sizes)


class SwapTraffic:
    """What went in and out of swap."""

    def __init__(self, path="/proc/vmstat"):
        self.series = series.SWAP_TRAFFIC
        self._file = ProcFile(path)

    def read(self):
        """Bytes in, bytes out, since boot."""
        text = self._file.read()
        start = text.index(b"\npswpin ")
        _, pages_in, _, pages_out = text[start : start + 80].split(None, 4)[:4]
        return [int(pages_in) * PAGE_BYTES, int(pages_out) * PAGE_BYTES]


def parse_sizes(text):
    """The machine's memory out of /proc/meminfo, in the order of `series.MEMORY`."""
    fields = dict(line.split(b":", 1) for line in text.splitlines())
    total, free = _bytes(fields, b"MemTotal"), _bytes(fields, b"MemFree")
    buffers = _bytes(fields, b"Buffers")
    # As `free` has it: slab that can be reclaimed is cache as well.
    cached = _bytes(fields, b"Cached") + _bytes(fields, b"SReclaimable")
    # Kernels before 3.14 make no estimate of their own.
    available = _bytes(fields, b"MemAvailable") if b"MemAvailable" in fields else free + buffers + cached
    swap = _bytes(fields, b"SwapTotal"), _bytes(fields, b"SwapFree")
    return [total, min(available, total), free, cached, buffers, *swap]


def sizes_within(use, sizes):
    """The same of a container, as lxcfs shows it.

    Args:
        use: its `cgroup.MemoryUse`.
        sizes: the machine's, by `parse_sizes`.
    """
    swap_total, swap_free = sizes[-2:]
    if use.swap_limit is not None and use.swap_limit < swap_total:
        swap_total, swap_free = use.swap_limit, min(swap_free, _left(use.swap_limit, use.swap_current))
    available = _left(use.limit, use.current - use.inactive_file)
    # What the kernel buffers for block devices is in the cache here.
    return [use.limit, available, _left(use.limit, use.current), use.cached, 0, swap_total, swap_free]


def _left(limit, used):
    """Neither below nothing nor above the limit: the numbers are read one after the other."""
    return max(0, limit - max(0, used))


def _bytes(fields, name):
    value = fields.get(name)
    return 0 if value is None else int(value.split()[0]) * 1024
