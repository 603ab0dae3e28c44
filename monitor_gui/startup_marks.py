"""Notes when the start of the application has come how far, for the benchmark that asks for it."""

import os
import time
from pathlib import Path

VARIABLE = "WATCHPOST_STARTUP_MARKS"
"""Environment variable that names the file to write to."""
_seen: set[str] = set()


def mark(name: str) -> None:
    """Writes `name monotonic_ns process_time_ns`, the first time only, where a file is asked for."""
    path = os.environ.get(VARIABLE)
    if not path or name in _seen:
        return
    _seen.add(name)
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{name} {time.monotonic_ns()} {time.process_time_ns()}\n")
