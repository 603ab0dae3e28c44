"""The two clocks of a reading."""

import sys
import time

# Python 3.6 has no name for CLOCK_BOOTTIME; 7 is its number on Linux.
_LINUX_BOOTTIME = 7
# CLOCK_MONOTONIC_RAW of macOS goes on in sleep, where `time.monotonic` stands still; on Linux it does not.
_MACOS_MONOTONIC_RAW = 4


def choose_steady(platform=sys.platform):
    """The best function for `steady` on a platform. Windows' and the BSDs' `time.monotonic` goes on by itself."""
    number = {"linux": _LINUX_BOOTTIME, "darwin": _MACOS_MONOTONIC_RAW}.get(platform)
    if number is None or not hasattr(time, "clock_gettime"):
        return time.monotonic
    try:
        time.clock_gettime(number)
    except OSError:
        return time.monotonic
    return lambda: time.clock_gettime(number)


steady = choose_steady()
"""Seconds on a clock that never steps; where the system has one, it goes on in suspend."""

wall = time.time
"""The host's own idea of UTC, which is not trusted."""
