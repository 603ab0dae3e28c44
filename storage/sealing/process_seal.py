"""Puts the process tables of an hour into a chunk, and later keeps one a minute of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from storage.chunks.chunk_rows import ProcessChunk, read_process_chunks, write_process_chunk
from storage.chunks.process_chunk import decode_processes, encode_processes
from storage.process_rows import unpack_processes, unpacked_size
from storage.schema import process_chunks, process_snapshots
from storage.scrape import Process
from storage.sealing.fresh import ready_at

HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_ROWS_LIMIT = 4_000
"""Snapshots at once: one a second for an hour, and then some."""
_SIZE_LIMIT = 64 * 2**20
"""Characters in the tables of an hour, about; of an hour with more, one table a minute is kept at once."""
_ROW_SIZE = 70
"""Bytes in memory that a row takes beside its text."""
_TEXT_SIZE = 200
"""Bytes of the text of a row, about, where a table does not say."""


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
    moments = select(func.min(process_snapshots.c.ts), func.max(process_snapshots.c.ts))
    oldest, newest = connection.execute(moments.where(process_snapshots.c.host_id == host_id)).one()
    start = due_hour(host_id, oldest, newest, silent_before=silent_before, now_ms=now_ms)
    if start is None:
        return None
    until = start + HOUR_MS if newest < silent_before else min(start + HOUR_MS, newest)
    query = (
        select(process_snapshots.c.id, process_snapshots.c.ts, process_snapshots.c.rows)
        .where(process_snapshots.c.host_id == host_id, process_snapshots.c.ts >= start, process_snapshots.c.ts < until)
        .order_by(process_snapshots.c.ts)
        .limit(_ROWS_LIMIT)
    )
    rows = connection.execute(query).all()
    fresh = {row.ts: row.rows for row in rows}
    unpacked, damaged, size = _unpack(fresh)
    for ts in damaged:
        del fresh[ts]
    there = _snapshots(_stored(connection, host_id, start))
    # Of two of the same time the sealed one stays.
    tables = sorted((fresh | there).items())
    if size > _SIZE_LIMIT:
        tables = _one_a_minute(tables)
    known = {ts: table for ts, table in unpacked.items() if ts not in there}
    chunk = _chunk(host_id, start, tables, thinned=False, unpacked=known) if fresh else None
    return SealedProcesses(host_id, [row.id for row in rows], chunk, len(damaged))


def write_hour(connection: Connection, sealed: SealedProcesses) -> None:
    """Writes what was computed and deletes its rows."""
    if sealed.chunk is not None:
        write_process_chunk(connection, sealed.chunk)
    connection.execute(delete(process_snapshots).where(process_snapshots.c.id.in_(sealed.taken)))


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
    tables = _snapshots(chunk)
    if not tables:
        # It cannot be read, and goes when its time is over.
        return chunk._replace(thinned=True)
    return _chunk(chunk.host_id, chunk.start_ts, _one_a_minute(sorted(tables.items())), thinned=True)


def _stored(connection: Connection, host_id: int, start: int) -> ProcessChunk | None:
    found = read_process_chunks(connection, host_id, start, start + HOUR_MS)
    return next((chunk for chunk in found if chunk.start_ts == start), None)


def _snapshots(chunk: ProcessChunk | None) -> dict[int, bytes]:
    """Nothing where the chunk is damaged."""
    try:
        return {} if chunk is None else dict(decode_processes(chunk.frame))
    except ValueError:
        return {}


def _chunk(
    host_id: int,
    start: int,
    tables: Sequence[tuple[int, bytes]],
    *,
    thinned: bool,
    unpacked: Mapping[int, tuple[Process, ...]] | None = None,
) -> ProcessChunk:
    return ProcessChunk(
        host_id=host_id,
        start_ts=start,
        first_ts=tables[0][0],
        last_ts=tables[-1][0],
        snapshots=len(tables),
        thinned=thinned,
        frame=encode_processes(tables, unpacked),
    )


def _one_a_minute(tables: Sequence[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """The first of each minute."""
    first: dict[int, tuple[int, bytes]] = {}
    for ts, table in tables:
        first.setdefault(ts // _MINUTE_MS, (ts, table))
    return list(first.values())


def _unpack(packed: Mapping[int, bytes]) -> tuple[dict[int, tuple[Process, ...]], list[int], int]:
    """The tables by their time, no more of them than fit into the limit; those that are damaged; the size of all."""
    unpacked: dict[int, tuple[Process, ...]] = {}
    damaged = []
    size = 0
    for ts, rows in packed.items():
        try:
            table = unpack_processes(rows)
        except ValueError:
            damaged.append(ts)
            continue
        size += (unpacked_size(rows) or _TEXT_SIZE * len(table)) + _ROW_SIZE * len(table)
        if size <= _SIZE_LIMIT:
            unpacked[ts] = table
    return unpacked, damaged, size
