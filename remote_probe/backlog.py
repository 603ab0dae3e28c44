"""Lines that wait to be written, while the link stalls: bounded, the oldest scrapes given up first."""

# At 5 s an hour, and 4 MiB of the host's memory.
_LINES_LIMIT = 720
_BYTES_LIMIT = 4 << 20


class Backlog:
    """A queue that never gives up what later lines cannot be read without."""

    def __init__(self, lines_limit=_LINES_LIMIT, bytes_limit=_BYTES_LIMIT):
        self._lines_limit = lines_limit
        self._bytes_limit = bytes_limit
        self._lines = []
        self._size = 0
        self._needed = {}
        self._rest = b""

    def put(self, line, needed_as=None):
        """Appends a line (bytes, its newline included).

        Args:
            line: what to write.
            needed_as: None for a scrape; else a key, and of all lines with that key the newest is kept for sure.
        """
        self._lines.append((needed_as, line))
        self._size += len(line)
        while len(self._lines) > 1 and (len(self._lines) > self._lines_limit or self._size > self._bytes_limit):
            oldest_as, oldest = self._lines.pop(0)
            self._size -= len(oldest)
            if oldest_as is not None:
                self._needed[oldest_as] = oldest

    def head(self):
        """What to write next; empty when there is nothing."""
        if not self._rest:
            self._rest = self._next()
        return self._rest

    def written(self, count):
        """Tells how many bytes of the head were taken."""
        self._rest = self._rest[count:]

    def _next(self):
        if self._needed:
            # Kept in the order in which they were first given up: the greeting was the first line of all.
            return self._needed.pop(next(iter(self._needed)))
        if not self._lines:
            return b""
        _, line = self._lines.pop(0)
        self._size -= len(line)
        return line
