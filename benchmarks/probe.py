"""What the probe costs the host: CPU time a tick, memory, bytes a line; node_exporter beside it."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import mean, median_low
from typing import IO

from benchmarks.crowd import crowd
from benchmarks.figure import Figure
from benchmarks.node_exporter import measure_node_exporter
from benchmarks.process_cost import cpu_s, process_count, resident_mb
from poller.probe_start.bootstrap import MARKER, payload, python_arguments
from poller.probe_start.probe_options import ProbeOptions

PROCESSES = 90
CPU_LIMIT_MS = 2.3
CROWD_PROCESSES, CROWD_SOCKETS = 2000, 5000
CROWD_CPU_LIMIT_MS = 14.0
MEMORY_LIMIT_MB = 14.0
LINE_LIMIT_BYTES = 2200
END_LIMIT_MS = 1000.0
RIVAL_LIMIT = 0.3
"""Of node_exporter's CPU time, which does not look at processes."""

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
    with crowd(PROCESSES):
        processes = process_count()
        run = _run_probe(interval_s, _TICKS)
        rival = measure_node_exporter(_SCRAPES)
    with crowd(CROWD_PROCESSES, CROWD_SOCKETS):
        crowded = _run_probe(interval_s, _TICKS)
        many = process_count()
    what = f"{_TICKS} ticks of {interval_s:g} s, {processes} processes"
    in_crowd = f"{_TICKS} ticks of {interval_s:g} s, {many} processes, {CROWD_SOCKETS} TCP sockets"
    return [
        *_figures(run, what),
        *_crowd_figures(crowded, in_crowd),
        *_rival_figures(_cpu_ms(run), rival, processes),
    ]


def _figures(run: Run, what: str) -> list[Figure]:
    cpu = "CPU time a tick at the default rhythm, from the medians of its kinds of ticks; " + what
    return [
        Figure("probe_cpu_ms", _cpu_ms(run), CPU_LIMIT_MS, "ms", cpu),
        *_parts("probe", run),
        Figure("probe_memory_mb", run.resident_mb, MEMORY_LIMIT_MB, "MB", "most memory resident (VmHWM); " + what),
        Figure(
            "probe_line_bytes",
            _line_bytes(run),
            LINE_LIMIT_BYTES,
            "B",
            "mean size of a whole line at the default rhythm, before compression",
        ),
        Figure(
            "probe_fast_bytes",
            mean(tick.fast_bytes for tick in run.ticks),
            None,
            "B",
            "mean size of a line less its process table and what comes every 30 s",
        ),
        Figure(
            "probe_end_ms", run.end_s * 1000, END_LIMIT_MS, "ms", "from the end of its input to its exit, wall time"
        ),
        Figure("probe_payload_bytes", len(payload(ProbeOptions())), None, "B", "what is sent once a session"),
    ]


def _crowd_figures(run: Run, what: str) -> list[Figure]:
    return [
        Figure("probe_crowd_cpu_ms", _cpu_ms(run), CROWD_CPU_LIMIT_MS, "ms", "CPU time a tick as above; " + what),
        *_parts("probe_crowd", run),
        Figure("probe_crowd_memory_mb", run.resident_mb, MEMORY_LIMIT_MB, "MB", "most memory resident; " + what),
    ]


def _parts(name: str, run: Run) -> list[Figure]:
    """What the mean tick is made of."""
    ticks = {
        "fast": ("fast",),
        "processes": ("fast", "processes"),
        "slow": ("fast", "processes", "slow"),
    }
    return [
        Figure(
            f"{name}_{kind}_tick_cpu_ms",
            median_low(tick.cpu_s for tick in run.ticks if tick.groups == frozenset(groups)) * 1000,
            None,
            "ms",
            "median CPU time of a tick with " + ", ".join(groups),
        )
        for kind, groups in ticks.items()
    ]


def _rival_figures(cpu_ms: float, rival: tuple[float, float] | None, processes: int) -> list[Figure]:
    if rival is None:
        return []
    seconds, memory = rival
    how = f"prometheus-node-exporter as Debian ships it; {_SCRAPES} scrapes, {processes} processes"
    return [
        Figure("node_exporter_cpu_ms", seconds * 1000, None, "ms", "mean CPU time a scrape; " + how),
        Figure("node_exporter_memory_mb", memory, None, "MB", "most memory resident; " + how),
        Figure(
            "probe_cpu_over_node_exporter",
            cpu_ms / (seconds * 1000),
            RIVAL_LIMIT,
            "times",
            "CPU time, tick over scrape",
        ),
    ]


def _cpu_ms(run: Run) -> float:
    """CPU time of a tick at the default rhythm.

    Medians, because other programs on the machine push the probe out of its caches now and then.
    """
    return _at_default_rhythm(run, lambda ticks: median_low(tick.cpu_s for tick in ticks)) * 1000


def _line_bytes(run: Run) -> float:
    return _at_default_rhythm(run, lambda ticks: mean(tick.line_bytes for tick in ticks))


def _at_default_rhythm(run: Run, summed_up: Callable[[list[Tick]], float]) -> float:
    """What a tick comes to with the rare ones spread as at 5 s, 10 s and 30 s, whatever the rhythm of the run."""

    def of_kind(*groups: str) -> float:
        return summed_up([tick for tick in run.ticks if tick.groups == frozenset(groups)])

    fast = of_kind("fast")
    processes = of_kind("fast", "processes") - fast
    slow = of_kind("fast", "processes", "slow") - fast - processes
    return fast + processes / 2 + max(0.0, slow) / 6


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
