from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from storage.database import Database
from storage.host import NewHost
from storage.host_states import HostStatus, write_host_states
from storage.hosts import add_host, hosts_revision, list_hosts, remove_host
from storage.layout_rows import RENEW_MS
from storage.reason import HostState
from storage.retention import delete_older_than
from storage.schema import head, host_states, hosts, layouts, process_snapshots
from storage.scrape_rows import RowWriter, pack_scrape
from storage.series import Layout, SeriesKey
from tests.readings import LOAD, POSTGRES, scrape

NOON = 1_772_366_400_000


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.writing() as opened:
        yield opened


def register(connection: Connection, name: str) -> int:
    return add_host(connection, NewHost(name=name, address=name), NOON).id


def record(connection: Connection, host_id: int, *ts: int, layout: Layout = LOAD) -> None:
    scrapes = [scrape(host_id, each, layout=layout, processes=(POSTGRES,)) for each in ts]
    RowWriter().write(connection, [pack_scrape(each) for each in scrapes], [])


def moments(connection: Connection) -> list[int]:
    return list(connection.scalars(select(head.c.ts).order_by(head.c.ts)))


def names(connection: Connection) -> list[str]:
    return list(connection.scalars(select(hosts.c.name).order_by(hosts.c.name)))


def test_what_is_older_goes_and_the_rest_stays(connection: Connection) -> None:
    host_id = register(connection, "db1")
    record(connection, host_id, NOON - 1, NOON, NOON + 1)
    assert delete_older_than(connection, NOON, limit=100) == 2
    assert moments(connection) == [NOON, NOON + 1]
    assert connection.scalars(select(process_snapshots.c.ts)).all() == [NOON, NOON + 1]
    assert delete_older_than(connection, NOON, limit=100) == 0


def test_it_goes_in_chunks_the_oldest_first(connection: Connection) -> None:
    host_id = register(connection, "db1")
    record(connection, host_id, *(NOON + index for index in (4, 1, 3, 0, 2)))
    assert delete_older_than(connection, NOON + 5, limit=2) == 4
    assert moments(connection) == [NOON + 2, NOON + 3, NOON + 4]
    assert delete_older_than(connection, NOON + 5, limit=2) == 4
    assert delete_older_than(connection, NOON + 5, limit=2) == 2
    assert delete_older_than(connection, NOON + 5, limit=2) == 0
    assert moments(connection) == []


def test_layouts_go_with_the_last_row_that_used_them(connection: Connection) -> None:
    host_id = register(connection, "db1")
    old = Layout((SeriesKey("load1"), SeriesKey("load15")))
    record(connection, host_id, NOON, layout=old)
    record(connection, host_id, NOON + 10 * RENEW_MS)
    delete_older_than(connection, NOON + 9 * RENEW_MS, limit=1)
    assert len(connection.execute(select(layouts.c.id)).all()) == 2
    delete_older_than(connection, NOON + 9 * RENEW_MS, limit=100)
    contents = connection.scalars(select(layouts.c.content)).all()
    assert [Layout.parse(content) for content in contents] == [LOAD]


def test_every_row_that_is_left_still_has_its_layout(connection: Connection) -> None:
    host_id = register(connection, "db1")
    for hour in range(30):
        layout = Layout((SeriesKey("load1"), SeriesKey("load5", (("n", str(hour % 7)),))))
        record(connection, host_id, NOON + hour * RENEW_MS // 2, layout=layout)
        delete_older_than(connection, NOON + (hour - 8) * RENEW_MS // 2, limit=100)
        astray = select(head.c.id).where(head.c.layout_id.not_in(select(layouts.c.id)))
        assert connection.execute(astray).all() == []


def test_a_removed_host_stays_while_there_is_data_to_come_back_to(connection: Connection) -> None:
    host_id = register(connection, "db1")
    register(connection, "web")
    record(connection, host_id, NOON, NOON + 100)
    write_host_states(connection, [HostStatus(host_id, HostState.UP, None, "", NOON, None)])
    remove_host(connection, "db1", NOON + 10)
    remove_host(connection, "web", NOON + 200)
    delete_older_than(connection, NOON + 50, limit=100)
    assert names(connection) == ["db1", "web"]
    delete_older_than(connection, NOON + 150, limit=100)
    assert names(connection) == ["web"]
    assert connection.execute(select(host_states)).all() == []


def test_a_host_without_data_can_come_back_for_as_long_as_data_is_kept(connection: Connection) -> None:
    register(connection, "db1")
    register(connection, "web")
    remove_host(connection, "db1", NOON)
    register(connection, "mail")
    delete_older_than(connection, NOON, limit=100)
    assert names(connection) == ["db1", "mail", "web"]
    delete_older_than(connection, NOON + 1, limit=100)
    assert names(connection) == ["mail", "web"]


def test_no_revision_comes_twice_because_a_host_was_dropped(connection: Connection) -> None:
    register(connection, "db1")
    remove_host(connection, "db1", NOON)
    before = hosts_revision(connection)
    delete_older_than(connection, NOON + 1_000, limit=100)
    assert hosts_revision(connection) == before
    register(connection, "web")
    delete_older_than(connection, NOON + 1_000, limit=100)
    assert hosts_revision(connection) == before + 1
    assert [host.name for host in list_hosts(connection)] == names(connection) == ["web"]
