"""Disk I/O from /proc/diskstats."""

from remote_probe import series
from remote_probe.block_devices import BlockDevices
from remote_probe.proc_file import ProcFile

# The unit of /proc/diskstats, whatever the device's own sectors are.
_SECTOR_BYTES = 512


class Disks:
    """Counters of each whole device that has done any I/O since boot."""

    def __init__(self, path="/proc/diskstats", devices=None):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._file = ProcFile(path)
        self._devices = devices or BlockDevices()
        self._names = []
        self._wanted = frozenset()  # type: frozenset[bytes]
        self._shown = []

    def read(self):
        """Seven values a device, in the order of `series.disks`."""
        rows = [line.split(None, 14) for line in self._file.read().splitlines()]
        self._choose([row[2] for row in rows])
        rows = [row for row in rows if row[2] in self._wanted and (row[3] != b"0" or row[7] != b"0")]
        rows = rows[: series.DISKS_LIMIT]
        self._show([row[2] for row in rows])
        values = []
        for row in rows:
            values += _values(row)
        return values

    def _choose(self, names):
        if names != self._names:
            self._names = names
            texts = [name.decode("utf-8", "replace") for name in names]
            self._wanted = frozenset(text.encode() for text in self._devices.choose(texts))

    def _show(self, names):
        if names != self._shown:
            self._shown = names
            self.series = series.disks([name.decode("utf-8", "replace") for name in names])


def _values(row):
    reads, _, sectors_read, read_ms, writes, _, sectors_written, write_ms, _, busy_ms = map(int, row[3:13])
    return (
        sectors_read * _SECTOR_BYTES,
        sectors_written * _SECTOR_BYTES,
        reads,
        writes,
        read_ms / 1000,
        write_ms / 1000,
        busy_ms / 1000,
    )
