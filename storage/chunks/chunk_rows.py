"""Rows of `chunks` and `process_chunks`: written by their unique key, read in the order of their windows."""

from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Table, bindparam, delete, or_, select

from storage.engines.statements import upsert
from storage.reading.plain_query import PlainQuery
from storage.schema import chunks, process_chunks
from storage.scrape import Cadence
from storage.tier import BLOCK_MS, Tier, longest_ms


class ChunkKey(NamedTuple):
    """Which chunk: there is one for each window of a host, cadence and tier; one of readings may hold several windows.

    Attributes:
        host_id: whose.
        cadence: of which group of metrics.
        tier: readings or buckets.
        start_ts: where its window starts, UTC milliseconds.
    """

    host_id: int
    cadence: Cadence
    tier: Tier
    start_ts: int


class Chunk(NamedTuple):
    """One row of `chunks`; `storage.schema` says what its columns mean."""

    key: ChunkKey
    first_ts: int
    last_ts: int
    rows: int
    samples: int
    layout_id: int
    rolled: bool
    frame: bytes


class ProcessChunk(NamedTuple):
    """One row of `process_chunks`; `storage.schema` says what its columns mean."""

    host_id: int
    start_ts: int
    first_ts: int
    last_ts: int
    snapshots: int
    thinned: bool
    frame: bytes


_OF_KIND = select(
    chunks.c.start_ts,
    chunks.c.first_ts,
    chunks.c.last_ts,
    chunks.c.rows,
    chunks.c.samples,
    chunks.c.layout_id,
    chunks.c.rolled,
    chunks.c.frame,
).where(
    chunks.c.host_id == bindparam("host_id"),
    chunks.c.cadence == bindparam("cadence"),
    chunks.c.tier == bindparam("tier"),
)
_IN_SPAN = PlainQuery(
    _OF_KIND.where(
        chunks.c.start_ts > bindparam("opened_after"),
        chunks.c.start_ts < bindparam("until"),
        chunks.c.last_ts >= bindparam("since"),
        chunks.c.first_ts < bindparam("until"),
    ).order_by(chunks.c.start_ts)
)
# That of the window itself, or the one at the start of its block if it reaches into the window.
_COVERING = PlainQuery(
    _OF_KIND.where(
        chunks.c.start_ts.in_((bindparam("start"), bindparam("block"))),
        or_(chunks.c.start_ts == bindparam("start"), chunks.c.last_ts >= bindparam("start")),
    )
)
_PROCESSES_IN_SPAN = PlainQuery(
    select(*(process_chunks.c[name] for name in ProcessChunk._fields))
    .where(
        process_chunks.c.host_id == bindparam("host_id"),
        process_chunks.c.last_ts >= bindparam("since"),
        process_chunks.c.first_ts < bindparam("until"),
    )
    .order_by(process_chunks.c.start_ts)
)


def write_chunk(connection: Connection, chunk: Chunk) -> None:
    """Writes a chunk in place of the one of the same window, if there is one."""
    values = chunk.key._asdict() | chunk._asdict()
    del values["key"]
    values |= {"cadence": int(chunk.key.cadence), "tier": int(chunk.key.tier)}
    _replacing(connection, chunks, ChunkKey._fields).run(connection, (), values)


def read_chunks(  # noqa: PLR0913, PLR0917
    connection: Connection, host_id: int, cadence: Cadence, tier: Tier, since: int, until: int
) -> list[Chunk]:
    """Chunks that have readings or buckets from `since` up to before `until`, UTC milliseconds, oldest window first."""
    asked = {
        "host_id": host_id,
        "cadence": int(cadence),
        "tier": int(tier),
        "opened_after": since - longest_ms(tier, cadence),
        "since": since,
        "until": until,
    }
    return _read(connection, _IN_SPAN, asked)


def read_covering_chunk(connection: Connection, key: ChunkKey) -> Chunk | None:
    """The chunk of readings that has those of a window: its own, or that of its block, which may begin after it."""
    asked = {
        "host_id": key.host_id,
        "cadence": int(key.cadence),
        "tier": int(key.tier),
        "start": key.start_ts,
        "block": key.start_ts // BLOCK_MS * BLOCK_MS,
    }
    return next(iter(_read(connection, _COVERING, asked)), None)


def _read(connection: Connection, query: PlainQuery, asked: dict[str, int]) -> list[Chunk]:
    host_id, cadence, tier = asked["host_id"], Cadence(asked["cadence"]), Tier(asked["tier"])
    return [
        Chunk(ChunkKey(host_id, cadence, tier, start_ts), first_ts, last_ts, rows, samples, layout, bool(rolled), frame)
        for start_ts, first_ts, last_ts, rows, samples, layout, rolled, frame in query.run(
            connection, (), asked
        ).fetchall()
    ]


def delete_chunk(connection: Connection, key: ChunkKey) -> bool:
    """Whether there was one."""
    mine = (chunks.c[name] == int(value) for name, value in key._asdict().items())
    return connection.execute(delete(chunks).where(*mine)).rowcount > 0


def write_process_chunk(connection: Connection, chunk: ProcessChunk) -> None:
    """Writes an hour of process tables in place of the one of the same window, if there is one."""
    _replacing(connection, process_chunks, ("host_id", "start_ts")).run(connection, (), chunk._asdict())


def read_process_chunks(connection: Connection, host_id: int, since: int, until: int) -> list[ProcessChunk]:
    """Chunks that have process tables from `since` up to before `until`, UTC milliseconds, oldest window first."""
    asked = {"host_id": host_id, "since": since, "until": until}
    rows = _PROCESSES_IN_SPAN.run(connection, (), asked).fetchall()
    return [ProcessChunk(*row)._replace(thinned=bool(row[_THINNED])) for row in rows]


def delete_process_chunk(connection: Connection, host_id: int, start_ts: int) -> bool:
    """Whether there was one."""
    mine = (process_chunks.c.host_id == host_id, process_chunks.c.start_ts == start_ts)
    return connection.execute(delete(process_chunks).where(*mine)).rowcount > 0


_THINNED = ProcessChunk._fields.index("thinned")
_made: dict[tuple[str, Table], PlainQuery] = {}


def _replacing(connection: Connection, table: Table, keys: tuple[str, ...]) -> PlainQuery:
    """The statement is made once: making it takes longer than running it."""
    about = (connection.dialect.name, table)
    if about not in _made:
        given: dict[str, BindParameter[Any]] = {
            column.name: bindparam(column.name) for column in table.c if not column.primary_key
        }
        _made[about] = PlainQuery(upsert(connection, table, keys=keys).values(given))
    return _made[about]
