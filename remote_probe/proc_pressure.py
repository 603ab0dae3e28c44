"""Pressure stall information: for how long tasks waited for CPU, disks or memory. Linux 4.20 and newer."""

from remote_probe import series
from remote_probe.proc_file import ProcFile

_MICROSECONDS = 1e6


class Pressure:
    """Time lost to each resource. No series where the kernel keeps none, or was started with psi=0."""

    def __init__(self, folder="/proc/pressure"):
        files = [(resource, ProcFile(folder + "/" + resource)) for resource in series.PRESSURE_RESOURCES]
        self._files = [(resource, file) for resource, file in files if _is_readable(file)]
        self.series = series.pressure([resource for resource, _ in self._files])

    def read(self):
        """Two a resource, in the order of `series.pressure`: seconds since boot in which some waited, and all."""
        values = []
        for resource, file in self._files:
            waiting, stalled = parse_totals(file.read())
            # Of the CPU "all waited" means nothing for a whole machine: the kernel writes no such line, or zeros.
            values += [waiting, stalled or None] if resource == "cpu" else [waiting, stalled]
        return values


def parse_totals(text):
    """Seconds of the lines "some" and "full"; None for a line that is not there."""
    totals = {}
    for line in text.splitlines():
        kind, _, rest = line.partition(b" ")
        totals[kind] = int(rest.rpartition(b"total=")[2]) / _MICROSECONDS
    return totals.get(b"some"), totals.get(b"full")


def _is_readable(file):
    try:
        # With psi=0 the files are there, but no reading of them succeeds.
        return bool(file.read())
    except OSError:
        return False
