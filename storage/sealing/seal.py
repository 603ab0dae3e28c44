"""Takes the readings of a window out of `head` and puts them into a chunk, in one transaction."""

from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, bindparam, delete, false, select, update

from storage.alignment import aligned
from storage.chunks.chunk_rows import Chunk, ChunkKey, read_covering_chunk, write_chunk
from storage.chunks.raw_chunk import RawReadings, decode_raw, encode_raw, merge_raw
from storage.reading.plain_query import PlainQuery
from storage.schema import chunks, head
from storage.scrape import Cadence
from storage.sealing.chunk_layouts import layout_id_of
from storage.sealing.head_readings import head_readings
from storage.sealing.readable_layouts import readable_layouts
from storage.sealing.series_limit import series_limit, union_layout
from storage.series import Layout
from storage.tier import BLOCK_MS, SEAL_MS, Tier, extent_end

_MINE = (
    head.c.host_id == bindparam("host_id"),
    head.c.cadence == bindparam("cadence"),
    head.c.ts >= bindparam("since"),
    head.c.ts < bindparam("until"),
)
_ROWS = (head.c.ts, head.c.session_at, head.c.layout_id, head.c.vector)
_READ = PlainQuery(select(*_ROWS).where(*_MINE))
_DELETE = PlainQuery(delete(head).where(*_MINE))
_TAKE = PlainQuery(delete(head).where(*_MINE).returning(*_ROWS))
_UNROLL = PlainQuery(
    update(chunks)
    .where(
        chunks.c.host_id == bindparam("of_host"),
        chunks.c.cadence == bindparam("of_cadence"),
        chunks.c.tier == int(Tier.RAW),
        chunks.c.start_ts >= bindparam("since"),
        chunks.c.start_ts <= bindparam("until"),
        chunks.c.first_ts <= bindparam("until"),
    )
    .values(rolled=false())
)


class Window(NamedTuple):
    """Which readings become one chunk: of a host and cadence, from `start` on, UTC milliseconds."""

    host_id: int
    cadence: Cadence
    start: int

    @property
    def end(self) -> int:
        """Where the next one starts."""
        return self.start + SEAL_MS[self.cadence]


class Sealed(NamedTuple):
    """What was done.

    Attributes:
        rows: taken out of `head`.
        damaged: of these, how many could not be read and are gone.
        replaced: whether there was a chunk already that could not be read; the new one has its place.
    """

    rows: int
    damaged: int
    replaced: bool = False


def seal_window(connection: Connection, window: Window, *, before: int, gap_ms: int) -> Sealed:
    """Seals what lies in `head` of one window.

    May be repeated at any time, also for a window that has a chunk: late readings join it, and of two readings of the
    same time the sealed one stays. Where the chunk is that of several windows, late readings of all of them do.

    Args:
        connection: for writing.
        window: which.
        before: readings from then on stay, see `storage.sealing.fresh`.
        gap_ms: the longest span that gives a rate.
    """
    host_id, cadence, start = window
    there = read_covering_chunk(connection, ChunkKey(host_id, cadence, Tier.RAW, start))
    end = extent_end(there.key.start_ts, there.last_ts, Tier.RAW, cadence) if there else window.end
    until = min(end, before)
    asked = {"host_id": host_id, "cadence": int(cadence), "since": start, "until": until}
    rows = _taken(connection, asked)
    if not rows:
        return Sealed(0, 0)
    fresh, layout_id, damaged = head_readings(connection, rows)
    if fresh is None:
        return Sealed(len(rows), damaged)
    key = there.key if there else ChunkKey(host_id, cadence, Tier.RAW, start)
    before_it = _readings(connection, there) if there else None
    if before_it is not None:
        merged = merge_raw(before_it, fresh)
        if len(merged.ts) == len(before_it.ts):
            return Sealed(len(rows), damaged)
        fresh, layout_id = _bounded(merged), None
    write_readings(connection, key, fresh, layout_id)
    _unroll_next_block(connection, key, int(fresh.ts[-1]) + gap_ms)
    return Sealed(len(rows), damaged, replaced=there is not None and before_it is None)


def write_readings(
    connection: Connection, key: ChunkKey, readings: RawReadings, layout_id: int | None = None, *, rolled: bool = False
) -> None:
    """Writes a chunk in place of the one of the same window, if there is one.

    Args:
        connection: for writing.
        key: which chunk.
        readings: at least one; all that it holds.
        layout_id: that of their layout; None where it is to be looked up.
        rolled: whether the buckets have what is in it; it then is not written anew soon, and made small.
    """
    first, last = int(readings.ts[0]), int(readings.ts[-1])
    chunk = Chunk(
        key,
        first_ts=first,
        last_ts=last,
        rows=len(readings.ts),
        samples=int(np.count_nonzero(~np.isnan(readings.values))),
        layout_id=layout_id_of(connection, readings.layout, last) if layout_id is None else layout_id,
        rolled=rolled,
        frame=encode_raw(readings, brief=not rolled and last - key.start_ts < SEAL_MS[key.cadence] < BLOCK_MS),
    )
    write_chunk(connection, chunk)


def _taken(connection: Connection, asked: dict[str, int]) -> list[Any]:
    """What is deleted: just that, whatever arrives meanwhile."""
    # On SQLite nothing does while we write, and reading first takes two thirds of the time.
    alone = connection.dialect.name == "sqlite"
    rows: list[Any] = (_READ if alone else _TAKE).run(connection, (), asked).fetchall()
    if alone and rows:
        _DELETE.run(connection, (), asked)
    return rows


def _unroll_next_block(connection: Connection, key: ChunkKey, reach: int) -> None:
    """The first rates of the next block depend on the last readings before it."""
    next_block = (key.start_ts // BLOCK_MS + 1) * BLOCK_MS
    if reach >= next_block:
        span = {"since": next_block, "until": reach}
        _UNROLL.run(connection, (), {"of_host": key.host_id, "of_cadence": int(key.cadence), **span})


def _readings(connection: Connection, chunk: Chunk) -> RawReadings | None:
    layout = readable_layouts(connection, (chunk.layout_id,)).get(chunk.layout_id)
    try:
        return None if layout is None else decode_raw(chunk.frame, layout)
    except ValueError:
        return None


def _bounded(readings: RawReadings) -> RawReadings:
    if len(readings.layout.series) <= series_limit(len(readings.ts)):
        return readings
    present = np.count_nonzero(~np.isnan(readings.values), axis=0)
    single = ((Layout((key,)), count) for key, count in zip(readings.layout.series, present.tolist(), strict=True))
    layout = union_layout(single, len(readings.ts))
    return RawReadings(readings.ts, readings.session_at, layout, aligned(readings.values, readings.layout, layout))
