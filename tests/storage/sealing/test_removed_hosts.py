from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, insert, select

from storage.database import Database
from storage.host_states import HostStatus, write_host_states
from storage.hosts import hosts_revision, list_hosts, remove_host, restore_host
from storage.reason import HostState
from storage.schema import annotations, chunks, head, host_states, hosts, process_chunks, process_snapshots
from storage.scrape import Scrape
from storage.sealing.removed_hosts import RESTORABLE_MS
from storage.sealing.upkeep import Upkeep
from tests.readings import POSTGRES
from tests.storage.sealing.keeping import DAY, HOUR, MINUTE, keep_up, record, register, steady

TABLES = (head, chunks, process_snapshots, process_chunks)


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.scalars(select(hosts.c.name)))


def rows_of(connection: Connection, host_id: int) -> Iterator[int]:
    for table in TABLES:
        yield len(connection.execute(select(table.c.id).where(table.c.host_id == host_id)).all())


def remove(database: Database, name: str, at: int) -> None:
    with database.writing() as connection:
        remove_host(connection, name, at)


def live(database: Database, host_id: int) -> None:
    scrapes = steady(host_id, range(DAY, DAY + 8 * HOUR, 2 * MINUTE))
    record(database, scrapes)
    tables = [Scrape(host_id=host_id, ts=one.ts, session_at=0, vectors=(), processes=(POSTGRES,)) for one in scrapes]
    record(database, tables)
    keep_up(database, DAY + 8 * HOUR)


def test_a_removed_host_can_come_back_with_its_history_for_a_day(database: Database) -> None:
    host_id = register(database, "db1")
    register(database, "web")
    live(database, host_id)
    remove(database, "db1", DAY + 8 * HOUR)
    keep_up(database, DAY + 8 * HOUR + RESTORABLE_MS - HOUR)
    with database.writing() as connection:
        restore_host(connection, "db1")
        assert min(rows_of(connection, host_id)) > 0


def test_after_a_day_it_is_forgotten_with_all_it_had(database: Database) -> None:
    host_id, other = register(database, "db1"), register(database, "web")
    live(database, host_id)
    live(database, other)
    with database.writing() as connection:
        write_host_states(connection, [HostStatus(host_id, HostState.UP, None, "", DAY, None)])
    remove(database, "db1", DAY + 8 * HOUR)
    register(database, "mail")
    upkeep = Upkeep(database)
    keep_up(database, DAY + 8 * HOUR + RESTORABLE_MS + 2 * HOUR, upkeep)
    assert names(database) == ["mail", "web"]
    with database.reading() as connection:
        assert list(rows_of(connection, host_id)) == [0, 0, 0, 0]
        assert list(rows_of(connection, other))[1] > 0
        assert connection.execute(select(host_states)).all() == []


def test_no_revision_comes_twice_because_a_host_was_forgotten(database: Database) -> None:
    register(database, "db1")
    remove(database, "db1", DAY)
    with database.reading() as connection:
        before = hosts_revision(connection)
    keep_up(database, DAY + 2 * RESTORABLE_MS)
    with database.reading() as connection:
        assert hosts_revision(connection) == before
    register(database, "web")
    keep_up(database, DAY + 3 * RESTORABLE_MS)
    with database.reading() as connection:
        assert hosts_revision(connection) == before + 1
        assert [host.name for host in list_hosts(connection)] == ["web"]
    assert names(database) == ["web"]


@pytest.mark.parametrize(
    ("host_ids", "groups", "left"),
    [
        ([1], [], None),
        ([1, 2], [], [2]),
        ([2], [], [2]),
        ([1], ["web"], []),
        ([], [], []),
    ],
    ids=["about it alone", "about another too", "about another", "about a group too", "about everything"],
)
def test_annotations_forget_it_and_none_comes_to_be_about_everything(
    database: Database, host_ids: list[int], groups: list[str], left: list[int] | None
) -> None:
    for name in ("db1", "web", "mail"):
        register(database, name)
    with database.writing() as connection:
        said = {"text": "moved", "start_ts": DAY, "end_ts": DAY, "created_at": DAY}
        connection.execute(insert(annotations).values(host_ids=host_ids, groups=groups, **said))
        remove_host(connection, "db1", DAY)
        remove_host(connection, "mail", DAY)
    keep_up(database, DAY + 2 * RESTORABLE_MS)
    with database.reading() as connection:
        assert connection.scalars(select(annotations.c.host_ids)).all() == ([] if left is None else [left])
