"""Keeps the database under a size that somebody set: the oldest of the finest goes first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, Table, delete, func, select

from storage.engines.statements import read_number
from storage.retentions import TIER_NAMES
from storage.schema import chunks, head, process_chunks, process_snapshots
from storage.tier import Tier
from storage.utc import iso_utc

CHUNKS_AT_ONCE = 100
_ROW_BYTES = 200
"""What a row of a PostgreSQL table and its index entries take beside the frame, about."""


class Dropped(NamedTuple):
    """What went: which kind (a tier's name or "processes"), how many chunks, up to which moment, UTC milliseconds."""

    kind: str
    chunks: int
    newest_ts: int


@dataclass(slots=True)
class DroppedSoFar:
    """What went, added up, for one line in the log."""

    chunks: Counter[str] = field(default_factory=Counter)
    newest: dict[str, int] = field(default_factory=dict)

    def add(self, dropped: Dropped) -> None:
        """One more."""
        self.chunks[dropped.kind] += dropped.chunks
        self.newest[dropped.kind] = max(self.newest.get(dropped.kind, 0), dropped.newest_ts)

    def texts(self) -> dict[str, str]:
        """For the log, by kind."""
        return {kind: f"{count} chunks until {iso_utc(self.newest[kind])}" for kind, count in self.chunks.items()}


def used_bytes(connection: Connection) -> int:
    """What the data take.

    SQLite: the pages in use; the file itself shrinks only when it is vacuumed, but free pages are used again.
    PostgreSQL: what is in chunks, and all of the tables of what is not sealed yet; tables do not shrink by themselves
    either, and their size would still be over the cap after everything in them had gone.
    """
    if connection.dialect.name == "sqlite":
        pages = read_number(connection, "PRAGMA page_count") - read_number(connection, "PRAGMA freelist_count")
        return pages * read_number(connection, "PRAGMA page_size")
    frames = sum(_frames(connection, table) for table in (chunks, process_chunks))
    tables = select(*(func.pg_total_relation_size(table.name) for table in (head, process_snapshots)))
    return frames + sum(connection.execute(tables).one())


def drop_oldest(connection: Connection) -> Dropped | None:
    """Drops some chunks, the oldest of the finest tier that there is, process tables together with readings.

    Readings that are not rolled up yet stay. None where nothing is left to drop.
    """
    for kinds in _ORDER:
        oldest = [found for kind in kinds if (found := _oldest(connection, kind))]
        if oldest:
            kind, ids, newest = min(oldest, key=lambda found: found.newest_ts)
            table = process_chunks if kind is None else chunks
            connection.execute(delete(table).where(table.c.id.in_(ids)))
            return Dropped("processes" if kind is None else TIER_NAMES[kind], len(ids), newest)
    return None


class _Oldest(NamedTuple):
    kind: Tier | None
    ids: Sequence[int]
    newest_ts: int


_ORDER: Sequence[Sequence[Tier | None]] = ((Tier.RAW, None), (Tier.M1,), (Tier.M5,), (Tier.H1,), (Tier.D1,))
"""What is dropped in which order; None are process tables."""


def _oldest(connection: Connection, kind: Tier | None) -> _Oldest | None:
    if kind is None:
        query = select(process_chunks.c.id, process_chunks.c.last_ts).order_by(process_chunks.c.last_ts)
    else:
        query = (
            select(chunks.c.id, chunks.c.last_ts)
            .where(chunks.c.tier == int(kind), chunks.c.rolled)
            .order_by(chunks.c.last_ts)
        )
    rows = connection.execute(query.limit(CHUNKS_AT_ONCE)).all()
    return _Oldest(kind, [row.id for row in rows], rows[-1].last_ts) if rows else None


def _frames(connection: Connection, table: Table) -> int:
    length = func.octet_length(table.c.frame) + _ROW_BYTES
    return int(connection.execute(select(func.coalesce(func.sum(length), 0))).scalar_one())
