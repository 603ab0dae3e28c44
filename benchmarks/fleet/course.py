"""One course: a fleet, a poller, a stretch of time, and what came of it."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.fleet.poller_process import Poller, run_poller_process
from benchmarks.fleet.simulated import Fleet, running_fleet
from benchmarks.fleet.stored import Counted, count_stored, hosts_up, latest_figures
from benchmarks.fleet.truth import hosts_out_of_reach
from storage.database import Database, open_database, prepare_database

LOOK_S = 0.25
SAMPLE_S = 5.0
SETTLE_S = 30.0
"""The first half minute has layouts, first process tables and full file system readings in it."""
START_TIMEOUT_S = 600.0
STORED_WITHIN_S = 5.0
SILENT_S = 180.0
RETRY_MS = 60_000
"""Who is well again is read again after the longest pause between two tries, and not at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happens.

    Attributes:
        hosts: how many.
        minutes: how long is measured.
        interval_s: between two scrapes of a host.
        processes: that serve the fleet; None for as many as it takes by itself.
        workers: as `watchpost run --workers`.
        chance: share of the hosts that are in trouble at any time.
        storm: whether all are to vanish and return in the end.
        port: where the hosts listen.
    """

    hosts: int
    minutes: float
    interval_s: float = 5.0
    processes: int | None = None
    workers: str = "auto"
    chance: float = 0.0
    storm: bool = False
    port: int = 2222


@dataclass(slots=True)
class Measured:
    """What came of it.

    Attributes:
        hosts: how many there were.
        span_s: how long was measured.
        stored: scrapes in the database, of those that were read in that time.
        cpu_ms_per_scrape: of all of the poller's processes.
        missing_percent: of the scrapes that were due.
        delay_p50_s, delay_p99_s: reading to committed: medians of what the poller says with each heartbeat.
        memory_mb: of all of its processes, at their most.
        cold_start_s: from the start of the process until all are up.
        login_cpu_ms: CPU until then, a host.
        growth_percent: memory of the last third over that of the first.
        silent_hosts: those without a reading in the last minutes that nothing kept from being read.
        excused_hosts: those that had a reason.
        fleet_late_s: the most that the fleet itself was late.
        fleet_cpu_ms_per_line: CPU of the fleet.
        return_s: how long it took until all were up again after all had vanished; None where they had not.
    """

    hosts: int
    span_s: float
    stored: int
    cpu_ms_per_scrape: float
    missing_percent: float
    delay_p50_s: float
    delay_p99_s: float
    memory_mb: float
    cold_start_s: float
    login_cpu_ms: float
    growth_percent: float
    silent_hosts: int
    excused_hosts: int
    fleet_late_s: float
    fleet_cpu_ms_per_line: float
    return_s: float | None


@dataclass(slots=True)
class _Samples:
    """What was seen from time to time while it ran."""

    memory_mb: list[float] = field(default_factory=list)
    delay_p50_ms: list[float] = field(default_factory=list)
    delay_p99_ms: list[float] = field(default_factory=list)
    late_s: list[float] = field(default_factory=list)


def run_course(course: Course, folder: Path) -> Measured:
    """Runs it from beginning to end; nothing of it is left running."""
    url = f"sqlite:///{folder}/fleet.db"
    prepare_database(url, now_ms=_now_ms())
    with running_fleet(course, url, folder) as fleet:
        database = open_database(url)
        try:
            with run_poller_process(url, folder, course.workers) as poller:
                return _measure(course, fleet, poller, database)
        finally:
            database.close()


def _measure(course: Course, fleet: Fleet, poller: Poller, database: Database) -> Measured:
    cold_start_s = _until_up(course, fleet, poller, database)
    login_cpu_ms = 1000 * poller.cpu_s() / course.hosts
    _wait(SETTLE_S, poller)
    fleet.take_late_s()
    since, cpu_before, fleet_before = _now_ms(), poller.cpu_s(), fleet.status()
    samples = _sample(course, fleet, poller, database)
    until, cpu_s, fleet_after = _now_ms(), poller.cpu_s() - cpu_before, fleet.status()
    # What was read last is committed a moment later; its CPU is that of the first moment, which was not.
    _wait(STORED_WITHIN_S, poller)
    silent_since = until - int(SILENT_S * 1000)
    counted = count_stored(database, since, until, silent_since=silent_since)
    excused = counted.silent_hosts & hosts_out_of_reach(fleet.truth(), silent_since - RETRY_MS, until)
    span_s = (until - since) / 1000
    return_s = _storm(course, fleet, poller, database) if course.storm else None
    lines = max(fleet_after.lines - fleet_before.lines, 1)
    return Measured(
        hosts=course.hosts,
        span_s=span_s,
        stored=counted.scrapes,
        cpu_ms_per_scrape=1000 * cpu_s / max(counted.scrapes, 1),
        missing_percent=_missing_percent(counted, course.hosts * span_s / course.interval_s),
        delay_p50_s=median(samples.delay_p50_ms or [0.0]) / 1000,
        delay_p99_s=median(samples.delay_p99_ms or [0.0]) / 1000,
        memory_mb=max(samples.memory_mb),
        cold_start_s=cold_start_s,
        login_cpu_ms=login_cpu_ms,
        growth_percent=growth_percent(samples.memory_mb),
        silent_hosts=len(counted.silent_hosts - excused),
        excused_hosts=len(excused),
        fleet_late_s=max(samples.late_s, default=0.0),
        fleet_cpu_ms_per_line=1000 * (fleet_after.cpu_s - fleet_before.cpu_s) / lines,
        return_s=return_s,
    )


def growth_percent(memory_mb: list[float]) -> float:
    """How much more the last third is than the first, as medians."""
    third = max(len(memory_mb) // 3, 1)
    first = median(memory_mb[:third])
    return 100 * (median(memory_mb[-third:]) - first) / first


def _missing_percent(counted: Counted, due: float) -> float:
    # The edges of the window hold one scrape of a host more or less.
    return max(0.0, 100 * (1 - counted.scrapes / due))


def _sample(course: Course, fleet: Fleet, poller: Poller, database: Database) -> _Samples:
    samples = _Samples()
    end = time.monotonic() + 60 * course.minutes
    while time.monotonic() < end:
        _wait(min(SAMPLE_S, max(end - time.monotonic(), 0.01)), poller)
        samples.memory_mb.append(poller.memory_mb())
        samples.late_s.append(fleet.take_late_s())
        figures = latest_figures(database)
        if figures.delay_p50_ms is not None and figures.delay_p99_ms is not None:
            samples.delay_p50_ms.append(figures.delay_p50_ms)
            samples.delay_p99_ms.append(figures.delay_p99_ms)
    return samples


def _until_up(course: Course, fleet: Fleet, poller: Poller, database: Database) -> float:
    """Seconds from the start of the poller until all that can be up are."""
    # Those in trouble may be back only later; all others are to be there.
    wanted = course.hosts - round(1.5 * course.chance * course.hosts)
    while hosts_up(database) < wanted:
        if time.monotonic() - poller.started > START_TIMEOUT_S:
            raise TimeoutError(f"only {hosts_up(database)} of {course.hosts} hosts are up: {poller.last_words()}")
        fleet.check()
        _wait(LOOK_S, poller)
    return time.monotonic() - poller.started


def _storm(course: Course, fleet: Fleet, poller: Poller, database: Database) -> float:
    """Has all hosts vanish for half a minute; seconds from their return until all are up."""
    fleet.vanish()
    _wait(SETTLE_S, poller)
    fleet.come_back()
    back_at = time.monotonic()
    wanted = course.hosts - round(1.5 * course.chance * course.hosts)
    while hosts_up(database) < wanted:
        if time.monotonic() - back_at > START_TIMEOUT_S:
            raise TimeoutError(f"only {hosts_up(database)} of {course.hosts} hosts came back")
        _wait(LOOK_S, poller)
    return time.monotonic() - back_at


def _wait(seconds: float, poller: Poller) -> None:
    time.sleep(seconds)
    poller.check()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
