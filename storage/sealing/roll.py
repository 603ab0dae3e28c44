"""Rolls up what was sealed of a block: computed from a snapshot, then written in one short transaction."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage.chunks.chunk_rows import Chunk, ChunkKey, read_chunks, write_chunk
from storage.chunks.rollup_chunk import RolledUp, decode_rolled, encode_rolled
from storage.schema import chunks
from storage.scrape import Cadence
from storage.sealing.buckets import longer, merged, one_after_another, rounded, within
from storage.sealing.chunk_layouts import layout_id_of
from storage.sealing.merging import merged_chunk
from storage.sealing.raw_span import RawReader, SealedPart
from storage.sealing.readable_layouts import readable_layouts
from storage.series import Layout
from storage.tier import BLOCK_MS, BUCKET_MS, Tier, window_ms, window_start

_DAY_MS = BUCKET_MS[Tier.D1]


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
    lost: list[Chunk] = []
    raw = _merged(block, span.inside) if merging and not reader.damaged else None
    minutes = span.minutes() if tiers else one_after_another(())
    found: dict[Tier, RolledUp] = {}
    if len(minutes.ts):
        for tier in tiers:
            if tier is Tier.D1:
                fresh = longer(_of_day(connection, block, found, reader, lost), tier)
            else:
                fresh = rounded(minutes if tier is Tier.M1 else longer(minutes, tier))
            found[tier] = merged(_stored(connection, block, tier, lost), fresh)
    written = [_chunk(block, tier, rolled) for tier, rolled in found.items()]
    return RolledBlock(block, sealed, written, reader.damaged, raw, len(lost))


def write_block(connection: Connection, rolled: RolledBlock) -> bool:
    """Writes what was computed, unless what it was computed from has changed; then it has to be computed anew."""
    block = rolled.block
    if _sealed(connection, block) != rolled.sealed:
        return False
    if rolled.raw is not None:
        connection.execute(delete(chunks).where(*_raw_of(block), chunks.c.start_ts > block.start))
    for chunk, layout in (*rolled.chunks, *([rolled.raw] if rolled.raw else [])):
        write_chunk(connection, chunk._replace(layout_id=layout_id_of(connection, layout, chunk.last_ts)))
    if rolled.raw is None:
        connection.execute(update(chunks).where(*_raw_of(block)).values(rolled=True))
    return True


def window_start_of_day(ts: int) -> int:
    """The start of a day in UTC."""
    return ts // _DAY_MS * _DAY_MS


def _sealed(connection: Connection, block: Block) -> list[tuple[int, int, bool]]:
    query = select(chunks.c.start_ts, chunks.c.rows, chunks.c.rolled).where(*_raw_of(block)).order_by(chunks.c.start_ts)
    return [tuple(row) for row in connection.execute(query)]


def _merged(block: Block, sealed: Sequence[SealedPart]) -> tuple[Chunk, Layout] | None:
    if sum(part.chunks for part in sealed) < 2:
        return None
    key = ChunkKey(block.host_id, block.cadence, Tier.RAW, block.start)
    return merged_chunk(key, [part.readings for part in sealed])


def _raw_of(block: Block) -> Iterable[ColumnElement[bool]]:
    return (
        chunks.c.host_id == block.host_id,
        chunks.c.cadence == int(block.cadence),
        chunks.c.tier == int(Tier.RAW),
        chunks.c.start_ts >= block.start,
        chunks.c.start_ts < block.end,
    )


def _of_day(
    connection: Connection, block: Block, found: dict[Tier, RolledUp], reader: RawReader, lost: list[Chunk]
) -> RolledUp:
    """All there is of a day, in the coarsest buckets that are kept: those of its other blocks as well."""
    day = window_start_of_day(block.start)
    for tier in (Tier.H1, Tier.M5):
        if tier in found:
            return within(found[tier], day, day + _DAY_MS)
    if Tier.M1 not in found:
        return reader.read(day, day + _DAY_MS).minutes()
    others = [
        _decoded(connection, chunk, lost)
        for chunk in read_chunks(connection, block.host_id, block.cadence, Tier.M1, day, day + _DAY_MS)
        if chunk.key.start_ts != block.start
    ]
    return one_after_another(sorted((*others, found[Tier.M1]), key=_first_ts))


def _first_ts(buckets: RolledUp) -> int:
    return int(buckets.ts[0]) if len(buckets.ts) else 0


def _stored(connection: Connection, block: Block, tier: Tier, lost: list[Chunk]) -> RolledUp:
    start = window_start(block.start, tier, block.cadence)
    there = read_chunks(connection, block.host_id, block.cadence, tier, start, start + window_ms(tier, block.cadence))
    return one_after_another([_decoded(connection, chunk, lost) for chunk in there])


def _decoded(connection: Connection, chunk: Chunk, lost: list[Chunk]) -> RolledUp:
    """Nothing where it is damaged; then it is counted as lost."""
    layout = readable_layouts(connection, (chunk.layout_id,)).get(chunk.layout_id)
    with suppress(ValueError):
        if layout is not None:
            return decode_rolled(chunk.frame, layout)
    lost.append(chunk)
    return one_after_another(())


def _chunk(block: Block, tier: Tier, buckets: RolledUp) -> tuple[Chunk, Layout]:
    key = ChunkKey(block.host_id, block.cadence, tier, window_start(block.start, tier, block.cadence))
    chunk = Chunk(
        key,
        first_ts=int(buckets.ts[0]),
        last_ts=int(buckets.ts[-1]),
        rows=len(buckets.ts),
        samples=int(np.count_nonzero(buckets.count)),
        layout_id=0,
        rolled=True,
        frame=encode_rolled(buckets),
    )
    return chunk, buckets.layout
