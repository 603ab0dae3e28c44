"""Runs Watchpost as on a laptop that sleeps: its steady clock stands still meanwhile, as Linux and macOS have it.

`python -m tests.faults.standing_clock FILE WORDS...`: FILE holds for how many seconds it has stood, a double. All other
clocks are the real ones, and go on.
"""

import mmap
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

SECONDS = struct.Struct("d")


def stand_still(path: Path) -> None:
    """Has `time.monotonic`, and with it asyncio, leave out what the file says."""
    with path.open("rb") as file:
        stood = mmap.mmap(file.fileno(), SECONDS.size, access=mmap.ACCESS_READ)
    going: Callable[[], float] = time.monotonic
    time.monotonic = lambda: going() - SECONDS.unpack_from(stood)[0]


if __name__ == "__main__":
    stand_still(Path(sys.argv.pop(1)))
    # Only now: asyncio and threading are to find that clock.
    from watchpost.__main__ import main

    main()
