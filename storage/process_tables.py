"""Process tables as they were, whether they are sealed or not."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Connection, select

from storage.chunks.process_chunk import decode_processes
from storage.errors import DatabaseCorruptError
from storage.process_rows import unpack_processes
from storage.schema import hosts, process_chunks, process_snapshots
from storage.scrape import Process


class ProcessSnapshot(NamedTuple):
    """The top processes at one moment, UTC milliseconds."""

    ts: int
    processes: tuple[Process, ...]


def read_processes(connection: Connection, host_id: int, at: int) -> ProcessSnapshot | None:
    """The newest process table of a host that was read at or before `at`; None when there is none.

    Raises:
        DatabaseCorruptError: it cannot be unpacked.
    """
    packed = _newest_snapshot(connection, host_id, at)
    try:
        packed = max(packed, _newest_sealed(connection, host_id, at), key=_ts)
        return None if packed is None else ProcessSnapshot(packed[0], unpack_processes(packed[1]))
    except ValueError as error:
        raise DatabaseCorruptError("The database has a process table that cannot be read.") from error


def read_newest_processes(
    connection: Connection, since: int, host_ids: Sequence[int] | None
) -> dict[int, ProcessSnapshot]:
    """The newest process table of each host, from `since` on. One that is damaged counts as not there.

    Args:
        connection: to read from.
        since: UTC milliseconds.
        host_ids: whose; None takes all hosts that are not removed.
    """
    chosen = hosts.c.removed_at.is_(None) if host_ids is None else hosts.c.id.in_(host_ids)
    rows = process_snapshots.alias()
    newest = select(rows.c.id).where(rows.c.host_id == hosts.c.id).order_by(rows.c.ts.desc()).limit(1)
    query = (
        select(hosts.c.id, process_snapshots.c.ts, process_snapshots.c.rows)
        .join_from(hosts, process_snapshots, process_snapshots.c.id == newest.correlate(hosts).scalar_subquery())
        .where(chosen)
    )
    found: dict[int, ProcessSnapshot] = {}
    met = set()
    for host_id, ts, packed in connection.execute(query):
        met.add(host_id)
        if ts >= since:
            with suppress(ValueError):
                found[host_id] = ProcessSnapshot(ts, unpack_processes(packed))
    sealed = select(process_chunks.c.host_id).where(process_chunks.c.last_ts >= since).distinct()
    for host_id in connection.execute(select(hosts.c.id).where(chosen, hosts.c.id.in_(sealed))).scalars():
        # A table that is not sealed is newer than all that are.
        if host_id not in met:
            with suppress(DatabaseCorruptError):
                newest_of_host = read_processes(connection, host_id, _LATEST)
                if newest_of_host is not None:
                    found[host_id] = newest_of_host
    return found


_LATEST = 2**62


def _newest_snapshot(connection: Connection, host_id: int, at: int) -> tuple[int, bytes] | None:
    newest = (
        select(process_snapshots.c.ts, process_snapshots.c.rows)
        .where(process_snapshots.c.host_id == host_id, process_snapshots.c.ts <= at)
        .order_by(process_snapshots.c.ts.desc())
        .limit(1)
    )
    row = connection.execute(newest).one_or_none()
    return None if row is None else (row.ts, row.rows)


def _newest_sealed(connection: Connection, host_id: int, at: int) -> tuple[int, bytes] | None:
    """Raises ValueError for a chunk that is damaged."""
    newest = (
        select(process_chunks.c.frame)
        .where(process_chunks.c.host_id == host_id, process_chunks.c.start_ts <= at, process_chunks.c.first_ts <= at)
        .order_by(process_chunks.c.start_ts.desc())
        .limit(1)
    )
    frame = connection.execute(newest).scalar_one_or_none()
    if frame is None:
        return None
    return max(decode_processes(frame, at), key=_ts, default=None)


def _ts(snapshot: tuple[int, bytes] | None) -> int:
    return -1 if snapshot is None else snapshot[0]
