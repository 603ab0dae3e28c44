"""Whether roll-ups say what readings say: blocks are rolled up anew and compared."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from sqlalchemy import Connection, func, select

from storage.alignment import aligned
from storage.care.fault import Fault
from storage.care.progress import OnStep, Step
from storage.chunks.chunk_rows import Chunk, read_chunks
from storage.chunks.rollup_chunk import RolledUp, decode_rolled
from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.hosts import list_hosts
from storage.known_layouts import read_layouts
from storage.retentions import read_retentions
from storage.rhythm import read_rhythm
from storage.schema import chunks, head
from storage.scrape import Cadence
from storage.sealing.roll import Block, compute_block
from storage.tier import BLOCK_MS, Tier, window_ms

_SAMPLE = 100
_BATCH_ROWS = 20_000
_TOLERANCE = 1e-4
"""Relative; what is derived is kept to 16 significant bits, and sums add that up."""


def rollup_faults(
    database: Database, *, thorough: bool, on_step: OnStep, on_block: Callable[[], None]
) -> Iterator[Fault]:
    """Roll-ups that are missing or differ from what the readings of their block give.

    Args:
        database: to read from.
        thorough: all blocks, and not only a sample of them.
        on_step: told the blocks done and in all.
        on_block: called for each block that could be compared.
    """
    with database.reading() as connection:
        rhythm = read_rhythm(connection)
        hosts = {host.id: host for host in list_hosts(connection)}
        kept = read_retentions(connection)
    blocks = sorted(_every_block(database) if thorough else _sampled_blocks(database))
    for done, block in enumerate(blocks):
        on_step(Step("comparing roll-ups", done, len(blocks)))
        # Of a removed host the rhythm is not known any more.
        host = hosts.get(block.host_id)
        if host is None:
            continue
        gap_s = rhythm.gap_s(block.cadence, host.interval_s)
        with database.reading() as connection:
            found = _block_faults(connection, block, kept.of(host.group).buckets, gap_s)
        if found is not None:
            on_block()
            yield from (Fault("chunks", None, f"{_label(block)}: {text}") for text in found)


def differences(stored: RolledUp, computed: RolledUp) -> list[str]:
    """What stored buckets lack or say otherwise than those computed anew.

    A stored bucket that knows of more readings than there are now is right: some have been forgotten meanwhile.
    """
    if not len(computed.ts):
        return []
    place = np.searchsorted(stored.ts, computed.ts).clip(max=max(0, len(stored.ts) - 1))
    there = stored.ts[place] == computed.ts if len(stored.ts) else np.zeros(len(computed.ts), dtype=bool)
    found = [f"{int((~there).sum())} buckets are missing"] if not there.all() else []
    if not there.any():
        return found
    place = place[there]
    known = np.nan_to_num(aligned(stored.count[place].astype(np.float64), stored.layout, computed.layout))
    count = computed.count[there]
    if (behind := known.max(axis=1) < count.max(axis=1)).any():
        found.append(f"{int(behind.sum())} buckets know of fewer readings than there are")
    same = (known == count) & (count > 0)
    for name in ("total", "minimum", "maximum"):
        kept = aligned(getattr(stored, name)[place], stored.layout, computed.layout)
        anew = getattr(computed, name)[there]
        with np.errstate(invalid="ignore"):
            # Infinities are equal or not; their difference says nothing.
            close = (kept == anew) | (np.abs(kept - anew) <= _TOLERANCE * np.abs(anew) + 1e-9)
        if (wrong := same & ~close & ~np.isnan(anew)).any():
            series = computed.layout.series[int(np.argwhere(wrong)[0][1])]
            found.append(f"the {name} of {int(wrong.sum())} values differs, first of {series}")
    return found


def _block_faults(connection: Connection, block: Block, tiers: Sequence[Tier], gap_s: float) -> list[str] | None:
    """None for a block that cannot be compared: it is to be rolled up again, or cannot be read (told elsewhere)."""
    anew = compute_block(connection, block, tiers, gap_s, merging=False)
    if anew.damaged or not all(rolled for _, _, rolled in anew.sealed) or _has_unsealed(connection, block):
        return None
    found: list[str] = []
    compared = False
    for chunk, layout in anew.chunks:
        try:
            stored = _stored(connection, chunk)
        except (ValueError, DatabaseCorruptError):
            continue
        # Which tiers were kept when it was rolled up is not known.
        if stored is None:
            continue
        compared = True
        found += [f"{chunk.key.tier.name}: {text}" for text in differences(stored, decode_rolled(chunk.frame, layout))]
    return found if compared else None


def _stored(connection: Connection, chunk: Chunk) -> RolledUp | None:
    """The buckets that are kept in the window of a chunk; None where there is no such row."""
    key = chunk.key
    until = key.start_ts + window_ms(key.tier, key.cadence)
    for kept in read_chunks(connection, key.host_id, key.cadence, key.tier, key.start_ts, until):
        return decode_rolled(kept.frame, read_layouts(connection, {kept.layout_id})[kept.layout_id])
    return None


def _has_unsealed(connection: Connection, block: Block) -> bool:
    late = select(head.c.id).where(
        head.c.host_id == block.host_id,
        head.c.cadence == int(block.cadence),
        head.c.ts >= block.start,
        head.c.ts < block.start + BLOCK_MS,
    )
    return connection.execute(late.limit(1)).first() is not None


_ROLLED = select(chunks.c.id, chunks.c.host_id, chunks.c.cadence, chunks.c.start_ts).where(
    chunks.c.tier == int(Tier.RAW), chunks.c.rolled
)


def _every_block(database: Database) -> set[Block]:
    found: set[Block] = set()
    after = 0
    while True:
        with database.reading() as connection:
            rows = connection.execute(_ROLLED.where(chunks.c.id > after).order_by(chunks.c.id).limit(_BATCH_ROWS)).all()
        if not rows:
            return found
        found.update(map(_block, rows))
        after = rows[-1].id


def _sampled_blocks(database: Database) -> set[Block]:
    """Evenly over the ids, so over hosts and times."""
    with database.reading() as connection:
        first, last = connection.execute(select(func.min(chunks.c.id), func.max(chunks.c.id))).one()
        if first is None:
            return set()
        step = max(1, (last - first) // _SAMPLE)
        found = (
            connection.execute(_ROLLED.where(chunks.c.id >= start).order_by(chunks.c.id).limit(1)).one_or_none()
            for start in range(first, last + 1, step)
        )
        return {_block(row) for row in found if row is not None}


def _block(row: "tuple[int, int, int, int]") -> Block:
    _, host_id, cadence, start_ts = row
    return Block(host_id, Cadence(cadence), start_ts // BLOCK_MS * BLOCK_MS)


def _label(block: Block) -> str:
    return f"host {block.host_id}, {block.cadence.name.lower()}, six hours from {block.start}"
