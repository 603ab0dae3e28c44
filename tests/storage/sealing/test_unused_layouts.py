from sqlalchemy import delete, select

from storage.database import Database
from storage.schema import chunks, head, layouts
from storage.sealing.unused_layouts import UNUSED_MS, UnusedLayouts
from storage.series import Layout, SeriesKey
from tests.storage.sealing.keeping import DAY, HOUR, LAYOUT, MINUTE, keep_up, reading, record, steady

ODD = Layout((SeriesKey("load5"),))
LAST = Layout((SeriesKey("load15"),))


def contents(database: Database) -> set[Layout]:
    with database.reading() as connection:
        return {Layout.parse(content) for content in connection.scalars(select(layouts.c.content))}


def collect(database: Database, unused: UnusedLayouts, now_ms: int) -> int:
    with database.writing() as connection:
        return unused.collect(connection, now_ms)


def test_a_layout_goes_when_nothing_has_used_it_for_a_day(database: Database, host_id: int) -> None:
    record(database, [reading(host_id, DAY, 5.0, layout=ODD)])
    record(database, steady(host_id, (DAY + 3 * HOUR,)))
    record(database, [reading(host_id, DAY + 3 * HOUR + 1, 5.0, layout=LAST)])
    unused = UnusedLayouts()
    assert collect(database, unused, DAY) == 0
    with database.writing() as connection:
        connection.execute(delete(head).where(head.c.ts == DAY))
    assert collect(database, unused, DAY + 4 * HOUR) == 0
    assert collect(database, unused, DAY + 4 * HOUR + UNUSED_MS - 1) == 0
    assert collect(database, unused, DAY + 4 * HOUR + UNUSED_MS) == 1
    assert contents(database) == {LAYOUT, LAST}


def test_a_layout_that_is_used_again_begins_anew(database: Database, host_id: int) -> None:
    record(database, [reading(host_id, DAY, 5.0, layout=ODD), reading(host_id, DAY + 1, 5.0, layout=LAST)])
    with database.writing() as connection:
        connection.execute(delete(head))
    unused = UnusedLayouts()
    collect(database, unused, DAY)
    record(database, [reading(host_id, DAY + 2, 5.0, layout=ODD)])
    assert collect(database, unused, DAY + UNUSED_MS) == 0
    with database.writing() as connection:
        connection.execute(delete(head))
    assert collect(database, unused, DAY + UNUSED_MS + 1) == 0
    assert ODD in contents(database)


def test_layouts_of_chunks_stay(database: Database, host_id: int) -> None:
    record(database, steady(host_id, range(DAY, DAY + 8 * HOUR, 10 * MINUTE)))
    keep_up(database, DAY + 9 * HOUR)
    record(database, [reading(host_id, DAY + 30 * HOUR, 5.0, layout=LAST)])
    unused = UnusedLayouts()
    for day in range(1, 5):
        collect(database, unused, DAY + day * UNUSED_MS)
    with database.reading() as connection:
        used = set(connection.scalars(select(chunks.c.layout_id)))
        assert used <= set(connection.scalars(select(layouts.c.id)))
    with database.writing() as connection:
        connection.execute(delete(chunks))
        connection.execute(delete(head).where(head.c.ts < DAY + 30 * HOUR))
    for day in range(6, 9):
        collect(database, unused, DAY + day * UNUSED_MS)
    assert contents(database) == {LAST}


def test_the_latest_layout_stays_or_its_id_would_come_again(database: Database, host_id: int) -> None:
    record(database, [reading(host_id, DAY, 5.0, layout=LAST)])
    with database.writing() as connection:
        connection.execute(delete(head))
    unused = UnusedLayouts()
    for day in range(5):
        assert collect(database, unused, DAY + day * UNUSED_MS) == 0
