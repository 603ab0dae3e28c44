"""What the poller costs with a whole fleet: real processes, real SSH, measured from outside.

The simulated fleet runs in processes of its own and registers its hosts; then comes a real `watchpost run`. Its CPU and
memory, workers included, are what the system says of these processes; what was stored is counted in the database.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.fleet.cost_plot import draw_costs
from benchmarks.fleet.course import Course, Measured, run_course

CPU_LIMIT_MS = 0.25
DELAY_LIMIT_S = 1.0
COLD_START_S = 15.0
MISSING_LIMIT_PERCENT = 0.1
LARGE_MISSING_LIMIT_PERCENT = 1.0
GROWTH_LIMIT_PERCENT = 10.0
_LARGE = 5_000
"""From so many hosts on one machine has enough to do with the fleet itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured.

    Attributes:
        hosts: one course for each number.
        minutes: how long each is measured, after its start.
        processes: that serve the fleet; None for as many as it takes by itself.
        port: where its hosts listen.
        workers: as `watchpost run --workers`.
        failing: percent of the hosts that are in trouble at any time.
        storm: whether all hosts are to vanish and return in the end.
        plot: where to draw cost, memory and delay over the number of hosts; None for nowhere.
    """

    hosts: Sequence[int]
    minutes: float
    processes: int | None = None
    port: int = 2222
    workers: str = "auto"
    failing: float = 0.0
    storm: bool = False
    plot: Path | None = None


def measure(*, quick: bool, asked: Asked | None = None) -> list[Figure]:
    """Runs a course for each number of hosts.

    Args:
        quick: 200 hosts for a minute, where nothing else is asked.
        asked: what to measure; None is 1,000 hosts for 10 minutes.
    """
    asked = asked or (Asked((200,), 1.0) if quick else Asked((1000,), 10.0))
    done: list[Measured] = []
    figures: list[Figure] = []
    for hosts in asked.hosts:
        course = Course(
            hosts=hosts,
            minutes=asked.minutes,
            processes=asked.processes,
            port=asked.port,
            workers=asked.workers,
            chance=asked.failing / 100,
            storm=asked.storm,
        )
        with tempfile.TemporaryDirectory(prefix="watchpost-bench-") as folder:
            measured = run_course(course, Path(folder))
        done.append(measured)
        figures += _figures(course, measured)
    if asked.plot is not None:
        draw_costs(done, asked.plot)
    return figures


def _figures(course: Course, measured: Measured) -> list[Figure]:
    """One course's figures, named by its number of hosts."""
    of = f"fleet_{course.hosts}"
    how = f"{course.hosts} hosts at {course.interval_s:.0f} s for {measured.span_s / 60:.1f} min"
    calm = course.chance == 0
    missing_limit = LARGE_MISSING_LIMIT_PERCENT if course.hosts >= _LARGE else MISSING_LIMIT_PERCENT
    figures = [
        Figure(
            f"{of}_cpu_ms_per_scrape",
            measured.cpu_ms_per_scrape,
            CPU_LIMIT_MS if course.hosts >= 1000 else None,
            "ms",
            f"CPU of the poller's processes, all in; {how}, {measured.stored} scrapes",
        ),
        Figure(
            f"{of}_missing_percent",
            measured.missing_percent,
            missing_limit if calm else None,
            "%",
            "of the scrapes that were due, not in the database",
        ),
        Figure(f"{of}_delay_p50_s", measured.delay_p50_s, None, "s", "reading to committed, as the poller tells"),
        Figure(f"{of}_delay_p99_s", measured.delay_p99_s, DELAY_LIMIT_S, "s", "the same, all but one in a hundred"),
        Figure(f"{of}_memory_mb", measured.memory_mb, _memory_limit(course.hosts), "MB", "resident, at its most"),
        Figure(
            f"{of}_cold_start_s",
            measured.cold_start_s,
            COLD_START_S if course.hosts <= 1000 else None,
            "s",
            "from its start until every host that can be reached is up",
        ),
        Figure(f"{of}_login_cpu_ms", measured.login_cpu_ms, None, "ms", "CPU until then, a host, readings included"),
        Figure(
            f"{of}_growth_percent", measured.growth_percent, _growth_limit(course), "%", "memory, last third to first"
        ),
        Figure(
            f"{of}_silent_hosts",
            measured.silent_hosts,
            0,
            "",
            f"silent of late without a reason; {measured.excused_hosts} had one",
        ),
        Figure(f"{of}_fleet_late_s", measured.fleet_late_s, None, "s", "the most that the fleet itself was late"),
        Figure(
            f"{of}_fleet_cpu_ms_per_line", measured.fleet_cpu_ms_per_line, None, "ms", "CPU of the fleet's processes"
        ),
    ]
    if measured.return_s is not None:
        figures.append(
            Figure(f"{of}_return_s", measured.return_s, None, "s", "all hosts vanished and came back, until all are up")
        )
    return figures


def _memory_limit(hosts: int) -> float | None:
    """200 MB at 1,000 and 1 GB at 10,000, and evenly in between."""
    return 200.0 + (hosts - 1000) * 800 / 9000 if hosts >= 1000 else None


def _growth_limit(course: Course) -> float | None:
    # In the first minutes everything still finds its place.
    return GROWTH_LIMIT_PERCENT if course.minutes >= 30 else None
