"""Forgets what is too old, host by host and little by little."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, or_, select

from storage.chunks.chunk_rows import ProcessChunk, write_process_chunk
from storage.retentions import Retention, cutoff
from storage.schema import chunks, process_chunks
from storage.sealing.process_seal import thinned_hours
from storage.tier import Tier

CHUNKS_AT_ONCE = 200
"""Some megabytes; keeps the write lock for some milliseconds."""
HOURS_AT_ONCE = 4


class Old(NamedTuple):
    """What of a host is to go.

    Attributes:
        chunks: ids of rows of `chunks`.
        process_chunks: ids of rows of `process_chunks`.
        thinned: hours of process tables of which one a minute is left.
    """

    chunks: Sequence[int]
    process_chunks: Sequence[int]
    thinned: Sequence[ProcessChunk]

    def __bool__(self) -> bool:
        return bool(self.chunks or self.process_chunks or self.thinned)


def find_old(connection: Connection, host_id: int, retention: Retention, now_ms: int) -> Old:
    """What of a host is kept no longer, the oldest first and a few at a time. Readings go only when rolled up.

    A chunk goes when the last of it is too old; readings of a block are one chunk, so they stay up to a block longer.

    Args:
        connection: for reading; thinning takes some time.
        host_id: whose.
        retention: that of the host.
        now_ms: the time, UTC milliseconds.
    """
    too_old = or_(
        *(and_(chunks.c.tier == int(tier), chunks.c.last_ts < cutoff(retention.seconds(tier), now_ms)) for tier in Tier)
    )
    old = (
        select(chunks.c.id)
        .where(chunks.c.host_id == host_id, chunks.c.rolled, too_old)
        .order_by(chunks.c.last_ts)
        .limit(CHUNKS_AT_ONCE)
    )
    processes = (
        select(process_chunks.c.id)
        .where(
            process_chunks.c.host_id == host_id,
            process_chunks.c.last_ts < cutoff(retention.longest_processes_s, now_ms),
        )
        .order_by(process_chunks.c.last_ts)
        .limit(CHUNKS_AT_ONCE)
    )
    gone = connection.scalars(processes).all()
    thinned: list[ProcessChunk] = []
    if retention.processes_1m_s and not gone:
        thinned = thinned_hours(connection, host_id, cutoff(retention.processes_s, now_ms), limit=HOURS_AT_ONCE)
    return Old(connection.scalars(old).all(), gone, thinned)


def delete_old(connection: Connection, old: Old) -> None:
    """Deletes what was found, and puts thinned hours in place of what they were."""
    if old.chunks:
        # Late readings may have come to one of them meanwhile.
        connection.execute(delete(chunks).where(chunks.c.id.in_(old.chunks), chunks.c.rolled))
    if old.process_chunks:
        connection.execute(delete(process_chunks).where(process_chunks.c.id.in_(old.process_chunks)))
    for chunk in old.thinned:
        write_process_chunk(connection, chunk)
