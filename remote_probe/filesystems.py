"""Space and inodes of the mounted file systems, each read under a deadline."""

import os
import time

from remote_probe import series
from remote_probe.timed_call import TimedCalls

# A healthy network mount answers in milliseconds; a dead one delays a single line by this much.
_DEADLINE_S = 1.0
# Asked at once. A stack each, so not hundreds.
_AT_ONCE = 16
_ABSENT = (None,) * 5


class FileSystems:
    """Measures what `list_filesystems` names."""

    def __init__(self, list_filesystems, measure=None, deadline_s=_DEADLINE_S):
        """`list_filesystems()` gives `mounts.FileSystem`s; `measure(paths)` is as `measure_first`."""
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._list = list_filesystems
        self._measure = measure or measure_first
        self._deadline_s = deadline_s
        self._calls = TimedCalls(deadline_s)
        self._measured_at = {}
        self._shown = None

    def read(self):
        """Five values a mount, in the order of `series.filesystems`; absent ones for a mount that does not answer."""
        filesystems = self._list()[: series.MOUNTS_LIMIT]
        rows = {}  # type: dict[str, tuple[int | None, ...]]
        measured_at = {}
        for start in range(0, len(filesystems), _AT_ONCE):
            for key, path, sizes in self._ask(filesystems[start : start + _AT_ONCE]):
                measured_at[key] = path
                rows.setdefault(path, sizes)
        self._measured_at = measured_at
        if list(rows) != self._shown:
            self._shown = list(rows)
            self.series = series.filesystems(self._shown)
        return [value for row in rows.values() for value in row]

    def _ask(self, filesystems):
        """Key, path and sizes of each that has a size."""
        keys = [(filesystem.source, filesystem.kind, filesystem.paths[0]) for filesystem in filesystems]
        calls = [self._calls.start(key, self._measure, filesystem.paths) for key, filesystem in zip(keys, filesystems)]
        ends_at = time.monotonic() + self._deadline_s
        for key, call in zip(keys, calls):
            # One that hangs keeps its place, under the name that it had.
            hanging = self._measured_at.get(key, key[2]), _ABSENT
            path, sizes = self._calls.answer(key, call, ends_at - time.monotonic()) or hanging
            if sizes is not None:
                yield key, path, sizes


def measure_first(paths):
    """Measures a file system at the first of its mount points that is a directory and may be entered.

    Returns:
        The path, and size, free, available in bytes, inodes and free inodes; None for what has no size.
    """
    for path in paths:
        try:
            # Containers have single files of the host's file system mounted over their own.
            if os.path.isdir(path):
                return path, _sizes(os.statvfs(path))
        except OSError:
            continue
    return paths[0], None


def _sizes(stat):
    if not stat.f_blocks:
        return None
    unit = stat.f_frsize or stat.f_bsize
    return stat.f_blocks * unit, stat.f_bfree * unit, stat.f_bavail * unit, stat.f_files, stat.f_ffree
