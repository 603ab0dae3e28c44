"""Counts what is stored, by host and kind of data. Neither vectors nor frames are read: their lengths are."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, case, func, literal, select

from storage.care.copy_rows import last_id
from storage.care.holding import PART_OF_TIER, Holding, Part
from storage.care.progress import OnStep, Step
from storage.database import Database
from storage.schema import chunks, head, process_chunks, process_snapshots
from storage.scrape import Cadence
from storage.tier import Tier

_BATCH_ROWS = 20_000
_RECENT_MS = 86_400_000
_RECENT_SNAPSHOTS = 2_000


def read_holdings(database: Database, on_step: OnStep) -> list[Holding]:
    """Everything that is stored of hosts. A batch a transaction, so that nobody has to wait for it.

    Raises:
        DatabaseUnavailableError: it cannot be read.
    """
    with database.reading() as connection:
        waiting = [*_of_head(connection), *_of_snapshots(connection)]
    return waiting + _of_sealed(database, on_step)


def _of_head(connection: Connection) -> Iterator[Holding]:
    """Counted in the index; how long the vectors of a group are, its newest row says."""
    groups = (
        select(
            head.c.host_id,
            head.c.cadence,
            func.count().label("rows"),
            func.min(head.c.ts).label("first_ts"),
            func.max(head.c.ts).label("last_ts"),
        )
        .group_by(head.c.host_id, head.c.cadence)
        .subquery()
    )
    newest = (
        (head.c.host_id == groups.c.host_id) & (head.c.cadence == groups.c.cadence) & (head.c.ts == groups.c.last_ts)
    )
    for row in connection.execute(select(groups, func.length(head.c.vector).label("size")).join(head, newest)):
        yield _waiting(row, Part.HEAD, row.cadence, row.rows * row.size, row.rows * row.size // 8)


def _of_snapshots(connection: Connection) -> Iterator[Holding]:
    """Counted in the index; their size is the mean of the newest."""
    table = process_snapshots
    recent = select(func.length(table.c.rows).label("size")).order_by(table.c.id.desc()).limit(_RECENT_SNAPSHOTS)
    size = float(connection.execute(select(func.avg(recent.subquery().c.size))).scalar() or 0)
    counted = select(
        table.c.host_id,
        func.count().label("rows"),
        func.min(table.c.ts).label("first_ts"),
        func.max(table.c.ts).label("last_ts"),
    ).group_by(table.c.host_id)
    for row in connection.execute(counted):
        yield _waiting(row, Part.SNAPSHOTS, Cadence.PROCESSES, round(row.rows * size), 0)


def _waiting(row: Row[Any], part: Part, cadence: int, size: int, samples: int) -> Holding:
    # Ten readings span nine intervals.
    span = (row.last_ts - row.first_ts) * row.rows // max(1, row.rows - 1)
    return Holding(row.host_id, part, cadence, row.rows, samples, size, row.first_ts, row.last_ts, size, span)


def _of_sealed(database: Database, on_step: OnStep) -> list[Holding]:
    """Batch by batch of the tables themselves: in the order of an index, every row would be looked up far away."""
    with database.reading() as connection:
        newest = connection.execute(select(func.max(chunks.c.last_ts)).where(chunks.c.tier == Tier.RAW)).scalar()
        ends = {table: last_id(connection, table) for table in (chunks, process_chunks)}
    since, total = (newest or 0) - _RECENT_MS, sum(ends.values())
    found: dict[tuple[int, Part, int], _Sum] = {}
    done = 0
    for table, end in ends.items():
        rows_of = _chunk_rows if table is chunks else _process_rows
        for start in range(0, end, _BATCH_ROWS):
            on_step(Step("counting", done + start, total))
            with database.reading() as connection:
                batch = rows_of().where(table.c.id > start, table.c.id <= start + _BATCH_ROWS)
                for row in connection.execute(_sums(batch, since)):
                    key = (row.host_id, _part(table, row.kind), row.cadence)
                    found.setdefault(key, _Sum()).add(row)
        done += end
    return [found[key].holding(*key) for key in sorted(found)]


def _part(table: Table, kind: int) -> Part:
    if table is chunks:
        return PART_OF_TIER[Tier(kind)]
    return Part.PROCESSES_1M if kind else Part.PROCESSES


def _chunk_rows() -> Select[Any]:
    return select(
        chunks.c.host_id,
        chunks.c.tier.label("kind"),
        chunks.c.cadence,
        chunks.c.rows,
        chunks.c.samples,
        func.length(chunks.c.frame).label("size"),
        chunks.c.first_ts,
        chunks.c.last_ts,
        # What no release has ever written is for `watchpost db check` to tell.
    ).where(chunks.c.tier.in_(list(Tier)))


def _process_rows() -> Select[Any]:
    table = process_chunks
    return select(
        table.c.host_id,
        table.c.thinned.label("kind"),
        literal(int(Cadence.PROCESSES)).label("cadence"),
        table.c.snapshots.label("rows"),
        literal(0).label("samples"),
        func.length(table.c.frame).label("size"),
        table.c.first_ts,
        table.c.last_ts,
    )


def _sums(batch: Select[Any], since: int) -> Select[Any]:
    # The limit, which changes nothing, keeps SQLite from pulling the two queries into one: that sorts whole frames
    # and takes five times as long.
    row = batch.limit(_BATCH_ROWS).subquery().c
    recent = row.last_ts >= since
    return select(
        row.host_id,
        row.kind,
        row.cadence,
        func.sum(row.rows).label("rows"),
        func.sum(row.samples).label("samples"),
        func.sum(row.size).label("size"),
        func.min(row.first_ts).label("first_ts"),
        func.max(row.last_ts).label("last_ts"),
        func.sum(case((recent, row.size), else_=0)).label("recent_bytes"),
        func.sum(case((recent, row.last_ts - row.first_ts), else_=0)).label("recent_ms"),
        func.sum(case((recent, row.rows), else_=0)).label("recent_rows"),
        func.sum(case((recent, 1), else_=0)).label("recent_chunks"),
    ).group_by(row.host_id, row.kind, row.cadence)


class _Sum:
    """Adds batches up."""

    _ADDED = ("rows", "samples", "size", "recent_bytes", "recent_ms", "recent_rows", "recent_chunks")

    def __init__(self) -> None:
        self._sums = dict.fromkeys(self._ADDED, 0)
        self._first_ts: int | None = None
        self._last_ts = 0

    def add(self, row: Row[Any]) -> None:
        """One batch."""
        for name in self._ADDED:
            # PostgreSQL gives sums of BIGINT as Decimal.
            self._sums[name] += int(getattr(row, name))
        self._first_ts = row.first_ts if self._first_ts is None else min(self._first_ts, row.first_ts)
        self._last_ts = max(self._last_ts, row.last_ts)

    def holding(self, host_id: int, part: Part, cadence: int) -> Holding:
        """All batches."""
        sums = self._sums
        intervals = max(1, sums["recent_rows"] - sums["recent_chunks"])
        return Holding(
            host_id,
            part,
            cadence,
            sums["rows"],
            sums["samples"],
            sums["size"],
            self._first_ts or 0,
            self._last_ts,
            sums["recent_bytes"],
            sums["recent_ms"] * sums["recent_rows"] // intervals,
        )
