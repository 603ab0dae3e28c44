"""Memory and swap from /proc/meminfo and /proc/vmstat."""

import os

from remote_probe import series
from remote_probe.proc_file import ProcFile

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Memory:
    """Sizes of memory and swap."""

    def __init__(self, path="/proc/meminfo"):
        self.series = series.MEMORY
        self._file = ProcFile(path)

    def read(self):
        """Bytes: total, available, free, cached, buffers; swap total, free."""
        fields = dict(line.split(b":", 1) for line in self._file.read().splitlines())
        total, free = _bytes(fields, b"MemTotal"), _bytes(fields, b"MemFree")
        buffers = _bytes(fields, b"Buffers")
        # As `free` has it: slab that can be reclaimed is cache as well.
        cached = _bytes(fields, b"Cached") + _bytes(fields, b"SReclaimable")
        # Kernels before 3.14 make no estimate of their own.
        available = _bytes(fields, b"MemAvailable") if b"MemAvailable" in fields else free + buffers + cached
        return [
            total,
            min(available, total),
            free,
            cached,
            buffers,
            _bytes(fields, b"SwapTotal"),
            _bytes(fields, b"SwapFree"),
        ]


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


def _bytes(fields, name):
    value = fields.get(name)
    return 0 if value is None else int(value.split()[0]) * 1024
