"""Buckets that were rolled up when readings were sealed."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from storage.chunks.frame import DamagedChunkError
from storage.chunks.frame_columns import Together
from storage.chunks.rollup_chunk import RolledColumns, decode_rolled_many
from storage.reading.asked import Asked
from storage.reading.buckets import Buckets
from storage.reading.choice import Chooser
from storage.reading.damage import damaged_chunk
from storage.reading.extents import Extent, Extents, united, widened
from storage.reading.plain_query import PlainQuery
from storage.rollup import Rolled
from storage.schema import chunks
from storage.series import Layout
from storage.tier import BLOCK_MS, BUCKET_MS, Tier, window_ms

_FRAMES_AT_A_TIME = 512

_QUERY = PlainQuery(
    select(chunks.c.layout_id, chunks.c.host_id, chunks.c.start_ts, chunks.c.first_ts, chunks.c.last_ts, chunks.c.frame)
    .where(
        chunks.c.host_id.in_(bindparam("host_ids", expanding=True)),
        chunks.c.cadence == bindparam("cadence"),
        chunks.c.tier == bindparam("tier"),
        chunks.c.start_ts > bindparam("opened_after"),
        chunks.c.start_ts < bindparam("until"),
        chunks.c.first_ts < bindparam("until"),
        # Added to, so that it is not looked up by: the index of this column knows no hosts.
        chunks.c.last_ts + 0 > bindparam("ended_after"),
    )
    .order_by(chunks.c.host_id, chunks.c.start_ts)
)


class TierPart(NamedTuple):
    """Buckets of one host.

    Attributes:
        host_id: whose.
        extents: what was rolled up into them. Blocks are rolled up whole, so it is whole blocks.
        buckets: of the chosen series.
    """

    host_id: int
    extents: Extents
    buckets: Buckets


def read_tier(connection: Connection, chooser: Chooser, asked: Asked, tier: Tier) -> list[TierPart]:
    """What the chunks of a tier have that hold buckets of the span; they may have others as well.

    Raises:
        DatabaseCorruptError: a chunk that is needed is damaged.
    """
    bounds = {
        "cadence": int(asked.cadence),
        "tier": int(tier),
        "until": asked.until,
        "opened_after": asked.since - window_ms(tier, asked.cadence),
        "ended_after": asked.since - BUCKET_MS[tier],
    }
    cursor = _QUERY.run(connection, asked.host_ids, bounds)
    found: list[TierPart] = []
    while rows := cursor.fetchmany(_FRAMES_AT_A_TIME):
        found += _decoded(connection, chooser, asked, tier, rows)
    return found


def _decoded(
    connection: Connection, chooser: Chooser, asked: Asked, tier: Tier, rows: Sequence[tuple[Any, ...]]
) -> list[TierPart]:
    choices = chooser.choices({row[0] for row in rows})
    groups: dict[Layout, list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault(choices[row[0]].chosen, []).append(row)
    wanted = [
        Together([row[5] for row in group], [choices[row[0]].columns for row in group]) for group in groups.values()
    ]
    try:
        decoded = decode_rolled_many(wanted)
    except DamagedChunkError as error:
        _, host_id, start_ts, _, last_ts, _ = [row for group in groups.values() for row in group][error.place]
        raise damaged_chunk(connection, host_id, tier, asked.cadence, (start_ts, last_ts)) from error
    return [
        part
        for (layout, group), columns in zip(groups.items(), decoded, strict=True)
        for part in _by_host(layout, group, columns, BUCKET_MS[tier])
    ]


def _by_host(
    layout: Layout, group: Sequence[tuple[Any, ...]], columns: RolledColumns, length_ms: int
) -> Iterator[TierPart]:
    """Rows are by host and time, and so are their buckets."""
    rolled = Rolled(columns.ts, columns.total, columns.minimum, columns.maximum, columns.count)
    lengths = columns.lengths.tolist()
    chunk = end = 0
    for host_id, found in groupby(group, key=itemgetter(1)):
        mine = list(found)
        extents = united(widened(Extent(row[3], row[4] + length_ms), BLOCK_MS) for row in mine)
        start, end = end, end + sum(lengths[chunk : chunk + len(mine)])
        chunk += len(mine)
        some = rolled if len(mine) == len(group) else rolled.buckets(slice(start, end))
        yield TierPart(host_id, extents, Buckets(layout.series, some))
