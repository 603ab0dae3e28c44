"""Copies a database into an empty one, of the same kind or of the other; goes on where it was interrupted."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from storage.care.copy_check import Sum, sum_streamed, sum_whole
from storage.care.copy_mark import fingerprint, is_half_copied, mark, refuse_unless_empty, refuse_unless_of, unmark
from storage.care.copy_rows import STREAMED, WHOLE, Streamed, batches, count_rows, last_id, replace_whole, write_batch
from storage.care.id_counters import read_counters, set_counters
from storage.care.progress import OnStep, Step
from storage.database import Database
from storage.errors import DatabaseUnavailableError


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy has brought over.

    Attributes:
        tables: rows and checksum of each table, the same in both databases.
        resumed: whether an interrupted copy was brought to its end.
        credentials: how many credentials there are; their secrets lie in a keyring, not in the database.
    """

    tables: dict[str, Sum]
    resumed: bool
    credentials: int

    @property
    def rows(self) -> int:
        """Rows of all tables together."""
        return sum(table.rows for table in self.tables.values())


def copy_rows(source: Database, target: Database, on_step: OnStep) -> Copied:
    """Copies every table; the caller holds the poller locks of both.

    All is read from one snapshot of the source. Killed at any point, the target refuses to be used, and the same call
    goes on behind the last row of each table.

    Args:
        source: of the current schema.
        target: of the current schema, empty or half copied.
        on_step: told the rows copied and in all, then the tables compared.

    Raises:
        AlreadyExistsError: the target holds other data; nothing was changed.
        DatabaseUnavailableError: one of the two is away, or has changed under the copy.
    """
    with source.reading() as original:
        resumed = _begin(original, target)
        _stream(original, target, on_step)
        sums = _compare(original, target, on_step)
        with target.writing() as copy:
            set_counters(copy, read_counters(original))
            unmark(copy)
    return Copied(sums, resumed, sums["credentials"].rows)


def _begin(original: Connection, target: Database) -> bool:
    """Brings the small tables over and marks the target; says whether a copy had been begun before."""
    fleet = fingerprint(original)
    with target.writing() as copy:
        resumed = is_half_copied(copy)
        if resumed:
            refuse_unless_of(copy, fleet, target.url)
        else:
            refuse_unless_empty(copy, target.url)
        # They are changed in place, so what an earlier attempt brought over may be of another day.
        replace_whole(original, copy, WHOLE)
        mark(copy, fleet)
    return resumed


def _stream(original: Connection, target: Database, on_step: OnStep) -> None:
    total = sum(count_rows(original, streamed.table) for streamed in STREAMED)
    done = 0
    for streamed in STREAMED:
        with target.reading() as copy:
            after, present = last_id(copy, streamed.table), count_rows(copy, streamed.table)
        done += present
        on_step(Step("copying", done, total))
        for rows in _streamed(original, target, streamed, after):
            done += rows
            on_step(Step("copying", done, total))


def _streamed(original: Connection, target: Database, streamed: Streamed, after: int) -> Iterator[int]:
    """Copies what is behind an id; gives how many rows each batch had."""
    for rows in batches(original, streamed, after):
        with target.writing() as copy:
            write_batch(copy, streamed.table, rows)
        yield len(rows)


def _compare(original: Connection, target: Database, on_step: OnStep) -> dict[str, Sum]:
    """Sums of all tables. A large one that differs, as rows of it changed since the copy was begun, is copied anew."""
    sums = {}
    for place, streamed in enumerate(STREAMED):
        on_step(Step("comparing", place, len(STREAMED)))
        name = streamed.table.name
        sums[name] = sum_streamed(original, streamed)
        if _sum_of(target, streamed) != sums[name]:
            with target.writing() as copy:
                copy.execute(streamed.table.delete())
            for _ in _streamed(original, target, streamed, 0):
                on_step(Step("comparing", place, len(STREAMED)))
            _refuse_unless_same(name, sums[name], _sum_of(target, streamed))
    with target.reading() as copy:
        for table in WHOLE:
            sums[table.name] = sum_whole(original, table)
            _refuse_unless_same(table.name, sums[table.name], sum_whole(copy, table))
    on_step(Step("comparing", len(STREAMED), len(STREAMED)))
    return sums


def _sum_of(target: Database, streamed: Streamed) -> Sum:
    with target.reading() as copy:
        return sum_streamed(copy, streamed)


def _refuse_unless_same(table: str, original: Sum, copy: Sum) -> None:
    if original != copy:
        raise DatabaseUnavailableError(
            f"The copy of {table} is not the same: {original.rows} rows here, {copy.rows} there.",
            hint="Another program may be writing into the target. Begin again with an empty one, and report this.",
        )
