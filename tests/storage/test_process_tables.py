"""Process tables as they were."""

import pytest
from sqlalchemy import delete, update

from storage.chunks.chunk_rows import ProcessChunk, write_process_chunk
from storage.chunks.process_chunk import encode_processes
from storage.database import Database
from storage.errors import DatabaseCorruptError
from storage.process_rows import pack_processes
from storage.process_tables import ProcessSnapshot, read_newest_processes, read_processes
from storage.schema import process_chunks, process_snapshots
from tests.readings import POSTGRES
from tests.recorded import key, record, visit

HOUR = 3_600_000


def write_tables(database: Database, host_id: int, *tables: tuple[int, int]) -> None:
    """Times, and how many processes there were."""
    record(
        database,
        *(visit(host_id, ts, {key("load1"): 1.0}, processes=(POSTGRES,) * count) for ts, count in tables),
    )


def seal_tables(database: Database, host_id: int, *tables: tuple[int, int]) -> None:
    """As `write_tables`, into one chunk."""
    frame = encode_processes([(ts, pack_processes((POSTGRES,) * count)) for ts, count in tables])
    first, last = tables[0][0], tables[-1][0]
    chunk = ProcessChunk(host_id, first // HOUR * HOUR, first, last, len(tables), False, frame)
    with database.writing() as connection:
        write_process_chunk(connection, chunk)


def at(database: Database, host_id: int, ts: int) -> tuple[int, int] | None:
    """When the table was read, and how many processes there were."""
    with database.reading() as connection:
        table = read_processes(connection, host_id, ts)
    return None if table is None else (table.ts, len(table.processes))


def newest(database: Database, since: int = 0) -> dict[int, tuple[int, int]]:
    with database.reading() as connection:
        found = read_newest_processes(connection, since, None)
    return {host_id: (table.ts, len(table.processes)) for host_id, table in found.items()}


def test_processes_are_those_of_the_newest_table_at_that_moment(database: Database, host_id: int) -> None:
    write_tables(database, host_id, (100, 1), (200, 2))
    with database.reading() as connection:
        assert read_processes(connection, host_id, 99) is None
        assert read_processes(connection, host_id, 199) == ProcessSnapshot(100, (POSTGRES,))
        assert read_processes(connection, host_id, 200) == ProcessSnapshot(200, (POSTGRES, POSTGRES))


def test_a_table_that_was_sealed_is_found_as_well(database: Database, host_id: int) -> None:
    seal_tables(database, host_id, (HOUR + 100, 1), (HOUR + 200, 2))
    seal_tables(database, host_id, (2 * HOUR + 100, 3))
    write_tables(database, host_id, (2 * HOUR + 300, 4))
    assert at(database, host_id, HOUR + 99) is None
    assert at(database, host_id, HOUR + 199) == (HOUR + 100, 1)
    assert at(database, host_id, 2 * HOUR + 99) == (HOUR + 200, 2)
    assert at(database, host_id, 2 * HOUR + 299) == (2 * HOUR + 100, 3)
    assert at(database, host_id, 9 * HOUR) == (2 * HOUR + 300, 4)


def test_a_table_that_came_late_is_the_older_one(database: Database, host_id: int) -> None:
    seal_tables(database, host_id, (HOUR + 200, 2))
    write_tables(database, host_id, (HOUR + 100, 1))
    assert at(database, host_id, HOUR + 300) == (HOUR + 200, 2)


@pytest.mark.parametrize("sealed", [False, True], ids=["in its row", "in its chunk"])
def test_a_process_table_that_is_damaged_is_said_to_be(database: Database, host_id: int, sealed: bool) -> None:
    (seal_tables if sealed else write_tables)(database, host_id, (100, 1))
    with database.writing() as connection:
        connection.execute(update(process_chunks).values(frame=b"nonsense"))
        connection.execute(update(process_snapshots).values(rows=b"nonsense"))
    with pytest.raises(DatabaseCorruptError):
        at(database, host_id, 100)
    assert newest(database) == {}


def test_the_newest_of_a_silent_host_is_found_where_it_was_sealed(database: Database, host_id: int) -> None:
    seal_tables(database, host_id, (HOUR, 1), (HOUR + 100, 2))
    assert newest(database) == {host_id: (HOUR + 100, 2)}
    assert newest(database, since=HOUR + 101) == {}


def test_one_that_is_not_sealed_is_newer_than_all_that_are(database: Database, host_id: int) -> None:
    seal_tables(database, host_id, (HOUR, 1))
    write_tables(database, host_id, (HOUR + 100, 2))
    assert newest(database) == {host_id: (HOUR + 100, 2)}
    with database.writing() as connection:
        connection.execute(delete(process_snapshots))
    assert newest(database) == {host_id: (HOUR, 1)}
