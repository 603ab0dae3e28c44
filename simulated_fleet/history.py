"""The past of a simulated fleet, written into a database as a poller would have: readings, sealed and rolled up."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from simulated_fleet.history_past import (
    NEWEST,
    HostPast,
    Pace,
    Sessions,
    is_turn,
    layout_of,
    pieces,
    read_past,
    rows_of,
    skew_s,
)
from simulated_fleet.world import World
from storage.chunks.raw_chunk import RawReadings
from storage.connection import Connection
from storage.database import Database
from storage.process_rows import pack_processes
from storage.scrape import Cadence, Scrape, Vector
from storage.scrape_rows import PackedScrape, RowWriter
from storage.sealing.past import Past, write_past, write_past_tables
from storage.sealing.situation import read_situation
from storage.vector import pack_vector

_AT_ONCE = 1536


def write_history(  # noqa: PLR0913 - all given by name
    database: Database,
    world: World,
    host_ids: Mapping[int, int],
    *,
    start_ms: int,
    end_ms: int,
    on_progress: Callable[[float], None] | None = None,
) -> int:
    """Writes the past of hosts, sealed and rolled up as far as it would be.

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
    tell = on_progress or (lambda _share: None)
    spans = list(pieces(start_ms, end_ms))
    written = 0
    for done, (index, host_id) in enumerate(sorted(host_ids.items()), start=1):
        past = read_past(world, index, spans)
        tell((done - 0.5) / len(host_ids))
        with database.writing() as connection:
            _write_host(connection, host_id, past, end_ms)
        written += past.readings
        tell(done / len(host_ids))
    return written


def scrapes_between(
    world: World, host_ids: Mapping[int, int], start_ms: int, end_ms: int, step_ms: int
) -> Iterator[Scrape]:
    """The readings of hosts in order of time, every step from the start until just before the end, UTC milliseconds.

    A host that could not be reached at a moment has none then, and another session after it. Process tables are 10 s
    apart and the slow group 30 s, or one step where that is longer.
    """
    pace = Pace(step_ms, max(step_ms, NEWEST.processes_ms), max(step_ms, NEWEST.slow_ms))
    moments = range(start_ms, end_ms, step_ms)
    sessions = {index: Sessions(world, index) for index in sorted(host_ids)}
    together = max(1, _AT_ONCE // max(1, len(sessions)))
    for first in range(0, len(moments), together):
        asked = [(index, ts, sessions[index].at(ts)) for ts in moments[first : first + together] for index in sessions]
        there = [(index, ts, session_at) for index, ts, session_at in asked if session_at is not None]
        if there:
            yield from _read(world, host_ids, there, pace)


def _write_host(connection: Connection, host_id: int, past: HostPast, end_ms: int) -> None:
    """Seals what is over, and leaves the rest to be sealed as if a poller had just recorded it."""
    situation = read_situation(connection, end_ms)
    left: list[PackedScrape] = []
    for cadence, readings in past.groups:
        left += _packed(host_id, cadence, write_past(connection, Past(host_id, cadence, readings), situation))
    for ts, table in write_past_tables(connection, host_id, past.tables, end_ms):
        left.append(PackedScrape(host_id, ts, ts, (), pack_processes(table)))
    RowWriter().write(connection, sorted(left, key=lambda scrape: scrape.ts), ())


def _packed(host_id: int, cadence: Cadence, readings: RawReadings) -> Iterator[PackedScrape]:
    rows = zip(readings.ts.tolist(), readings.session_at.tolist(), readings.values, strict=True)
    for ts, session_at, values in rows:
        yield PackedScrape(host_id, ts, session_at, ((int(cadence), readings.layout, pack_vector(values)),), None)


def _read(
    world: World, host_ids: Mapping[int, int], asked: Sequence[tuple[int, int, int]], pace: Pace
) -> Iterator[Scrape]:
    readings = world.read([index for index, _, _ in asked], [ts / 1000 for _, ts, _ in asked])
    flat = readings.fast()
    moments = np.array([ts for _, ts, _ in asked], dtype=np.int64)
    has_slow, has_processes = (
        is_turn(moments, pace, often_ms).tolist() for often_ms in (pace.slow_ms, pace.processes_ms)
    )
    slow = dict(zip(has_slow, readings.slow(has_slow), strict=True))
    processes = dict(zip(has_processes, zip(*readings.processes(has_processes), strict=True), strict=True))
    for place, (index, ts, session_at) in enumerate(asked):
        machine = world.machines[index]
        values = flat.values[flat.start[place] : flat.start[place + 1]]
        vectors = [Vector(Cadence.FAST, layout_of(machine, Cadence.FAST), values)]
        top = None
        if place in processes:
            count, table = processes[place]
            vectors.append(Vector(Cadence.PROCESSES, layout_of(machine, Cadence.PROCESSES), np.array([float(count)])))
            top = rows_of(table)
        if place in slow:
            told = np.append(slow[place], skew_s(world, index, ts))
            vectors.append(Vector(Cadence.SLOW, layout_of(machine, Cadence.SLOW), told))
        yield Scrape(host_ids[index], ts, session_at, tuple(vectors), top)
