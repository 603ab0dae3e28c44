"""The past of one simulated host as arrays, as a poller would have taken it. Pure."""

import itertools
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from simulated_fleet.condition import Reach
from simulated_fleet.machine import Machine
from simulated_fleet.names import fast_series, process_series, slow_series
from simulated_fleet.process_tables import Table
from simulated_fleet.rhythm import Array, Indexes
from simulated_fleet.world import World
from storage.chunks.raw_chunk import RawReadings
from storage.scrape import Cadence, Process
from storage.series import Layout, SeriesKey, series_key, shared_layout
from storage.tier import BLOCK_MS

_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
_AT_ONCE = 1024
_SKEW = SeriesKey("clock_skew_seconds")
_SKEW_S = 0.004


class Pace(NamedTuple):
    """How far apart readings are, in milliseconds: the fast group, process tables, the slow group."""

    fast_ms: int
    processes_ms: int
    slow_ms: int


NEWEST = Pace(5000, 10_000, 30_000)
"""As close as a poller takes them."""
_PACES = ((_HOUR_MS, NEWEST), (24 * _HOUR_MS, Pace(30_000, 2 * _MINUTE_MS, _MINUTE_MS)))
_OLD_PACE = Pace(_MINUTE_MS, 10 * _MINUTE_MS, _MINUTE_MS)
"""Of days ago minutes are all that is kept anyway, and more than a minute apart gives no rate."""


class Piece(NamedTuple):
    """Moments of one pace, from `start`, which is on the beat, until just before `end`, UTC milliseconds."""

    start: int
    end: int
    pace: Pace


class HostPast(NamedTuple):
    """What was read of a host, oldest first.

    Attributes:
        groups: the readings of each group that has any.
        tables: process tables with their moments.
        readings: how often it was read.
    """

    groups: Sequence[tuple[Cadence, RawReadings]]
    tables: Sequence[tuple[int, tuple[Process, ...]]]
    readings: int


def pieces(start_ms: int, end_ms: int) -> Iterator[Piece]:
    """A span in pieces, closer towards its end; none is longer than a block."""
    edges = {end_ms - before_ms: pace for before_ms, pace in reversed(_PACES)}
    blocks = range(start_ms // BLOCK_MS * BLOCK_MS, end_ms, BLOCK_MS)
    cuts = sorted({start_ms, end_ms, *edges, *blocks})
    for start, end in itertools.pairwise([cut for cut in cuts if start_ms <= cut <= end_ms]):
        pace = min((pace for edge, pace in edges.items() if edge <= start), default=_OLD_PACE)
        # On the beat, so that one reading follows the other across the edge.
        yield Piece(-(-start // pace.fast_ms) * pace.fast_ms, end, pace)


def read_past(world: World, index: int, spans: Sequence[Piece]) -> HostPast:
    """What a poller would have read of a host; nothing while it could not be reached, and another session after it."""
    found = _Found(world.machines[index])
    sessions = Sessions(world, index)
    for start, end, pace in spans:
        asked = [(ts, sessions.at(ts)) for ts in range(start, end, pace.fast_ms)]
        there = [(ts, session_at) for ts, session_at in asked if session_at is not None]
        for first in range(0, len(there), _AT_ONCE):
            some = np.array(there[first : first + _AT_ONCE], dtype=np.int64)
            found.take(world, some[:, 0], some[:, 1], pace)
    return found.past()


class Sessions:
    """When the session to a host began that goes on at a moment."""

    def __init__(self, world: World, index: int) -> None:
        self._world = world
        behind = world.machines[index].behind
        self._way = (index,) if behind is None else (index, behind)
        self._since: int | None = None

    def at(self, ts: int) -> int | None:
        """UTC milliseconds; None while there is none. To be asked in order of time."""
        if not self._is_up(ts):
            self._since = None
        elif self._since is None:
            self._since = ts
        return self._since

    def _is_up(self, ts: int) -> bool:
        reaches = [self._world.condition(index, ts).reach for index in self._way]
        return Reach.DOWN not in reaches and Reach.HALF_OPEN not in reaches


def skew_s(world: World, index: int, ts: int) -> float:
    """How far the poller sees the clock of a host off."""
    return world.condition(index, ts).clock_offset_s + _SKEW_S


def is_turn(ts: Indexes, pace: Pace, often_ms: int) -> Indexes:
    """At which of these moments a group has its turn that is read less often: their places."""
    return np.flatnonzero(ts // pace.fast_ms % max(1, often_ms // pace.fast_ms) == 0)


def rows_of(table: Table) -> tuple[Process, ...]:
    """A process table as the poller has it."""
    of = table.programs
    rows = zip(table.order, table.pid, table.cpu_percent, table.rss_bytes, table.vsz_bytes, table.run_s, strict=True)
    return tuple(
        [
            Process(pid, of.name[at], of.command[at], of.user[at], cpu, rss, vsz, run_s)
            for at, pid, cpu, rss, vsz, run_s in rows
        ]
    )


@lru_cache(maxsize=4096)
def layout_of(machine: Machine, cadence: Cadence) -> Layout:
    """The series of a group."""
    if cadence is Cadence.FAST:
        rows = fast_series(machine)
    else:
        rows = slow_series(machine) if cadence is Cadence.SLOW else process_series()
    found = [series_key(list(row)) for row in rows]
    # As the poller keeps it: the skew of the clock is what it tells itself.
    return shared_layout((*found, _SKEW) if cadence is Cadence.SLOW else tuple(found))


class _Found:
    """What has been read so far."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._parts: dict[Cadence, list[tuple[Indexes, Indexes, Array]]] = {cadence: [] for cadence in Cadence}
        self._tables: list[tuple[int, tuple[Process, ...]]] = []

    def take(self, world: World, ts: Indexes, session_at: Indexes, pace: Pace) -> None:
        """Reads it at some moments."""
        index, count = self._machine.index, len(ts)
        readings = world.read([index] * count, (ts / 1000).tolist())
        self._parts[Cadence.FAST].append((ts, session_at, readings.fast().values.reshape(count, -1)))
        slow = is_turn(ts, pace, pace.slow_ms)
        if len(slow):
            skews = np.array([skew_s(world, index, moment) for moment in ts[slow].tolist()])
            values = np.column_stack((np.stack(readings.slow(slow.tolist())), skews))
            self._parts[Cadence.SLOW].append((ts[slow], session_at[slow], values))
        processes = is_turn(ts, pace, pace.processes_ms)
        if len(processes):
            counts, tables = readings.processes(processes.tolist())
            values = np.array(counts, dtype=np.float64)[:, np.newaxis]
            self._parts[Cadence.PROCESSES].append((ts[processes], session_at[processes], values))
            self._tables += zip(ts[processes].tolist(), map(rows_of, tables), strict=True)

    def past(self) -> HostPast:
        """All of it."""
        groups = [
            (cadence, RawReadings(ts, session_at, layout_of(self._machine, cadence), values))
            for cadence, parts in self._parts.items()
            if parts
            for ts, session_at, values in [[np.concatenate(arrays) for arrays in zip(*parts, strict=True)]]
        ]
        return HostPast(groups, self._tables, sum(len(ts) for ts, _, _ in self._parts[Cadence.FAST]))
