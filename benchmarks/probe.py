"""What the probe costs the host: CPU time a tick, memory, bytes a line; node_exporter beside it."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import mean, median_low
from typing import IO

from benchmarks.figure import Figure
from benchmarks.node_exporter import measure_node_exporter
from benchmarks.process_cost import cpu_s, process_count, resident_mb
from poller.bootstrap import MARKER, payload, python_arguments
from poller.probe_options import ProbeOptions

PROCESSES = 90
CPU_LIMIT_MS = 2.3
MEMORY_LIMIT_MB = 14.0
LINE_LIMIT_BYTES = 2200
END_LIMIT_MS = 1000.0

_INTERVAL_S = 5.0
_TICKS = 30
_QUICK_INTERVAL_S = 1.0
_SCRAPES = 30
_SETTLE_S = 0.1
"""By then a tick is over: its line is the last thing it writes, but not the last thing it does."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One scrape as it was seen from outside."""

    cpu_s: float
    fast_bytes: int
    line_bytes: int
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Run:
    """A probe from its start to its end."""

    ticks: tuple[Tick, ...]
    resident_mb: float
    end_s: float


def measure(quick: bool) -> list[Figure]:
    """All figures of the probe.

    Args:
        quick: ticks of 1 s instead of 5 s.
    """
    interval_s = _QUICK_INTERVAL_S if quick else _INTERVAL_S
    with _company(PROCESSES):
        processes = process_count()
        run = _run_probe(interval_s, _TICKS)
        rival = measure_node_exporter(_SCRAPES)
    what = f"{_TICKS} ticks of {interval_s:g} s, {processes} processes"
    return [*_figures(run, what), *_rival_figures(_cpu_ms(run), rival, processes)]


def _figures(run: Run, what: str) -> list[Figure]:
    cpu = "CPU time a tick at the default rhythm, from the medians of its kinds of ticks; " + what
    return [
        Figure("probe_cpu_ms", _cpu_ms(run), CPU_LIMIT_MS, "ms", cpu),
        Figure("probe_memory_mb", run.resident_mb, MEMORY_LIMIT_MB, "MB", "most memory resident (VmHWM); " + what),
        Figure(
            "probe_fast_bytes",
            mean(tick.fast_bytes for tick in run.ticks),
            LINE_LIMIT_BYTES,
            "B",
            "mean size of a line less its process table and file systems",
        ),
        Figure(
            "probe_line_bytes",
            mean(tick.line_bytes for tick in run.ticks),
            None,
            "B",
            "mean size of a whole line at this rhythm, before compression",
        ),
        Figure(
            "probe_end_ms", run.end_s * 1000, END_LIMIT_MS, "ms", "from the end of its input to its exit, wall time"
        ),
        Figure("probe_payload_bytes", len(payload(ProbeOptions())), None, "B", "what is sent once a session"),
    ]


def _rival_figures(cpu_ms: float, rival: tuple[float, float] | None, processes: int) -> list[Figure]:
    if rival is None:
        return []
    seconds, memory = rival
    how = f"prometheus-node-exporter as Debian ships it; {_SCRAPES} scrapes, {processes} processes"
    return [
        Figure("node_exporter_cpu_ms", seconds * 1000, None, "ms", "mean CPU time a scrape; " + how),
        Figure("node_exporter_memory_mb", memory, None, "MB", "most memory resident; " + how),
        Figure("probe_cpu_over_node_exporter", cpu_ms / (seconds * 1000), None, "times", "CPU time, tick over scrape"),
    ]


def _cpu_ms(run: Run) -> float:
    """CPU time of a tick, the rare ones spread as at the default rhythm: 5 s, 10 s and 30 s.

    Medians, because other programs on the machine push the probe out of its caches now and then.
    """
    fast = _median_cpu_s(run, {"fast"})
    processes = _median_cpu_s(run, {"fast", "processes"}) - fast
    slow = _median_cpu_s(run, {"fast", "processes", "slow"}) - fast - processes
    return (fast + processes / 2 + max(0.0, slow) / 6) * 1000


def _median_cpu_s(run: Run, groups: set[str]) -> float:
    return median_low(tick.cpu_s for tick in run.ticks if tick.groups == groups)


def _run_probe(interval_s: float, ticks: int) -> Run:
    """Runs the probe as the poller starts it, on the system's own Python, and looks at it after each tick."""
    options = ProbeOptions(interval_s=interval_s)
    command = [shutil.which("python3", path="/usr/bin:/bin") or "python3", *python_arguments(options)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the probe has no pipes")
    try:
        child.stdin.write(payload(options))
        child.stdin.flush()
        seen = tuple(_ticks(child.pid, child.stdout, ticks))
        memory = resident_mb(child.pid)
        started = time.monotonic()
        child.stdin.close()
        child.wait(timeout=30)
        return Run(seen, memory, time.monotonic() - started)
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def _ticks(pid: int, stdout: IO[bytes], count: int) -> Iterator[Tick]:
    """So many ticks after the first one, in which everything is read for the first time."""
    before = 0.0
    for line in stdout:
        # The marker has a line of its own.
        scrape = {} if line == MARKER else json.loads(line)
        if "n" not in scrape:
            continue
        time.sleep(_SETTLE_S)
        now = cpu_s(pid)
        if scrape["n"] > 0:
            fast = {key: value for key, value in scrape.items() if key not in ("processes", "top", "slow")}
            groups = frozenset(scrape) & {"fast", "processes", "slow"}
            yield Tick(now - before, len(json.dumps(fast, separators=(",", ":"))), len(line), groups)
        if scrape["n"] == count:
            return
        before = now


@contextmanager
def _company(processes: int) -> Iterator[None]:
    """Idle processes, so that there are about so many on this machine."""
    idle = [subprocess.Popen(["sleep", "600"]) for _ in range(processes - process_count())]
    try:
        yield
    finally:
        for child in idle:
            child.kill()
            child.wait()
