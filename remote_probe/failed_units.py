"""systemd units that have failed: over D-Bus, or by systemctl where that is not to be had."""

import os

from remote_probe import program, series, systemd_bus
from remote_probe.late_answer import LateAnswer

_BOOTED = "/run/systemd/system"
"""There exactly where systemd runs the machine."""
_LIST = ("list-units", "--state=failed", "--full", "--plain", "--no-legend", "--no-pager")
_DEADLINE_S = 20.0
_OUTPUT_LIMIT = 1 << 20


class FailedUnits:
    """How many have failed, and which. No series where systemd does not run the machine."""

    def __init__(self, ask=None, booted=_BOOTED):
        """`ask()` as `list_failed`."""
        self.series = ()  # type: tuple[tuple[str, ...], ...]
        self._booted = booted
        self._answer = LateAnswer(ask or list_failed)
        self._shown = None

    def read(self):
        """The count, then 1 for each, in the order of `series.failed_units`; absent while systemd does not answer."""
        if not os.path.isdir(self._booted):
            self.series, self._shown = (), None
            return []
        units = self._answer.ask()
        shown = self._shown or [] if units is None else units[: series.FAILED_UNITS_LIMIT]
        if shown != self._shown:
            self._shown = shown
            self.series = series.UNITS_FAILED + series.failed_units(shown)
        return [None] * len(self.series) if units is None else [len(units)] + [1] * len(shown)


def list_failed():
    """Their names, sorted. Raises OSError where systemd does not answer."""
    try:
        return sorted(systemd_bus.list_units("failed"))
    except (OSError, ValueError):
        return list_by_program(("systemctl",))


def list_by_program(systemctl):
    """As `list_failed`."""
    status, output = program.run([*systemctl, *_LIST], _DEADLINE_S, _OUTPUT_LIMIT)
    if status:
        raise OSError("systemctl: status %d" % status)
    return parse_units(output.decode("utf-8", "replace"))


def parse_units(text):
    """Sorted names out of lines that begin with one; old versions put a mark before it."""
    names = [word for line in text.splitlines() for word in line.split()[:2] if "." in word]
    return sorted(set(names))
