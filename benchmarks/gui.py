"""What the desktop application takes: start, refreshes, stalls, memory; painting into memory and on a screen of X11."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import qVersion

from benchmarks.figure import Figure
from benchmarks.gui_window import SIZE
from tests.bundle.virtual_screen import virtual_screen


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure to be: which measurement gives it, and what it may be at the most."""

    measurement: str
    name: str
    limit: float | None
    unit: str
    how: str


WANTED = (
    Wanted("start", "first_paint_ms", 150.0, "ms", "CPU of the process until the window is painted, warm"),
    Wanted("start", "bare_window_ms", None, "ms", "the same of a program that shows one word and does nothing else"),
    Wanted("start", "first_paint_wall_ms", None, "ms", "the same on the clock"),
    Wanted("start", "first_chart_ms", 1000.0, "ms", "CPU of the process until the first chart is painted, 100 hosts"),
    Wanted("start", "first_chart_wall_ms", None, "ms", "the same on the clock"),
    Wanted("host", "host_ms", 15.0, "ms", "CPU of a refresh of a host's page until it is painted"),
    Wanted("fleet", "fleet_table_ms", 20.0, "ms", "CPU of a refresh of the fleet as a table, 1,000 hosts"),
    Wanted("fleet", "fleet_tiles_ms", 40.0, "ms", "CPU of a refresh of the fleet as tiles, 1,000 hosts"),
    Wanted("stall", "stall_ms", 50.0, "ms", "longest stall while a day is loaded and a poller writes, median of loads"),
    Wanted("stall", "worst_stall_ms", None, "ms", "the worst of these loads"),
    Wanted("stall", "stall_alone_ms", None, "ms", "longest stall of a window that only looks, 2.5 s, median"),
    Wanted("start", "memory_mb", 150.0, "MB", "resident on the page of a host, 100 hosts registered"),
    Wanted("memory", "memory_growth_mb", 1.0, "MB", "growth over 1,000 refreshes, after a warm-up"),
)


def measure(*, quick: bool) -> list[Figure]:
    """All figures, once painted into memory and, unless quick, once more on a virtual screen of X11."""
    machine = f"{platform.system()} {platform.release()}, {os.cpu_count()} CPUs, Python {platform.python_version()}"
    print(f"{machine}, Qt {qVersion()}, a window of {SIZE[0]} by {SIZE[1]}")
    figures = _figures("offscreen", {"QT_QPA_PLATFORM": "offscreen"}, quick=quick)
    if not quick:
        with virtual_screen() as screen:
            figures += _figures("xcb", screen.environment, quick=quick)
    return figures


def _figures(where: str, environment: Mapping[str, str], *, quick: bool) -> list[Figure]:
    measured = {
        name: _measured(name, environment, quick=quick) for name in dict.fromkeys(w.measurement for w in WANTED)
    }
    return [
        Figure(
            f"gui_{where}_{wanted.name}",
            measured[wanted.measurement][wanted.name],
            wanted.limit,
            wanted.unit,
            wanted.how,
        )
        for wanted in WANTED
    ]


def _measured(name: str, environment: Mapping[str, str], *, quick: bool) -> dict[str, float]:
    """One measurement, in a process that has done nothing else."""
    command = [sys.executable, "-m", "benchmarks.gui_child", name, *(["--quick"] if quick else [])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured
