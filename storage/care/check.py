"""Looks a whole database over for damage and contradictions. Changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from storage.care.chunk_faults import chunk_faults, process_chunk_faults
from storage.care.copy_rows import STREAMED, Streamed, batches, count_rows
from storage.care.engine_faults import engine_faults
from storage.care.fault import Fault
from storage.care.head_faults import head_faults, readable_layouts, snapshot_fault
from storage.care.progress import OnStep, Step
from storage.care.rollup_faults import rollup_faults
from storage.database import Database
from storage.errors import DatabaseCorruptError

FAULT_LIMIT = 1000
"""Of a database that is broken all over, the first ones will do."""

_FaultsOf = Callable[[Connection, Sequence[Row[Any]]], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check has found.

    Attributes:
        rows: how many rows were looked at, by table.
        blocks: how many blocks of readings were rolled up anew and compared.
        faults: what is wrong, `FAULT_LIMIT` at the most; nothing for a sound database.
    """

    rows: dict[str, int]
    blocks: int
    faults: tuple[Fault, ...]


def check_database(database: Database, *, thorough: bool, on_step: OnStep) -> Report:
    """Checks all of it: what the engine says, that everything can be read, and that what belongs together fits.

    Args:
        database: may be in use; every batch is a transaction of its own.
        thorough: whether all roll-ups are compared with what readings give, rather than a sample.
        on_step: told how far it is; may raise to give up.

    Raises:
        DatabaseUnavailableError: it cannot be read just now, which says nothing about its soundness.
    """
    found: list[Fault] = []
    on_step(Step("checking the file" if database.dialect == "sqlite" else "reading", 0, 0))
    _gather(found, "the database", _in_one(database, engine_faults))
    _gather(found, "head", _in_one(database, head_faults))
    rows = {}
    for streamed in STREAMED:
        name = streamed.table.name
        with database.reading() as connection:
            rows[name] = count_rows(connection, streamed.table)
        _gather(found, name, _stream_faults(database, streamed, rows[name], on_step))
    blocks = _Counter()
    _gather(found, "chunks", rollup_faults(database, thorough=thorough, on_step=on_step, on_block=blocks))
    return Report(rows, blocks.count, tuple(found))


class _Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


def _gather(found: list[Fault], table: str, faults: Iterator[Fault]) -> None:
    """Adds faults up to the limit. Where nothing more can be read, that is one too."""
    try:
        for fault in faults:
            if len(found) >= FAULT_LIMIT:
                return
            found.append(fault)
    except DatabaseCorruptError as error:
        found.append(Fault(table, None, error.message))


def _in_one(database: Database, faults_of: Callable[[Connection], Iterator[Fault]]) -> Iterator[Fault]:
    with database.reading() as connection:
        yield from faults_of(connection)


def _stream_faults(database: Database, streamed: Streamed, total: int, on_step: OnStep) -> Iterator[Fault]:
    after, done = 0, 0
    faults_of = _FAULTS_OF.get(streamed.table.name, _none)
    while True:
        on_step(Step(f"checking {streamed.table.name}", done, total))
        with database.reading() as connection:
            rows = next(batches(connection, streamed, after), None)
            if rows is None:
                return
            yield from faults_of(connection, rows)
        after, done = rows[-1].id, done + len(rows)


def _none(_connection: Connection, _rows: Sequence[Row[Any]]) -> Iterator[Fault]:
    """For tables of which it is enough that they can be read."""
    yield from ()


def _of_chunks(connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[Fault]:
    layouts = readable_layouts(connection, sorted({row.layout_id for row in rows}))
    for row in rows:
        for text in chunk_faults(row, layouts.get(row.layout_id)):
            yield Fault("chunks", row.id, text)


def _of_process_chunks(_connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[Fault]:
    for row in rows:
        for text in process_chunk_faults(row):
            yield Fault("process_chunks", row.id, text)


def _of_snapshots(_connection: Connection, rows: Sequence[Row[Any]]) -> Iterator[Fault]:
    for row in rows:
        if fault := snapshot_fault(row):
            yield fault


_FAULTS_OF: dict[str, _FaultsOf] = {
    "chunks": _of_chunks,
    "process_chunks": _of_process_chunks,
    "process_snapshots": _of_snapshots,
}
