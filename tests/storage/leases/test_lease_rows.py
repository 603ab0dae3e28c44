from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from storage.database import Database
from storage.errors import DatabaseLockedError, DatabaseUnavailableError
from storage.leases.lease_rows import (
    KEPT_MS,
    acquire,
    cut_off,
    forget_ended,
    lease_mark,
    never_leased,
    open_leases,
    own_leases,
    read_holders,
    read_standing,
    release,
    take_over,
)
from storage.pollers import Run, heartbeat, register_poller
from storage.schema import host_leases
from storage.utc import now_ms

NOW = 1_772_366_400_000


@pytest.fixture
def database(shared_database: Database) -> Database:
    with shared_database.writing() as connection:
        for name in ("a", "b"):
            register_poller(connection, poller_id=name, name=name, machine="m", pid=1, version="1", now_ms=NOW)
    return shared_database


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.recording() as opened:
        yield opened


def test_what_nobody_holds_can_be_had(connection: Connection) -> None:
    assert acquire(connection, "a", [3, 1, 2]) == [1, 2, 3]
    assert open_leases(connection) == {1: "a", 2: "a", 3: "a"}
    assert read_holders(connection) == {1: "a", 2: "a", 3: "a"}
    assert acquire(connection, "a", []) == []


def test_a_host_that_somebody_has_held_is_told_from_one_that_nobody_ever_had(connection: Connection) -> None:
    acquire(connection, "a", [1, 2])
    release(connection, "a", [1])
    assert never_leased(connection, [1, 2, 3]) == {3}
    assert never_leased(connection, []) == set()


def test_whoever_comes_second_goes_without(connection: Connection) -> None:
    acquire(connection, "a", [1])
    assert acquire(connection, "b", [1, 2]) == [2]


def test_the_first_lease_of_a_host_begins_before_all_that_was_ever_read(connection: Connection) -> None:
    acquire(connection, "a", [1])
    assert own_leases(connection, "a") == [(1, 0, None)]


def test_leases_of_a_host_follow_each_other_without_a_gap(connection: Connection) -> None:
    before = now_ms()
    acquire(connection, "a", [1])
    release(connection, "a", [1])
    acquire(connection, "b", [1])
    ((_, since, ended),) = own_leases(connection, "a")
    assert ended is not None
    assert since == 0
    assert before - 1_000 <= ended <= now_ms() + 1_000
    assert own_leases(connection, "b") == [(1, ended, None)]


def test_what_another_holds_cannot_be_released(connection: Connection) -> None:
    acquire(connection, "a", [1])
    release(connection, "b", [1])
    assert open_leases(connection) == {1: "a"}


def test_the_mark_tells_of_every_change(connection: Connection) -> None:
    marks = [lease_mark(connection)]
    acquire(connection, "a", [1, 2])
    marks.append(lease_mark(connection))
    release(connection, "a", [1])
    marks.append(lease_mark(connection))
    take_over(connection, "b", "a", [2], last_heartbeat=NOW)
    marks.append(lease_mark(connection))
    assert len(set(marks)) == 4


def test_hosts_of_one_that_is_gone_are_taken_and_it_is_fenced_off(connection: Connection) -> None:
    acquire(connection, "a", [1, 2])
    before = read_standing(connection, "a")
    assert take_over(connection, "b", "a", [1, 5], last_heartbeat=NOW) == [1]
    assert open_leases(connection) == {1: "b", 2: "a"}
    after = read_standing(connection, "a")
    assert before is not None
    assert after is not None
    assert after.epoch == before.epoch + 1


def test_one_that_gave_a_sign_of_life_meanwhile_keeps_its_hosts(connection: Connection) -> None:
    acquire(connection, "a", [1])
    heartbeat(connection, Run("a", NOW, 1), NOW + 2_500, None)
    assert take_over(connection, "b", "a", [1], last_heartbeat=NOW) == []
    assert open_leases(connection) == {1: "a"}


def test_hosts_of_one_that_is_not_registered_can_be_taken(connection: Connection) -> None:
    acquire(connection, "x", [1])
    assert take_over(connection, "b", "x", [1], last_heartbeat=None) == [1]
    assert read_standing(connection, "x") is None


def test_a_transaction_that_writes_keeps_takers_waiting(database: Database) -> None:
    with database.recording() as writer:
        acquire(writer, "a", [1])
    with database.recording() as writer:
        read_standing(writer, "a")
        with pytest.raises(DatabaseLockedError), database.recording() as taker:  # noqa: PT012 - the wait is the point
            taker.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            take_over(taker, "b", "a", [1], last_heartbeat=NOW)
    with database.reading() as connection:
        assert open_leases(connection) == {1: "a"}


def test_a_transaction_of_one_that_is_gone_can_be_cut_off(database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError), database.recording() as frozen:  # noqa: PT012 - ends in the midst
        read_standing(frozen, "a")
        with database.recording() as taker:
            cut_off(taker, "a", last_heartbeat=NOW)
        with database.recording() as taker:
            assert take_over(taker, "b", "a", [], last_heartbeat=NOW) == []
        frozen.exec_driver_sql("SELECT 1")


def test_one_that_lives_is_not_cut_off(database: Database) -> None:
    with database.recording() as alive:
        read_standing(alive, "a")
        with database.recording() as taker:
            cut_off(taker, "a", last_heartbeat=NOW - 1)
            cut_off(taker, "b", last_heartbeat=NOW)
        assert alive.exec_driver_sql("SELECT 1").scalar() == 1


def test_heartbeats_do_not_wait_for_a_transaction_that_writes(database: Database) -> None:
    with database.recording() as writer:
        read_standing(writer, "a")
        with database.recording() as other:
            other.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
            assert heartbeat(other, Run("a", NOW, 1), NOW + 1, None)


def test_leases_that_ended_long_ago_are_forgotten(connection: Connection) -> None:
    acquire(connection, "a", [1, 2])
    release(connection, "a", [1])
    acquire(connection, "a", [1])
    connection.execute(
        host_leases.update().where(host_leases.c.until_at > 0).values(until_at=now_ms() - KEPT_MS - 9_999)
    )
    forget_ended(connection)
    assert sorted(connection.scalars(select(host_leases.c.host_id))) == [1, 2]
