"""Readings that were sealed."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, or_, select

from storage.chunks.frame import DamagedChunkError
from storage.chunks.frame_columns import Together
from storage.chunks.raw_chunk import decode_raw_many
from storage.reading.asked import Asked
from storage.reading.choice import Chooser
from storage.reading.damage import damaged_chunk
from storage.reading.plain_query import PlainQuery
from storage.reading.readings import Readings
from storage.schema import chunks
from storage.series import Layout
from storage.tier import BLOCK_MS, Tier, window_ms

_FRAMES_AT_A_TIME = 512
"""Bounds what is in memory packed and unpacked at once, however long the range."""

_QUERY = PlainQuery(
    select(chunks.c.layout_id, chunks.c.host_id, chunks.c.start_ts, chunks.c.last_ts, chunks.c.frame)
    .where(
        chunks.c.host_id.in_(bindparam("host_ids", expanding=True)),
        chunks.c.cadence == bindparam("cadence"),
        chunks.c.tier == int(Tier.RAW),
        chunks.c.start_ts >= bindparam("block"),
        chunks.c.start_ts < bindparam("until"),
        # Of the block in which the span begins, only what can reach into it.
        or_(chunks.c.start_ts == bindparam("block"), chunks.c.start_ts > bindparam("opened_after")),
        # Added to, so that it is not looked up by: the index of this column knows no hosts.
        chunks.c.last_ts + 0 >= bindparam("since"),
    )
    .order_by(chunks.c.host_id, chunks.c.start_ts)
)


def read_sealed(connection: Connection, chooser: Chooser, asked: Asked) -> list[Readings]:
    """What lies in chunks, in no particular order.

    Raises:
        DatabaseCorruptError: a chunk that is needed is damaged.
    """
    bounds = {
        "cadence": int(asked.cadence),
        "block": asked.since // BLOCK_MS * BLOCK_MS,
        "opened_after": asked.since - window_ms(Tier.RAW, asked.cadence),
        "since": asked.since,
        "until": asked.until,
    }
    cursor = _QUERY.run(connection, asked.host_ids, bounds)
    found: list[Readings] = []
    while rows := cursor.fetchmany(_FRAMES_AT_A_TIME):
        found += _decoded(connection, chooser, asked, rows)
    return found


def _decoded(
    connection: Connection, chooser: Chooser, asked: Asked, rows: Sequence[tuple[Any, ...]]
) -> Iterator[Readings]:
    choices = chooser.choices({row[0] for row in rows})
    groups: dict[Layout, list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault(choices[row[0]].chosen, []).append(row)
    wanted = [
        Together([row[4] for row in group], [choices[row[0]].columns for row in group]) for group in groups.values()
    ]
    try:
        decoded = decode_raw_many(wanted)
    except DamagedChunkError as error:
        _, host_id, start_ts, last_ts, _ = [row for group in groups.values() for row in group][error.place]
        raise damaged_chunk(connection, host_id, Tier.RAW, asked.cadence, (start_ts, last_ts)) from error
    for (layout, group), columns in zip(groups.items(), decoded, strict=True):
        host_id = np.array([row[1] for row in group], dtype=np.int64).repeat(columns.lengths)
        readings = Readings(layout, host_id, columns.session_at, columns.ts, columns.values)
        yield _within(readings, asked.since, asked.until)


def _within(readings: Readings, since: int, until: int) -> Readings:
    ts = readings.ts
    kept = (ts >= since) & (ts < until)
    return readings if kept.all() else readings.where(np.flatnonzero(kept))
