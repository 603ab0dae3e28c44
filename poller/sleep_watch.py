"""Notices that this machine has slept, or that this process was held: nobody else is to blame for what was missed."""

import time
from collections.abc import Callable

SLEPT_S = 30.0
"""Nothing that a poller does holds its event loop up for that long."""


def steady_with_sleep_s() -> float:
    """Seconds on a clock that goes on while the machine sleeps, and that nobody sets, where there is one."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        # Python's own time.monotonic stands still while Linux and macOS sleep.
        if (clock := getattr(time, name, None)) is not None:
            return time.clock_gettime(clock)
    return time.time()


class SleepWatch:
    """To be looked at every second or so, and whenever it matters."""

    def __init__(self, clock: Callable[[], float] = steady_with_sleep_s) -> None:
        self._clock = clock
        self._looked_at = clock()

    def slept_s(self) -> float:
        """How long nobody could look, if that was a sleep; else 0."""
        before, self._looked_at = self._looked_at, self._clock()
        passed = self._looked_at - before
        return passed if passed > SLEPT_S else 0.0
