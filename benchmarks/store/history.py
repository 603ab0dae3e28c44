"""A day that was sealed, repeated into the past, tier by tier: what reading it costs is what a longer history costs."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from benchmarks.store.upkeep import DAY_MS
from storage.chunks.chunk_rows import Chunk, ChunkKey, read_chunks, write_chunk
from storage.chunks.rollup_chunk import RolledUp, decode_rolled, encode_rolled
from storage.connection import Connection
from storage.database import Database
from storage.known_layouts import read_layouts
from storage.scrape import Cadence
from storage.tier import Tier, window_start


def repeat_day(database: Database, host_id: int, start: int, days: dict[Tier, int]) -> None:
    """Repeats the day that starts there so many times before it.

    Args:
        database: where it is sealed and rolled up.
        host_id: whose.
        start: of the day, UTC milliseconds, a multiple of a day.
        days: how many, for each tier.
    """
    with database.writing() as connection:
        for tier, count in days.items():
            _repeat(connection, host_id, start, tier, count)


def _repeat(connection: Connection, host_id: int, start: int, tier: Tier, count: int) -> None:
    day = read_chunks(connection, host_id, Cadence.FAST, tier, start, start + DAY_MS)
    layouts = read_layouts(connection, {chunk.layout_id for chunk in day})
    windows: dict[int, list[RolledUp]] = defaultdict(list)
    for chunk in day:
        buckets = decode_rolled(chunk.frame, layouts[chunk.layout_id])
        for back in range(count, -1, -1):
            ts = buckets.ts - back * DAY_MS
            moved = RolledUp(ts, buckets.layout, buckets.total, buckets.minimum, buckets.maximum, buckets.count)
            windows[window_start(int(ts[0]), tier, Cadence.FAST)].append(moved)
    for at, parts in windows.items():
        whole = _joined(sorted(parts, key=lambda part: int(part.ts[0])))
        key = ChunkKey(host_id, Cadence.FAST, tier, at)
        first, last, rows = int(whole.ts[0]), int(whole.ts[-1]), len(whole.ts)
        frame = encode_rolled(whole)
        write_chunk(connection, Chunk(key, first, last, rows, whole.total.size, day[0].layout_id, True, frame))


def _joined(parts: Sequence[RolledUp]) -> RolledUp:
    return RolledUp(
        np.concatenate([part.ts for part in parts]),
        parts[0].layout,
        np.concatenate([part.total for part in parts]),
        np.concatenate([part.minimum for part in parts]),
        np.concatenate([part.maximum for part in parts]),
        np.concatenate([part.count for part in parts]),
    )
