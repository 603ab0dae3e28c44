"""Puts the process tables of an hour into a chunk, and later keeps one a minute of them."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select

from storage.chunks.chunk_rows import ProcessChunk, read_process_chunks, write_process_chunk
from storage.chunks.process_chunk import decode_processes, encode_readable, encode_tables, thin_processes
from storage.process_rows import unpacked_size
from storage.reading.plain_query import PlainQuery
from storage.schema import process_chunks, process_snapshots
from storage.scrape import Process
from storage.sealing.fresh import ready_at

HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_ROWS_LIMIT = 4_000
"""Snapshots at once: one a second for an hour, and then some."""
_SIZE_LIMIT = 48 * 2**20
"""Characters in the tables of an hour, about; of an hour with more, one table a minute is kept at once."""
_SQUEEZED = 5
"""How many times smaller a packed table is than its text, about, where it does not say."""

_MOMENTS = PlainQuery(
    select(func.min(process_snapshots.c.ts), func.max(process_snapshots.c.ts)).where(
        process_snapshots.c.host_id == bindparam("host_id")
    )
)
_TABLES = PlainQuery(
    select(process_snapshots.c.id, process_snapshots.c.ts, process_snapshots.c.rows)
    .where(
        process_snapshots.c.host_id == bindparam("host_id"),
        process_snapshots.c.ts >= bindparam("since"),
        process_snapshots.c.ts < bindparam("until"),
    )
    .order_by(process_snapshots.c.ts)
    .limit(_ROWS_LIMIT)
)
_DELETE = PlainQuery(
    delete(process_snapshots).where(process_snapshots.c.id.in_(bindparam("ids", expanding=True))), several="ids"
)


class SealedProcesses(NamedTuple):
    """What is to be written.

    Attributes:
        host_id: whose.
        taken: ids of the rows that go.
        chunk: what they are put into, with what it had before; None where none of them can be read.
        damaged: how many rows could not be read.
    """

    host_id: int
    taken: Sequence[int]
    chunk: ProcessChunk | None
    damaged: int


def due_hour(host_id: int, oldest: int | None, newest: int | None, *, silent_before: int, now_ms: int) -> int | None:
    """The start of the oldest hour that is to be sealed by now, for the oldest and newest moments of a host's rows."""
    if oldest is None or newest is None or oldest >= newest >= silent_before:
        return None
    start = oldest // HOUR_MS * HOUR_MS
    return start if ready_at(start, HOUR_MS, host_id) <= now_ms else None


def compute_oldest_hour(
    connection: Connection, host_id: int, *, silent_before: int, now_ms: int
) -> SealedProcesses | None:
    """Computes the chunk of the oldest hour that has rows; None where none is to be sealed by now.

    Args:
        connection: for reading, one snapshot.
        host_id: whose.
        silent_before: the newest table of a host stays a row, where readers look for it, until it is older than this.
        now_ms: the time, UTC milliseconds.
    """
    oldest, newest = _MOMENTS.run(connection, (), {"host_id": host_id}).fetchone()
    start = due_hour(host_id, oldest, newest, silent_before=silent_before, now_ms=now_ms)
    if start is None:
        return None
    until = start + HOUR_MS if newest < silent_before else min(start + HOUR_MS, newest)
    rows = _TABLES.run(connection, (), {"host_id": host_id, "since": start, "until": until}).fetchall()
    fresh = {ts: packed for _, ts, packed in rows}
    there = _snapshots(_stored(connection, host_id, start))
    # Of two of the same time the sealed one stays.
    tables = sorted((fresh | there).items())
    if sum(map(_unpacked_size, fresh.values())) > _SIZE_LIMIT:
        tables = _one_a_minute(tables)
    frame, damaged = encode_readable(tables, there)
    moments = [ts for ts, _ in tables]
    left = sorted(set(moments) - set(damaged)) if damaged else moments
    chunk = ProcessChunk(host_id, start, left[0], left[-1], len(left), thinned=False, frame=frame) if left else None
    return SealedProcesses(host_id, [row[0] for row in rows], chunk, len(damaged))


def write_hour(connection: Connection, sealed: SealedProcesses) -> None:
    """Writes what was computed and deletes its rows."""
    if sealed.chunk is not None:
        write_process_chunk(connection, sealed.chunk)
    _DELETE.run(connection, sealed.taken, {})


def chunk_of_tables(host_id: int, start: int, tables: Sequence[tuple[int, tuple[Process, ...]]]) -> ProcessChunk:
    """The chunk of an hour from tables that were never packed.

    Args:
        host_id: whose.
        start: of the hour, UTC milliseconds.
        tables: with the moment of each, oldest first; at least one.
    """
    moments = [ts for ts, _ in tables]
    return ProcessChunk(
        host_id=host_id,
        start_ts=start,
        first_ts=moments[0],
        last_ts=moments[-1],
        snapshots=len(moments),
        # To thin it would change nothing.
        thinned=len({ts // _MINUTE_MS for ts in moments}) == len(moments),
        frame=encode_tables(tables),
    )


def thinned_hours(connection: Connection, host_id: int, before: int, *, limit: int) -> list[ProcessChunk]:
    """Chunks whose tables are all older than `before`, with the first table of each minute alone.

    Args:
        connection: for reading.
        host_id: whose.
        before: UTC milliseconds.
        limit: how many; the oldest come first, and those that are thinned already not at all.
    """
    old = (
        select(process_chunks.c.start_ts)
        .where(
            process_chunks.c.host_id == host_id,
            process_chunks.c.last_ts < before,
            ~process_chunks.c.thinned,
        )
        .order_by(process_chunks.c.start_ts)
        .limit(limit)
    )
    found = (_stored(connection, host_id, start) for start in connection.scalars(old).all())
    return [_thinned(chunk) for chunk in found if chunk is not None]


def _thinned(chunk: ProcessChunk) -> ProcessChunk:
    try:
        frame, moments = thin_processes(chunk.frame, _MINUTE_MS)
    except ValueError:
        moments = []
    if not moments:
        # It cannot be read, and goes when its time is over.
        return chunk._replace(thinned=True)
    first, last = moments[0], moments[-1]
    return chunk._replace(first_ts=first, last_ts=last, snapshots=len(moments), thinned=True, frame=frame)


def _stored(connection: Connection, host_id: int, start: int) -> ProcessChunk | None:
    found = read_process_chunks(connection, host_id, start, start + HOUR_MS)
    return next((chunk for chunk in found if chunk.start_ts == start), None)


def _snapshots(chunk: ProcessChunk | None) -> dict[int, bytes]:
    """Nothing where the chunk is damaged."""
    try:
        return {} if chunk is None else dict(decode_processes(chunk.frame))
    except ValueError:
        return {}


def _one_a_minute(tables: Sequence[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """The first of each minute."""
    first: dict[int, tuple[int, bytes]] = {}
    for ts, table in tables:
        first.setdefault(ts // _MINUTE_MS, (ts, table))
    return list(first.values())


def _unpacked_size(packed: bytes) -> int:
    """How many characters a table has, about."""
    return unpacked_size(packed) or _SQUEEZED * len(packed)
