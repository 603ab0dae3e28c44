import psycopg
import pytest
from sqlalchemy import select

from storage.database import Database
from storage.new_rows import NewRows
from storage.schema import process_snapshots

HOSTS = range(1, 11)
Batch = list[tuple[int, int, bytes]]


@pytest.fixture
def rows() -> NewRows:
    return writer()


def writer() -> NewRows:
    return NewRows(process_snapshots, ("host_id", "ts", "rows"))


def at(ts: int) -> Batch:
    return [(host_id, ts, b"%d" % ts) for host_id in HOSTS]


def write(database: Database, rows: NewRows, *batches: Batch) -> list[int]:
    counts = []
    for batch in batches:
        with database.recording() as connection:
            counts.append(rows.write(connection, batch))
    return counts


def stored(database: Database) -> Batch:
    columns = process_snapshots.c
    query = select(columns.host_id, columns.ts, columns.rows).order_by(columns.ts, columns.host_id)
    with database.reading() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def test_rows_that_come_in_order_are_all_there(database: Database, rows: NewRows) -> None:
    assert write(database, rows, at(1), at(2), at(3)) == [10, 10, 10]
    assert stored(database) == at(1) + at(2) + at(3)


def test_late_rows_and_repeated_ones_are_written_once(database: Database, rows: NewRows) -> None:
    assert write(database, rows, at(5), at(7), at(5), at(6), at(7), at(8) + at(8)) == [10, 10, 0, 10, 0, 10]
    assert stored(database) == at(5) + at(6) + at(7) + at(8)


def test_what_an_earlier_run_has_written_is_left_out(database: Database, rows: NewRows) -> None:
    write(database, rows, at(1), at(2))
    assert write(database, writer(), at(2), at(3)) == [0, 10]


def test_what_others_write_meanwhile_costs_one_try_and_no_row(database: Database, rows: NewRows) -> None:
    write(database, rows, at(1))
    write(database, writer(), at(2)[:1])
    if database.dialect == "postgresql":
        with pytest.raises(psycopg.errors.UniqueViolation):
            write(database, rows, at(2))
        rows.forget()
    assert write(database, rows, at(2)) == [9]
    assert stored(database) == at(1) + at(2)


def test_a_few_rows_never_fail_for_being_there(database: Database, rows: NewRows) -> None:
    write(database, rows, at(1))
    write(database, writer(), at(2)[:1])
    assert write(database, rows, at(2)[:1]) == [0]


def test_an_empty_batch_is_nothing(database: Database, rows: NewRows) -> None:
    assert write(database, rows, []) == [0]
