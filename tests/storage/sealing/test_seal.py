import numpy as np
import pytest
from sqlalchemy import delete, select, update

from storage.chunks.chunk_rows import read_chunks
from storage.database import Database
from storage.schema import chunks, head, layouts
from storage.scrape import Cadence
from storage.sealing.fresh import read_fresh
from storage.sealing.seal import Sealed, Window, seal_window
from storage.series import Layout, SeriesKey
from storage.tier import BLOCK_MS, SEAL_MS, Tier
from tests.storage.sealing.keeping import DAY, LOAD, fresh, moments, reading, record, sealed, steady

SECOND = 1000
WINDOW = SEAL_MS[Cadence.FAST]


def seal(database: Database, host_id: int, start: int = DAY, before: int | None = None) -> Sealed:
    with database.writing() as connection:
        found = read_fresh(connection, host_id, Cadence.FAST)
        bound = before if before is not None else found.bound(0) if found else 0
        return seal_window(connection, Window(host_id, Cadence.FAST, start), before=bound, gap_ms=60_000)


def test_a_window_goes_from_head_into_one_chunk_value_by_value(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + WINDOW + 10_000, 5_000)))
    assert seal(database, host_id) == Sealed(180, 0)
    with database.reading() as connection:
        (part,) = sealed(connection, host_id)
        assert part.ts.tolist() == list(range(DAY, DAY + WINDOW, 5_000))
        assert part.values[:, 0].tolist() == [ts / 1000 % 1000 for ts in range(DAY, DAY + WINDOW, 5_000)]
        assert fresh(connection, host_id) == [DAY + WINDOW, DAY + WINDOW + 5_000]
        (chunk,) = read_chunks(connection, host_id, Cadence.FAST, Tier.RAW, 0, 2**53)
    assert (chunk.first_ts, chunk.last_ts, chunk.rows, chunk.samples) == (DAY, DAY + WINDOW - 5_000, 180, 360)
    assert not chunk.rolled


def test_the_two_newest_readings_stay_where_readers_look_for_them(database: Database, host_id: int) -> None:
    record(database, steady(host_id, (DAY, DAY + 5_000, DAY + 10_000)))
    assert seal(database, host_id) == Sealed(1, 0)
    assert seal(database, host_id) == Sealed(0, 0)
    with database.reading() as connection:
        assert fresh(connection, host_id) == [DAY + 5_000, DAY + 10_000]


def test_sealing_twice_is_sealing_once(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 100_000, 5_000)))
    seal(database, host_id)
    with database.reading() as connection:
        before = connection.execute(select(chunks)).all()
    assert seal(database, host_id) == Sealed(0, 0)
    with database.reading() as connection:
        assert connection.execute(select(chunks)).all() == before


def test_late_readings_join_the_chunk_of_their_window(database: Database, host_id: int) -> None:
    everything = list(range(DAY, DAY + 100_000, 5_000))
    late = [ts for ts in everything if ts % 3 == 0]
    record(database, steady(host_id, [ts for ts in everything if ts not in late]))
    seal(database, host_id)
    with database.writing() as connection:
        connection.execute(update(chunks).values(rolled=True))
    record(database, steady(host_id, [ts for ts in late if ts < everything[-2]]))
    seal(database, host_id)
    with database.reading() as connection:
        (part,) = sealed(connection, host_id)
        assert part.ts.tolist() == sorted(part.ts.tolist())
        assert moments(connection, host_id) == [ts for ts in everything if ts not in late or ts < everything[-2]]
        assert connection.scalars(select(chunks.c.rolled)).all() == [False]


def test_a_reading_that_comes_again_changes_nothing(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 100_000, 5_000)))
    seal(database, host_id)
    with database.writing() as connection:
        connection.execute(update(chunks).values(rolled=True))
    record(database, [reading(host_id, DAY, 99.0, 99.0)])
    assert seal(database, host_id) == Sealed(1, 0)
    with database.reading() as connection:
        (part,) = sealed(connection, host_id)
        assert part.values[0, 0] == DAY / 1000 % 1000
        assert connection.scalars(select(chunks.c.rolled)).all() == [True]


def test_sessions_and_layouts_of_a_window_share_its_chunk(database: Database, host_id: int) -> None:
    disk = Layout((SeriesKey("disk_reads_total", (("device", "sda"),)), LOAD))
    record(
        database, [reading(host_id, DAY, 1.0, 10.0, session_at=1), reading(host_id, DAY + 1, 2.0, 20.0, session_at=1)]
    )
    record(database, [reading(host_id, DAY + 2, 7.0, 3.0, session_at=9, layout=disk)])
    seal(database, host_id, before=DAY + 3)
    with database.reading() as connection:
        (part,) = sealed(connection, host_id)
    assert part.session_at.tolist() == [1, 1, 9]
    load = part.values[:, part.layout.series.index(LOAD)]
    assert load.tolist() == [1.0, 2.0, 3.0]
    reads = part.values[:, part.layout.series.index(disk.series[0])]
    assert np.isnan(reads[:2]).all()
    assert reads[2] == 7.0


@pytest.mark.parametrize("damage", ["cut short", "no layout", "no such layout"])
def test_rows_that_cannot_be_read_are_dropped_and_stop_nothing(database: Database, host_id: int, damage: str) -> None:
    odd = Layout((SeriesKey("load5"),))
    record(
        database, [reading(host_id, DAY, 5.0, layout=odd), *steady(host_id, range(DAY + 5_000, DAY + 60_000, 5_000))]
    )
    with database.writing() as connection:
        if damage == "cut short":
            connection.execute(update(head).where(head.c.ts == DAY).values(vector=b"1234567"))
        elif damage == "no layout":
            connection.execute(
                update(layouts).where(layouts.c.digest == odd.digest).values(content="{}", digest=bytes(32))
            )
        else:
            connection.execute(update(head).where(head.c.ts == DAY).values(layout_id=4711))
    assert seal(database, host_id) == Sealed(10, 1)
    with database.reading() as connection:
        (part,) = sealed(connection, host_id)
        assert part.ts.tolist() == list(range(DAY + 5_000, DAY + 50_000, 5_000))


def test_where_no_row_can_be_read_there_is_no_chunk(database: Database, host_id: int) -> None:
    record(database, steady(host_id, (DAY,)))
    with database.writing() as connection:
        connection.execute(update(head).values(vector=b""))
    assert seal(database, host_id, before=DAY + 1) == Sealed(1, 1)
    with database.reading() as connection:
        assert connection.execute(select(chunks)).all() == []
        assert fresh(connection, host_id) == []


def test_a_damaged_chunk_gives_way_to_late_readings(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 60_000, 5_000)))
    seal(database, host_id)
    with database.writing() as connection:
        connection.execute(update(chunks).values(frame=b"no frame at all"))
    record(database, steady(host_id, (DAY + 1,)))
    assert seal(database, host_id) == Sealed(1, 0, replaced=True)
    with database.reading() as connection:
        (part,) = sealed(connection, host_id)
        assert part.ts.tolist() == [DAY + 1]


def test_late_readings_at_the_end_of_a_block_have_the_next_one_rolled_up_anew(database: Database, host_id: int) -> None:
    edge = DAY + BLOCK_MS
    record(database, steady(host_id, (edge - 10_000, edge + 5_000, edge + WINDOW, edge + WINDOW + 5_000)))
    for start in (edge - WINDOW, edge, edge + WINDOW):
        seal(database, host_id, start, before=2**60)
    with database.writing() as connection:
        connection.execute(update(chunks).values(rolled=True))
    record(database, steady(host_id, (edge - 5_000,)))
    seal(database, host_id, edge - WINDOW, before=2**60)
    with database.reading() as connection:
        rolled = dict(connection.execute(select(chunks.c.start_ts, chunks.c.rolled)).all())
    assert rolled == {edge - WINDOW: False, edge: False, edge + WINDOW: True}


def test_another_host_and_another_group_are_left_alone(database: Database, host_id: int) -> None:
    record(database, [reading(host_id, DAY + ts, 3.0, 4.0, cadence=Cadence.SLOW) for ts in range(4)])
    record(database, [reading(host_id, DAY + ts, 1.0, 2.0) for ts in range(4)])
    seal(database, host_id)
    with database.reading() as connection:
        assert len(sealed(connection, host_id)) == 1
        assert sealed(connection, host_id, Cadence.SLOW) == []


def test_a_layout_that_was_collected_is_stored_anew(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 60_000, 5_000)))
    seal(database, host_id)
    with database.writing() as connection:
        connection.execute(delete(chunks))
        connection.execute(delete(head))
        connection.execute(delete(layouts))
    record(database, steady(host_id, range(DAY, DAY + 60_000, 5_000)))
    seal(database, host_id)
    with database.reading() as connection:
        assert len(sealed(connection, host_id)) == 1
