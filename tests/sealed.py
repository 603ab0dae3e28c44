"""Readings moved from `head` into chunks and rolled up, window by window, as sealing leaves them."""

from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import delete, select, update

from storage.alignment import aligned
from storage.chunks.chunk_rows import Chunk, ChunkKey, read_chunks, write_chunk
from storage.chunks.raw_chunk import RawReadings, decode_raw, encode_raw, merge_raw
from storage.chunks.rollup_chunk import RolledUp, decode_rolled, encode_rolled
from storage.chunks.significant import round_significant
from storage.connection import Connection
from storage.database import Database
from storage.known_layouts import read_layouts
from storage.layout_rows import LayoutIds
from storage.reading.head_rows import unpack_rows
from storage.reading.readings import Readings, put_together
from storage.reading.shown import show
from storage.rollup import Rolled, coarser, roll_up_columns
from storage.schema import chunks, head
from storage.scrape import Cadence
from storage.series import Layout
from storage.tier import BLOCK_MS, BUCKET_MS, Tier, window_ms, window_start

ALL_TIERS = (Tier.M1, Tier.M5, Tier.H1, Tier.D1)


def seal(database: Database, host_id: int, window: int, *, cadence: Cadence = Cadence.FAST, spared: int = 0) -> None:
    """Moves what `head` has of the window that holds a moment into its chunk.

    Args:
        database: where.
        host_id: whose.
        window: a moment in the window, UTC milliseconds.
        cadence: of which group.
        spared: how many of the newest rows stay in `head` as well: they are in both then.
    """
    start = window_start(window, Tier.RAW, cadence)
    with database.writing() as connection:
        rows = connection.execute(
            select(head)
            .where(head.c.host_id == host_id, head.c.cadence == int(cadence), head.c.ts >= start)
            .order_by(head.c.ts)
        ).all()
        mine = [row for row in rows if window_start(row.ts, Tier.RAW, cadence) == start]
        if not mine:
            return
        readings = _of_rows(connection, mine)
        for chunk in read_chunks(connection, host_id, cadence, Tier.RAW, start, start + window_ms(Tier.RAW, cadence)):
            layout = read_layouts(connection, [chunk.layout_id])[chunk.layout_id]
            readings = merge_raw(decode_raw(chunk.frame, layout), readings)
        gone = [row.id for row in mine[: len(mine) - spared]]
        connection.execute(delete(head).where(head.c.id.in_(gone)))
        write_raw(connection, host_id, readings, cadence=cadence)


def write_raw(
    connection: Connection,
    host_id: int,
    readings: RawReadings,
    *,
    cadence: Cadence = Cadence.FAST,
    rolled: bool = False,
) -> None:
    """Writes the chunk of a window."""
    key = ChunkKey(host_id, cadence, Tier.RAW, window_start(int(readings.ts[0]), Tier.RAW, cadence))
    _write(connection, key, readings.ts, readings.layout, encode_raw(readings), rolled=rolled)


def roll(
    database: Database,
    host_id: int,
    block: int,
    *,
    cadence: Cadence = Cadence.FAST,
    tiers: Sequence[Tier] = ALL_TIERS,
    max_gap_s: float = 60.0,
) -> None:
    """Rolls the sealed readings of the block that holds a moment up; a second time only without the tier of days."""
    start = block // BLOCK_MS * BLOCK_MS
    with database.writing() as connection:
        sealed = []
        for chunk in read_chunks(connection, host_id, cadence, Tier.RAW, start - BLOCK_MS, start + BLOCK_MS):
            layout = read_layouts(connection, [chunk.layout_id])[chunk.layout_id]
            raw = decode_raw(chunk.frame, layout)
            sealed.append(Readings(layout, np.full(len(raw.ts), host_id), raw.session_at, raw.ts, raw.values))
        minutes = _minutes(sealed, start, max_gap_s)
        for tier in tiers if len(minutes.ts) else ():
            _add(connection, ChunkKey(host_id, cadence, tier, window_start(start, tier, cadence)), minutes)
        mine = (chunks.c.host_id == host_id, chunks.c.cadence == int(cadence), chunks.c.tier == int(Tier.RAW))
        inside = (chunks.c.start_ts >= start, chunks.c.start_ts < start + BLOCK_MS)
        connection.execute(update(chunks).where(*mine, *inside).values(rolled=True))


def _of_rows(connection: Connection, rows: Sequence[object]) -> RawReadings:
    parts = []
    for row in rows:
        layout = read_layouts(connection, [row.layout_id])[row.layout_id]  # type: ignore[attr-defined]
        values = unpack_rows([row.vector], layout)  # type: ignore[attr-defined]
        parts.append(RawReadings(np.array([row.ts]), np.array([row.session_at]), layout, values))  # type: ignore[attr-defined]
    whole = parts[0]
    for part in parts[1:]:
        whole = merge_raw(whole, part)
    return whole


def _minutes(sealed: Sequence[Readings], start: int, max_gap_s: float) -> RolledUp:
    shown = [show(readings, None, max_gap_s) for readings in put_together(sealed, [])]
    keys = tuple(dict.fromkeys(key for part in shown for key in part.keys))
    layout = Layout(keys)
    ts = np.concatenate([part.ts for part in shown] or [np.empty(0, np.int64)])
    values = [aligned(part.values, Layout(part.keys), layout) for part in shown] or [np.empty((0, 0))]
    order = np.argsort(ts, kind="stable")
    kept = order[(ts[order] >= start) & (ts[order] < start + BLOCK_MS)]
    rolled = roll_up_columns(ts[kept], np.concatenate(values)[kept], BUCKET_MS[Tier.M1])
    return _named(rolled.buckets(np.flatnonzero(rolled.count.any(axis=1))), layout)


def _add(connection: Connection, key: ChunkKey, minutes: RolledUp) -> None:
    fresh = coarser(Rolled(*_arrays(minutes)), BUCKET_MS[key.tier])
    parts = [_named(fresh, minutes.layout)]
    for chunk in read_chunks(connection, *key, key.start_ts + window_ms(key.tier, key.cadence)):
        layout = read_layouts(connection, [chunk.layout_id])[chunk.layout_id]
        old = decode_rolled(chunk.frame, layout)
        gone = set(fresh.ts.tolist() if key.tier is not Tier.D1 else ())
        kept = np.array([ts not in gone for ts in old.ts.tolist()], dtype=np.bool_)
        parts.append(_named(Rolled(*_arrays(old)).buckets(kept), layout))
    layout = Layout(tuple(dict.fromkeys(series for part in parts for series in part.layout.series)))
    spread = [Rolled(*_spread(part, layout)) for part in parts]
    joined = Rolled(*(np.concatenate(arrays) for arrays in zip(*spread, strict=True)))
    order = np.argsort(joined.ts, kind="stable")
    # Blocks share no bucket of any tier but of a day.
    rolled = coarser(joined.buckets(order), BUCKET_MS[key.tier])
    total, minimum, maximum = (round_significant(array) for array in (rolled.total, rolled.minimum, rolled.maximum))
    buckets = RolledUp(rolled.ts, layout, total, minimum, maximum, rolled.count)
    _write(connection, key, buckets.ts, layout, encode_rolled(buckets), rolled=True)


def _write(
    connection: Connection, key: ChunkKey, ts: np.ndarray, layout: Layout, frame: bytes, *, rolled: bool
) -> None:
    first, last = int(ts[0]), int(ts[-1])
    layout_id = LayoutIds().id_of(connection, layout, last)
    write_chunk(connection, Chunk(key, first, last, len(ts), len(ts) * len(layout.series), layout_id, rolled, frame))


def _named(rolled: Rolled, layout: Layout) -> RolledUp:
    return RolledUp(rolled.ts, layout, rolled.total, rolled.minimum, rolled.maximum, rolled.count)


def _arrays(buckets: RolledUp) -> Iterable[np.ndarray]:
    return (buckets.ts, buckets.total, buckets.minimum, buckets.maximum, buckets.count)


def _spread(buckets: RolledUp, layout: Layout) -> Iterable[np.ndarray]:
    ts, *statistics, count = _arrays(buckets)
    counted = np.nan_to_num(aligned(count.astype(float), buckets.layout, layout)).astype(np.int64)
    return (ts, *(aligned(array, buckets.layout, layout) for array in statistics), counted)
