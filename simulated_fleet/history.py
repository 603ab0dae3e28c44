"""The past of a simulated fleet, written into a database as a poller would have: readings, sealed and rolled up."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from simulated_fleet.condition import Reach
from simulated_fleet.machine import Machine
from simulated_fleet.names import fast_series, process_series, slow_series
from simulated_fleet.process_tables import Table
from simulated_fleet.world import World
from storage.database import Database
from storage.scrape import Cadence, Process, Scrape, Vector
from storage.scrape_rows import RowWriter, pack_scrape
from storage.sealing.upkeep import Upkeep
from storage.series import Layout, SeriesKey, series_key, shared_layout
from storage.tier import BLOCK_MS

_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
_AT_ONCE = 1536
_BUDGET_S = 30.0
_UPKEEP_ROUNDS = 10_000
_SKEW = SeriesKey("clock_skew_seconds")
_SKEW_S = 0.004


class _Pace(NamedTuple):
    """How far apart readings are, in milliseconds: the fast group, process tables, the slow group."""

    fast_ms: int
    processes_ms: int
    slow_ms: int


_PACES = (
    (_HOUR_MS, _Pace(5000, 10_000, 30_000)),
    (24 * _HOUR_MS, _Pace(30_000, 2 * _MINUTE_MS, _MINUTE_MS)),
)
"""Near the end readings are as close as a poller takes them."""
_OLD_PACE = _Pace(_MINUTE_MS, 10 * _MINUTE_MS, _MINUTE_MS)
"""Of days ago minutes are all that is kept anyway, and more than a minute apart gives no rate."""


def write_history(  # noqa: PLR0913 - all given by name
    database: Database,
    world: World,
    host_ids: Mapping[int, int],
    *,
    start_ms: int,
    end_ms: int,
    on_progress: Callable[[float], None] | None = None,
) -> int:
    """Writes the past of hosts and seals it.

    No poller may use the database meanwhile. Readings are 60 s apart, those of the last day 30 s, those of the last
    hour 5 s.

    Args:
        database: prepared; the hosts are in it.
        world: which fleet.
        host_ids: which of its machines, by index, are which hosts.
        start_ms: from when, UTC milliseconds.
        end_ms: until just before when.
        on_progress: is told the share that is done, 0 to 1, every now and then.

    Returns:
        How many readings were written.

    Raises:
        DatabaseUnavailableError: the database cannot be written.
    """
    writer, upkeep, written = RowWriter(), Upkeep(database, gives_way=False), 0
    tell = on_progress or (lambda _share: None)
    sessions = _sessions(world, host_ids)
    for start, end, pace in _pieces(start_ms, end_ms):
        scrapes = _scrapes(world, sessions, host_ids, range(start, end, pace.fast_ms), pace)
        while batch := list(itertools.islice(scrapes, _AT_ONCE)):
            packed = [pack_scrape(scrape) for scrape in batch]
            with database.writing() as connection:
                writer.write(connection, packed, ())
            written += len(packed)
            tell((batch[-1].ts - start_ms) / (end_ms - start_ms))
        _keep_in_shape(upkeep, end)
    tell(1.0)
    return written


def scrapes_between(
    world: World, host_ids: Mapping[int, int], start_ms: int, end_ms: int, step_ms: int
) -> Iterator[Scrape]:
    """The readings of hosts in order of time, every step from the start until just before the end, UTC milliseconds.

    A host that could not be reached at a moment has none then, and another session after it. Process tables are 10 s
    apart and the slow group 30 s, or one step where that is longer.
    """
    pace = _Pace(step_ms, max(step_ms, _PACES[0][1].processes_ms), max(step_ms, _PACES[0][1].slow_ms))
    return _scrapes(world, _sessions(world, host_ids), host_ids, range(start_ms, end_ms, step_ms), pace)


def _scrapes(
    world: World, sessions: Mapping[int, "_Sessions"], host_ids: Mapping[int, int], moments: range, pace: _Pace
) -> Iterator[Scrape]:
    together = max(1, _AT_ONCE // max(1, len(sessions)))
    for first in range(0, len(moments), together):
        asked = [(index, ts, sessions[index].at(ts)) for ts in moments[first : first + together] for index in sessions]
        there = [(index, ts, session_at) for index, ts, session_at in asked if session_at is not None]
        if there:
            yield from _read(world, host_ids, there, pace)


def _sessions(world: World, host_ids: Mapping[int, int]) -> dict[int, "_Sessions"]:
    return {index: _Sessions(world, index) for index in sorted(host_ids)}


class _Sessions:
    """When the session to a host began that goes on at a moment."""

    def __init__(self, world: World, index: int) -> None:
        self._world = world
        behind = world.machines[index].behind
        self._way = (index,) if behind is None else (index, behind)
        self._since: int | None = None

    def at(self, ts: int) -> int | None:
        if not self._is_up(ts):
            self._since = None
        elif self._since is None:
            self._since = ts
        return self._since

    def _is_up(self, ts: int) -> bool:
        reaches = [self._world.condition(index, ts).reach for index in self._way]
        return Reach.DOWN not in reaches and Reach.HALF_OPEN not in reaches


def _read(
    world: World, host_ids: Mapping[int, int], asked: Sequence[tuple[int, int, int]], pace: _Pace
) -> Iterator[Scrape]:
    readings = world.read([index for index, _, _ in asked], [ts / 1000 for _, ts, _ in asked])
    flat = readings.fast()
    has_slow, has_processes = (
        [place for place, (_, ts, _) in enumerate(asked) if ts // pace.fast_ms % max(1, often_ms // pace.fast_ms) == 0]
        for often_ms in (pace.slow_ms, pace.processes_ms)
    )
    slow = dict(zip(has_slow, readings.slow(has_slow), strict=True))
    processes = dict(zip(has_processes, zip(*readings.processes(has_processes), strict=True), strict=True))
    for place, (index, ts, session_at) in enumerate(asked):
        machine = world.machines[index]
        vectors = [Vector(Cadence.FAST, _fast_layout(machine), flat.values[flat.start[place] : flat.start[place + 1]])]
        top = None
        if place in processes:
            count, table = processes[place]
            vectors.append(Vector(Cadence.PROCESSES, _process_layout(), np.array([float(count)])))
            top = _rows(table)
        if place in slow:
            skew = world.condition(index, ts).clock_offset_s + _SKEW_S
            vectors.append(Vector(Cadence.SLOW, _slow_layout(machine), np.append(slow[place], skew)))
        yield Scrape(host_ids[index], ts, session_at, tuple(vectors), top)


def _rows(table: Table) -> tuple[Process, ...]:
    of = table.programs
    rows = zip(table.order, table.pid, table.cpu_percent, table.rss_bytes, table.vsz_bytes, table.run_s, strict=True)
    return tuple(
        Process(pid, of.name[at], of.command[at], of.user[at], cpu, rss, vsz, run_s)
        for at, pid, cpu, rss, vsz, run_s in rows
    )


def _pieces(start_ms: int, end_ms: int) -> Iterator[tuple[int, int, _Pace]]:
    """Spans with their paces, none longer than what is rolled up at once."""
    edges = {end_ms - before_ms: pace for before_ms, pace in reversed(_PACES)}
    blocks = range(start_ms // BLOCK_MS * BLOCK_MS, end_ms, BLOCK_MS)
    cuts = sorted({start_ms, end_ms, *edges, *blocks})
    for start, end in itertools.pairwise([cut for cut in cuts if start_ms <= cut <= end_ms]):
        pace = min((pace for edge, pace in edges.items() if edge <= start), default=_OLD_PACE)
        # On the beat, so that one reading follows the other across the edge.
        yield -(-start // pace.fast_ms) * pace.fast_ms, end, pace


def _keep_in_shape(upkeep: Upkeep, now_ms: int) -> None:
    """Seals and rolls up what is due at a moment."""
    for _ in range(_UPKEEP_ROUNDS):
        if not upkeep.step(now_ms, _BUDGET_S):
            return


@lru_cache(maxsize=4096)
def _fast_layout(machine: Machine) -> Layout:
    return shared_layout(tuple(series_key(list(row)) for row in fast_series(machine)))


@lru_cache(maxsize=1)
def _process_layout() -> Layout:
    return shared_layout(tuple(series_key(list(row)) for row in process_series()))


@lru_cache(maxsize=4096)
def _slow_layout(machine: Machine) -> Layout:
    # As the poller keeps it: the skew of the clock is what it tells itself.
    return shared_layout((*(series_key(list(row)) for row in slow_series(machine)), _SKEW))
