"""Space and inodes of the mounted file systems, each read under a deadline."""

import os
import time

from remote_probe import series
from remote_probe.timed_call import TimedCalls

# A healthy network mount answers in milliseconds; a dead one delays a single line by this much.
_DEADLINE_S = 1.0
# Asked at once. A stack each, so not hundreds.
_AT_ONCE = 16
_WIDTH = len(series.filesystems(("/",)))
_SIZES = 3
_ABSENT = (None,) * _WIDTH


class FileSystems:
    """Measures what `list_filesystems` names."""

    def __init__(self, list_filesystems, measure=None, deadline_s=_DEADLINE_S, inodes=True):
        """What to measure and how.

        Args:
            list_filesystems: gives `mounts.FileSystem`s.
            measure: as `measure_first`.
            deadline_s: seconds until a file system counts as hanging.
            inodes: False where the system has no such thing.
        """
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._list = list_filesystems
        self._measure = measure or measure_first
        self._deadline_s = deadline_s
        self._width = _WIDTH if inodes else _SIZES
        self._calls = TimedCalls(deadline_s)
        self._measured_at = {}
        self._doubles = set()
        self._shown = None

    def read(self):
        """Five values a mount, in the order of `series.filesystems`; absent ones for a mount that does not answer."""
        filesystems = self._list()[: series.MOUNTS_LIMIT]
        rows = {}  # type: dict[str, tuple[int | None, ...]]
        measured_at, doubles, seen = {}, set(), set()
        for start in range(0, len(filesystems), _AT_ONCE):
            for key, by_itself, path, device, sizes in self._ask(filesystems[start : start + _AT_ONCE]):
                # Homes that are mounted one by one from the same export, or a disk under two names. A share with a
                # quota of its own has a size of its own.
                same = (device, sizes[0]) in seen if device is not None else sizes is _ABSENT and key in self._doubles
                if same and not by_itself:
                    doubles.add(key)
                    continue
                seen.add((device, sizes[0]))
                measured_at[key] = path
                rows.setdefault(path, sizes)
        self._measured_at, self._doubles = measured_at, doubles
        self._show(list(rows))
        return [value for row in rows.values() for value in row[: self._width]]

    def _show(self, paths):
        if paths != self._shown:
            self._shown = paths
            flat = series.filesystems(paths)
            self.series = tuple(key for index, key in enumerate(flat) if index % _WIDTH < self._width)

    def _ask(self, filesystems):
        """Key, whether it is shown in any case, path, device and sizes of each that has a size."""
        keys = [(filesystem.source, filesystem.kind, filesystem.paths[0]) for filesystem in filesystems]
        calls = [self._calls.start(key, self._measure, filesystem.paths) for key, filesystem in zip(keys, filesystems)]
        ends_at = time.monotonic() + self._deadline_s
        for key, call, filesystem in zip(keys, calls, filesystems):
            # One that hangs keeps its place, under the name that it had.
            hanging = self._measured_at.get(key, key[2]), None, _ABSENT
            path, device, sizes = self._calls.answer(key, call, ends_at - time.monotonic()) or hanging
            if sizes is not None:
                yield key, filesystem.by_itself, path, device, sizes


def measure_first(paths):
    """Measures a file system at the first of its mount points that is a directory and may be entered.

    Returns:
        The path; the number of the device, the same for the same file system; and size, free, available in bytes,
        inodes and free inodes, or None for what has no size.
    """
    for path in paths:
        try:
            # Containers have single files of the host's file system mounted over their own.
            if os.path.isdir(path):
                return path, os.stat(path).st_dev, _sizes(os.statvfs(path))
        except OSError:
            continue
    return paths[0], None, None


def _sizes(stat):
    if not stat.f_blocks:
        return None
    unit = stat.f_frsize or stat.f_bsize
    return stat.f_blocks * unit, stat.f_bfree * unit, stat.f_bavail * unit, stat.f_files, stat.f_ffree
