"""File handles in use on the whole machine, and how many there may be."""

from remote_probe import series
from remote_probe.proc_file import ProcFile

# systemd lifts the limit to the largest number there is: that is none.
_NO_LIMIT = 1 << 62


class OpenFiles:
    """The kernel's own count."""

    def __init__(self, path="/proc/sys/fs/file-nr"):
        self.series = series.OPEN_FILES
        self._file = ProcFile(path)

    def read(self):
        """Handles in use, and the limit; None without one."""
        allocated, unused, limit = map(int, self._file.read().split())
        return [allocated - unused, None if limit >= _NO_LIMIT else limit]
