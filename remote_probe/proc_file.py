"""A file of /proc or /sys that is read again and again."""

import os

# Fits all but the longest in one read; more would be a new mapping from the system each time.
_CHUNK = 32768


class ProcFile:
    """Keeps the file open: re-reading an open one takes 40 to 70 % of opening it each time."""

    def __init__(self, path):
        self._path = path
        self._fd = -1

    def read(self):
        """The whole content as it is now, bytes. Raises OSError."""
        if self._fd < 0:
            self._fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        content = chunk = os.pread(self._fd, _CHUNK, 0)
        # Many of these files give no more than a page at a time, so only an empty read is the end.
        while chunk:
            chunk = os.pread(self._fd, _CHUNK, len(content))
            content += chunk
        return content


def read_file(path, limit=_CHUNK):
    """The first bytes of a file that is read seldom. Raises OSError."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, limit)
    finally:
        os.close(fd)


def read_text(path, limit=_CHUNK):
    """`read_file` as text, undecodable bytes replaced; empty when it cannot be read."""
    try:
        return read_file(path, limit).decode("utf-8", "replace")
    except OSError:
        return ""


def list_folder(path):
    """The names in a folder, in order; none when it cannot be read."""
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []
