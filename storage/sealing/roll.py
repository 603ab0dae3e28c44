"""Rolls up what was sealed of a block: computed from a snapshot, then written in one short transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, true, update

from storage.chunks.chunk_rows import Chunk, ChunkKey, write_chunk
from storage.reading.plain_query import PlainQuery
from storage.schema import chunks
from storage.scrape import Cadence
from storage.sealing.buckets import one_after_another
from storage.sealing.chunk_layouts import layout_id_of
from storage.sealing.merging import merged_chunk
from storage.sealing.raw_span import RawReader, SealedPart
from storage.sealing.tier_chunks import Span, TierChunks
from storage.series import Layout
from storage.tier import BLOCK_MS, Tier

_RAW_OF = (
    chunks.c.host_id == bindparam("of_host"),
    chunks.c.cadence == bindparam("of_cadence"),
    chunks.c.tier == int(Tier.RAW),
    chunks.c.start_ts >= bindparam("since"),
    chunks.c.start_ts < bindparam("until"),
)
_SEALED = PlainQuery(
    select(chunks.c.start_ts, chunks.c.rows, chunks.c.rolled).where(*_RAW_OF).order_by(chunks.c.start_ts)
)
_DELETE_AFTER = PlainQuery(delete(chunks).where(*_RAW_OF, chunks.c.start_ts > bindparam("since")))
_MARK_ROLLED = PlainQuery(update(chunks).where(*_RAW_OF).values(rolled=true()))


class Block(NamedTuple):
    """What is rolled up at once: of a host and cadence, from `start` on for `BLOCK_MS`."""

    host_id: int
    cadence: Cadence
    start: int

    @property
    def end(self) -> int:
        """Where the next one starts."""
        return self.start + BLOCK_MS


class RolledBlock(NamedTuple):
    """What is to be written.

    Attributes:
        block: which.
        sealed: its raw chunks as they were read: start, rows, whether each was rolled.
        chunks: for each tier the chunk, with what it had before; its layout.
        damaged: how many raw chunks could not be read; they count as rolled up.
        raw: one chunk in place of its raw chunks, with its layout; None where these stay.
        lost: how many chunks of buckets could not be read, and are replaced by what is known of this block.
    """

    block: Block
    sealed: Sequence[tuple[int, int, bool]]
    chunks: Sequence[tuple[Chunk, Layout]]
    damaged: int
    raw: tuple[Chunk, Layout] | None = None
    lost: int = 0


def compute_block(
    connection: Connection, block: Block, tiers: Sequence[Tier], gap_s: float, *, merging: bool = True
) -> RolledBlock:
    """Computes the buckets of a block from what is sealed of it and from what lies in `head`.

    Args:
        connection: for reading, one snapshot.
        block: which.
        tiers: those that are kept, finest first, without raw.
        gap_s: the longest span that gives a rate.
        merging: whether its raw chunks are to become one.
    """
    sealed = _sealed(connection, block)
    if not tiers and not (merging and len(sealed) > 1):
        return RolledBlock(block, sealed, (), 0)
    reader = RawReader(connection, block.host_id, block.cadence, gap_s)
    span = reader.read(block.start, block.end)
    raw = _merged(block, span.inside) if merging and not reader.damaged else None
    chunks_of = TierChunks(connection, Span(block.host_id, block.cadence, block.start, block.end))
    minutes = span.minutes() if tiers else one_after_another(())
    written = chunks_of.of_minutes(minutes, tiers, lambda since, until: reader.read(since, until).minutes())
    return RolledBlock(block, sealed, written, reader.damaged, raw, len(chunks_of.lost))


def write_block(connection: Connection, rolled: RolledBlock) -> bool:
    """Writes what was computed, unless what it was computed from has changed; then it has to be computed anew."""
    block = rolled.block
    if _sealed(connection, block) != rolled.sealed:
        return False
    if rolled.raw is not None:
        _DELETE_AFTER.run(connection, (), _asked(block))
    for chunk, layout in (*rolled.chunks, *([rolled.raw] if rolled.raw else [])):
        write_chunk(connection, chunk._replace(layout_id=layout_id_of(connection, layout, chunk.last_ts)))
    if rolled.raw is None:
        _MARK_ROLLED.run(connection, (), _asked(block))
    return True


def _sealed(connection: Connection, block: Block) -> list[tuple[int, int, bool]]:
    rows = _SEALED.run(connection, (), _asked(block)).fetchall()
    return [(start, count, bool(rolled)) for start, count, rolled in rows]


def _merged(block: Block, sealed: Sequence[SealedPart]) -> tuple[Chunk, Layout] | None:
    if sum(part.chunks for part in sealed) < 2:
        return None
    key = ChunkKey(block.host_id, block.cadence, Tier.RAW, block.start)
    return merged_chunk(key, [part.readings for part in sealed])


def _asked(block: Block) -> dict[str, int]:
    return {"of_host": block.host_id, "of_cadence": int(block.cadence), "since": block.start, "until": block.end}
