"""Writes a past that is known as a whole: sealed and rolled up at once, as sealing would leave it bit by bit."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from storage.chunks.chunk_rows import ChunkKey, read_chunks, write_chunk, write_process_chunk
from storage.chunks.raw_chunk import RawReadings
from storage.retentions import cutoff
from storage.scrape import Cadence, Process
from storage.sealing.chunk_layouts import layout_id_of
from storage.sealing.fresh import GRACE_MS
from storage.sealing.merging import CELLS_LIMIT
from storage.sealing.process_seal import HOUR_MS, chunk_of_tables
from storage.sealing.raw_span import RawSpan, SealedPart
from storage.sealing.seal import write_readings
from storage.sealing.situation import Situation
from storage.sealing.tier_chunks import Span, TierChunks
from storage.tier import BLOCK_MS, SEAL_MS, Tier

_STAYING = 2
"""The newest readings of a host stay in `head`, where readers look for them."""


class Past(NamedTuple):
    """Readings of a host and cadence, oldest first."""

    host_id: int
    cadence: Cadence
    readings: RawReadings


def write_past(connection: Connection, past: Past, situation: Situation) -> RawReadings:
    """Writes what would have been sealed and rolled up by now. What is kept no longer is rolled up alone.

    Args:
        connection: for writing; nobody else writes of that host.
        past: the readings.
        situation: says the time, and what is kept for how long.

    Returns:
        Those that are left for the recorder: the newest two and what lies in windows that are not over. All of them
        where something of their time is sealed already: to merge is the work of sealing.
    """
    host_id, cadence, readings = past
    length = SEAL_MS[cadence]
    over = (situation.now_ms - GRACE_MS) // length * length
    count = min(int(np.searchsorted(readings.ts, over)), len(readings.ts) - _STAYING)
    if count <= 0:
        return readings
    first = int(readings.ts[0]) // BLOCK_MS * BLOCK_MS
    if read_chunks(connection, host_id, cadence, Tier.RAW, first, over):
        return readings
    rolled_until = (situation.now_ms - GRACE_MS) // BLOCK_MS * BLOCK_MS
    _write_buckets(connection, past, rolled_until, situation)
    _write_raw(connection, Past(host_id, cadence, _rows(readings, slice(count))), rolled_until, situation)
    return _rows(readings, slice(count, None))


def write_past_tables(
    connection: Connection, host_id: int, tables: Sequence[tuple[int, tuple[Process, ...]]], now_ms: int
) -> Sequence[tuple[int, tuple[Process, ...]]]:
    """Writes the process tables of hours that are over, of which nothing is stored; returns those that are left.

    Args:
        connection: for writing.
        host_id: whose.
        tables: with their moments, UTC milliseconds, oldest first.
        now_ms: the time.
    """
    over = (now_ms - GRACE_MS) // HOUR_MS * HOUR_MS
    moments = np.array([ts for ts, _ in tables], dtype=np.int64)
    count = min(int(np.searchsorted(moments, over)), len(tables) - 1)
    for start, rows in _windows(moments[: max(0, count)], HOUR_MS):
        write_process_chunk(connection, chunk_of_tables(host_id, start, tables[rows]))
    return tables[max(0, count) :]


def _write_buckets(connection: Connection, past: Past, until: int, situation: Situation) -> None:
    """Of all blocks up to there, those included whose newest readings stay in `head`."""
    host_id, cadence, readings = past
    ts = readings.ts[: int(np.searchsorted(readings.ts, until))]
    blocks = [SealedPart(start, 1, _rows(readings, rows)) for start, rows in _windows(ts, BLOCK_MS)]
    if not blocks:
        return
    gap_s = situation.gap_s(host_id, cadence)
    minutes = RawSpan(blocks[0].start, gap_s, blocks, None).minutes()
    chunks_of = TierChunks(connection, Span(host_id, cadence, blocks[0].start, blocks[-1].start + BLOCK_MS))
    tiers = situation.retention(host_id).buckets
    for chunk, layout in chunks_of.of_minutes(minutes, tiers, lambda _since, _until: minutes):
        write_chunk(connection, chunk._replace(layout_id=layout_id_of(connection, layout, chunk.last_ts)))


def _write_raw(connection: Connection, past: Past, rolled_until: int, situation: Situation) -> None:
    """A chunk for each block that is rolled up, where it is not too large for one, and one for each window else."""
    host_id, cadence, readings = past
    kept_since = cutoff(situation.retention(host_id).raw_s, situation.now_ms)
    layout_id = layout_id_of(connection, readings.layout, int(readings.ts[-1]))
    for block, in_block in _windows(readings.ts, BLOCK_MS):
        mine = _rows(readings, in_block)
        is_rolled = block < rolled_until
        length = BLOCK_MS if is_rolled and mine.values.size <= CELLS_LIMIT else SEAL_MS[cadence]
        for start, in_window in _windows(mine.ts, length):
            part = _rows(mine, in_window)
            if not is_rolled or part.ts[-1] >= kept_since:
                key = ChunkKey(host_id, cadence, Tier.RAW, start)
                write_readings(connection, key, part, layout_id, rolled=is_rolled)


def _windows(ts: np.ndarray[tuple[int], np.dtype[np.int64]], length_ms: int) -> Iterator[tuple[int, slice]]:
    """Where each window that has some of these moments starts, and which of them it has."""
    starts, first = np.unique(ts // length_ms * length_ms, return_index=True)
    edges = [*first.tolist(), len(ts)]
    for start, (begin, end) in zip(starts.tolist(), pairwise(edges), strict=True):
        yield start, slice(begin, end)


def _rows(readings: RawReadings, rows: slice) -> RawReadings:
    return RawReadings(readings.ts[rows], readings.session_at[rows], readings.layout, readings.values[rows])
