"""The two clocks of a reading."""

import sys
import time

_LINUX = sys.platform.startswith("linux")
# Python 3.6 has no name for CLOCK_BOOTTIME; 7 is its number on Linux.
_LINUX_BOOTTIME = 7


def _choose():
    if _LINUX:
        try:
            time.clock_gettime(_LINUX_BOOTTIME)
        except OSError:
            return time.monotonic
        return lambda: time.clock_gettime(_LINUX_BOOTTIME)
    return time.monotonic


steady = _choose()
"""Seconds on a clock that never steps; where the system has one, it goes on in suspend."""

wall = time.time
"""The host's own idea of UTC, which is not trusted."""
