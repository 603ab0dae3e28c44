"""One time for all hosts of a process: true UTC that never steps, whatever is done to this machine's own clock."""

import time


class Clock:
    """UTC as it was at the start, and the steady seconds since then."""

    def __init__(self) -> None:
        self._utc_at_start = time.time()
        self._steady_at_start = _steady_s()

    def utc_s(self) -> float:
        """UTC, seconds."""
        return self._utc_at_start + _steady_s() - self._steady_at_start

    def utc_ms(self) -> int:
        """UTC, milliseconds."""
        return int(self.utc_s() * 1000)


def _steady_s() -> float:
    # Goes on while a laptop sleeps, as a host's own clock would.
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
