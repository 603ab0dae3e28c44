"""How soon the window is there after the program starts, and what it takes: the real program, watched from outside."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.fleet_database import BUSIEST
from benchmarks.gui_live import writing_poller
from monitor_gui.startup_marks import VARIABLE

_GIVE_UP_S = 60.0
_BARE_WINDOW = """
import time
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication(["bare"])
label = QLabel("bare")
label.show()
application.processEvents()
print(time.process_time_ns())
"""
_LIVED_S = 12.0
"""By then everything has been loaded that a window left alone ever loads."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the start had come: milliseconds since the program was called, on the clock and of its CPU time."""

    wall_ms: float
    cpu_ms: float


def start_costs(folder: Path, *, quick: bool) -> dict[str, float]:
    """Milliseconds until the first paint and the first chart, medians; MB resident on the page of a host."""
    with writing_poller(folder / "start.db", interval_s=5.0) as url:
        # The first one warms the caches of the disk and of the fonts.
        _marks_of_one_start(url, folder)
        starts = [_marks_of_one_start(url, folder) for _ in range(3 if quick else 9)]
        costs = {"memory_mb": _memory_mb(url, folder)}
    costs["bare_window_ms"] = median(_bare_window_ms() for _ in range(3 if quick else 9))
    for name in ("first_paint", "first_chart"):
        costs[f"{name}_ms"] = median(marks[name].cpu_ms for marks in starts)
        costs[f"{name}_wall_ms"] = median(marks[name].wall_ms for marks in starts)
    return costs


def _bare_window_ms() -> float:
    """What a window with one word in it takes, to compare with: machines differ, and the same one by the hour."""
    told = subprocess.run([sys.executable, "-c", _BARE_WINDOW], check=True, capture_output=True, text=True)
    return int(told.stdout) / 1e6


def _marks_of_one_start(url: str, folder: Path) -> dict[str, Mark]:
    file = folder / "marks"
    file.unlink(missing_ok=True)
    called = time.monotonic_ns()
    with _program(url, folder, **{VARIABLE: str(file)}) as program:
        return _await_marks(program, file, called)


def _memory_mb(url: str, folder: Path) -> float:
    with _program(url, folder, "--host", BUSIEST) as program:
        time.sleep(_LIVED_S)
        if program.poll() is not None:
            raise RuntimeError("the window has ended")
        pages = int(Path(f"/proc/{program.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def _program(url: str, folder: Path, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`watchpost gui` with a home of its own; killed in the end."""
    environment = {**os.environ, "WATCHPOST_DATABASE_URL": url, "HOME": str(folder), **more}
    command = [sys.executable, "-m", "watchpost", "gui", *words]
    program = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield program
    finally:
        program.kill()
        program.wait()


def _await_marks(program: subprocess.Popen[bytes], file: Path, called: int) -> dict[str, Mark]:
    give_up = time.monotonic() + _GIVE_UP_S
    while True:
        marks = read_marks(file, called)
        if {"first_paint", "first_chart"} <= marks.keys():
            return marks
        if program.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"the window never came so far; it had {sorted(marks)}")
        time.sleep(0.01)


def read_marks(file: Path, called: int) -> dict[str, Mark]:
    """What the program has noted so far, by name; `called` is when it was started, monotonic nanoseconds."""
    if not file.exists():
        return {}
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return {name: Mark((int(at) - called) / 1e6, int(cpu) / 1e6) for name, at, cpu in lines}
