"""Records a real host, so that a simulated fleet can play it: `python -m simulated_fleet.record FILE`, on that host.

The host's own names and command lines are in the recording.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path

import msgspec

_LINE_LIMIT = 2**20


async def record(path: Path, *, interval_s: float, count: int) -> int:
    """Records so many readings of this machine; returns how many lines were written. Raises OSError."""
    command = (sys.executable, "-m", "remote_probe", "--interval", str(interval_s), "--count", str(count))
    probe = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=_LINE_LIMIT)
    lines = 0
    try:
        # A pipe: what is written here is on the disk once the file is closed, and nobody waits for it before.
        with path.open("wb") as file:
            while line := await _next_line(probe):
                file.write(as_recorded(time.time(), line) + b"\n")
                lines += 1
    finally:
        if probe.returncode is None:
            probe.terminate()
        await probe.wait()
    return lines


def as_recorded(arrived_at: float, line: bytes) -> bytes:
    """A line of a probe as a recording has it; `arrived_at` is in UTC seconds."""
    return msgspec.json.encode([round(arrived_at, 3), msgspec.Raw(line)])


async def _next_line(probe: asyncio.subprocess.Process) -> bytes:
    return b"" if probe.stdout is None else (await probe.stdout.readline()).rstrip(b"\n")


def main() -> int:
    """Records by hand."""
    parser = argparse.ArgumentParser(prog="python -m simulated_fleet.record", description="Records this machine.")
    parser.add_argument("file", type=Path, help="the recording to make; must not exist")
    parser.add_argument("--interval", type=float, default=5.0, metavar="SECONDS", help="between two readings")
    parser.add_argument("--count", type=int, default=120, help="how many readings; 120 are ten minutes")
    asked = parser.parse_args()
    if asked.file.exists():
        parser.error(f"{asked.file} is there already")
    try:
        asyncio.run(record(asked.file, interval_s=asked.interval, count=asked.count))
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
