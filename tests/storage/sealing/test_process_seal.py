import pytest
from sqlalchemy import select, update

from storage.chunks.chunk_rows import read_process_chunks
from storage.chunks.process_chunk import decode_processes
from storage.database import Database
from storage.process_rows import unpack_processes
from storage.process_tables import read_processes
from storage.schema import process_chunks, process_snapshots
from storage.scrape import Process, Scrape
from tests.readings import POSTGRES
from tests.storage.sealing.keeping import DAY, FOREVER, HOUR, MINUTE, keep_up, record


def table(host_id: int, ts: int, pid: int = 1) -> Scrape:
    row = Process(pid, "postgres", "postgres: writer", "postgres", 12.5, 1, 2, ts / 1000)
    return Scrape(host_id=host_id, ts=ts, session_at=0, vectors=(), processes=(row, POSTGRES))


def kept(database: Database, host_id: int) -> list[int]:
    """Moments of all process tables, sealed or not."""
    rows = select(process_snapshots.c.ts).where(process_snapshots.c.host_id == host_id)
    with database.reading() as connection:
        chunks = read_process_chunks(connection, host_id, 0, FOREVER)
        return sorted([*connection.scalars(rows), *(ts for chunk in chunks for ts, _ in decode_processes(chunk.frame))])


def rows_left(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.scalars(select(process_snapshots.c.ts).order_by(process_snapshots.c.ts)))


def test_an_hour_of_process_tables_becomes_one_chunk(database: Database, host_id: int) -> None:
    moments = list(range(DAY, DAY + 2 * HOUR + MINUTE, 10_000))
    record(database, [table(host_id, ts, pid=ts // 10_000 % 100) for ts in moments])
    keep_up(database, DAY + 2 * HOUR + 40 * MINUTE)
    assert kept(database, host_id) == moments
    assert rows_left(database) == list(range(DAY + 2 * HOUR, DAY + 2 * HOUR + MINUTE, 10_000))
    with database.reading() as connection:
        first, second = read_process_chunks(connection, host_id, 0, FOREVER)
        found = dict(decode_processes(second.frame))
    assert (first.start_ts, first.snapshots, first.thinned) == (DAY, 360, False)
    ts = DAY + HOUR + 50_000
    assert unpack_processes(found[ts])[0].pid == ts // 10_000 % 100


def test_the_newest_table_stays_where_readers_look_for_it(database: Database, host_id: int) -> None:
    record(database, [table(host_id, DAY), table(host_id, DAY + 10_000)])
    keep_up(database, DAY + 5 * HOUR)
    assert rows_left(database) == [DAY + 10_000]
    with database.reading() as connection:
        newest = read_processes(connection, host_id, FOREVER)
    assert newest is not None
    assert newest.ts == DAY + 10_000


def test_late_tables_join_their_hour_and_one_that_comes_again_does_not(database: Database, host_id: int) -> None:
    record(database, [table(host_id, DAY + ts) for ts in (0, 20_000, 2 * HOUR)])
    keep_up(database, DAY + 3 * HOUR)
    record(database, [table(host_id, DAY, pid=99), table(host_id, DAY + 10_000)])
    keep_up(database, DAY + 4 * HOUR)
    assert kept(database, host_id) == [DAY, DAY + 10_000, DAY + 20_000, DAY + 2 * HOUR]
    with database.reading() as connection:
        (chunk,) = read_process_chunks(connection, host_id, 0, FOREVER)
    assert unpack_processes(dict(decode_processes(chunk.frame))[DAY])[0].pid == 1


def test_after_a_day_one_a_minute_is_left_and_after_a_week_none(database: Database, host_id: int) -> None:
    moments = list(range(DAY, DAY + 2 * HOUR, 10_000))
    record(database, [table(host_id, ts) for ts in moments])
    keep_up(database, DAY + 24 * HOUR)
    assert kept(database, host_id) == moments
    keep_up(database, DAY + 27 * HOUR)
    one_a_minute = list(range(DAY, DAY + 2 * HOUR, MINUTE))
    assert kept(database, host_id) == [*one_a_minute, moments[-1]]
    with database.reading() as connection:
        assert all(chunk.thinned for chunk in read_process_chunks(connection, host_id, 0, FOREVER))
    keep_up(database, DAY + 8 * 24 * HOUR)
    keep_up(database, DAY + 8 * 24 * HOUR + 3 * HOUR)
    assert kept(database, host_id) == []


def test_a_damaged_table_is_left_out(database: Database, host_id: int) -> None:
    record(database, [table(host_id, DAY + ts) for ts in (0, 10_000, 20_000, 2 * HOUR)])
    with database.writing() as connection:
        damaged = update(process_snapshots).where(process_snapshots.c.ts == DAY + 10_000)
        connection.execute(damaged.values(rows=b"nothing"))
    keep_up(database, DAY + 4 * HOUR)
    assert kept(database, host_id) == [DAY, DAY + 20_000, DAY + 2 * HOUR]


@pytest.mark.parametrize("late", [True, False], ids=["late tables", "to be thinned"])
def test_a_damaged_chunk_stops_nothing(database: Database, host_id: int, late: bool) -> None:
    record(database, [table(host_id, DAY + ts) for ts in (0, 10_000, 2 * HOUR)])
    keep_up(database, DAY + 4 * HOUR)
    with database.writing() as connection:
        connection.execute(update(process_chunks).values(frame=b"nothing"))
    if late:
        record(database, [table(host_id, DAY + 5_000)])
        keep_up(database, DAY + 6 * HOUR)
        assert kept(database, host_id) == [DAY + 5_000, DAY + 2 * HOUR]
    else:
        keep_up(database, DAY + 30 * HOUR)
        with database.reading() as connection:
            assert set(connection.scalars(select(process_chunks.c.thinned))) == {True}
