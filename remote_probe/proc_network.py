"""Network counters from /proc/net/dev."""

from remote_probe import series
from remote_probe.interfaces import Interfaces
from remote_probe.proc_file import ProcFile


class Network:
    """Counters and link speed of each interface that is worth it."""

    def __init__(self, everything, path="/proc/net/dev", interfaces=None):
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._file = ProcFile(path)
        self._interfaces = interfaces or Interfaces(everything)
        self._shown = []

    def read(self):
        """Nine values an interface, in the order of `series.network`."""
        rows = {}
        for line in self._file.read().splitlines()[2:]:
            # No blank follows the colon on old kernels once a counter is long; aliases have a colon in the name.
            name, _, counters = line.rpartition(b":")
            rows[name.strip().decode("utf-8", "replace")] = counters
        names = [name for name in self._interfaces.choose(list(rows)) if name in rows][: series.INTERFACES_LIMIT]
        self._show(names)
        values = []
        for name in names:
            values += _counters(rows[name])
            values.append(self._interfaces.speed(name))
        return values

    def _show(self, names):
        if names != self._shown:
            self._shown = names
            self.series = series.network(names)


def _counters(text):
    field = text.split()
    # Receive: bytes packets errs drop fifo frame compressed multicast; transmit: bytes packets errs drop …
    return [int(field[index]) for index in (0, 8, 1, 9, 2, 10, 3, 11)]
