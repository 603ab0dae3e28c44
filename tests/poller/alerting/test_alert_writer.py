"""Changes of alerts on their way into the database."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from poller.alerting.alert_writer import AlertWriter
from storage.alerting.alert_change import AlertChange
from storage.alerting.alert_rows import AlertQuery, find_alerts
from storage.database import Database, open_database
from storage.database_url import database_path
from storage.errors import DatabaseUnavailableError
from storage.leases.fence import Fence
from tests.eventually import eventually
from tests.real_postgresql import RealPostgresql
from tests.storage.alerting.test_alert_rows import FIRED, RESOLVED, WORSE, change


@contextmanager
def writing(database: Database, fence: Fence | None = None, *, kept: int = 1000) -> Iterator[AlertWriter]:
    writer = AlertWriter(database, fence, kept=kept)
    writer.start()
    yield writer
    writer.stop(20.0)


def hosts(database: Database) -> list[int]:
    with database.reading() as connection:
        return sorted(row.host_id for row in find_alerts(connection, AlertQuery()))


@contextmanager
def held_by_another(database_url: str) -> Iterator[None]:
    with closing(sqlite3.connect(database_path(database_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def impatient(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Gives up waiting for a lock after 50 ms."""
    monkeypatch.setattr("storage.sqlite.BUSY_TIMEOUT_S", 0.05)
    opened = open_database(database_url)
    yield opened
    opened.close()


def test_what_is_handed_over_is_written_in_its_order(database: Database) -> None:
    with writing(database) as writer:
        writer.put([FIRED])
        writer.put([WORSE, RESOLVED])
        assert writer.flush(20.0)
        assert writer.pending == 0
    with database.reading() as connection:
        (row,) = find_alerts(connection, AlertQuery())
    assert (row.severity, row.resolved_at) == ("critical", RESOLVED.ts)
    assert abs(row.changed_at / 1000 - time.time()) < 120


def test_while_the_database_is_away_changes_wait_which_is_told_once(impatient: Database, database_url: str) -> None:
    with capture_logs() as logs, writing(impatient) as writer:
        with held_by_another(database_url):
            writer.put([change(host_id=1)])
            eventually(lambda: [log for log in logs if log["event"] == "alerts_wait"])
            writer.put([change(host_id=2)])
            assert not writer.flush(0.3)
        assert writer.flush(20.0)
        eventually(lambda: logs[-1]["event"] == "alerts_written_again")
    assert [log["event"] for log in logs] == ["alerts_wait", "alerts_written_again"]
    assert hosts(impatient) == [1, 2]


def test_a_server_that_was_down_gets_all_of_it(
    postgresql_server: RealPostgresql, postgresql_database: Database
) -> None:
    with writing(postgresql_database) as writer:
        writer.put([FIRED])
        assert writer.flush(20.0)
        with postgresql_server.down():
            writer.put([WORSE])
            assert not writer.flush(0.5)
        assert writer.flush(60.0)
    with postgresql_database.reading() as connection:
        assert [row.severity for row in find_alerts(connection, AlertQuery())] == ["critical"]


def test_of_more_than_there_is_room_for_the_newest_are_kept_and_the_rest_counted(
    impatient: Database, database_url: str
) -> None:
    with capture_logs() as logs, writing(impatient, kept=3) as writer:
        with held_by_another(database_url):
            writer.put([change(host_id=host_id) for host_id in range(5)])
            assert (writer.pending, writer.lost) == (3, 2)
        assert writer.flush(20.0)
    assert hosts(impatient) == [2, 3, 4]
    assert [log["count"] for log in logs if log["event"] == "alert_changes_lost"] == [2]


def test_what_the_database_will_never_take_keeps_no_other_from_being_written(database: Database) -> None:
    spoilt = change(host_id=2, explanation={"code": object()})
    with capture_logs() as logs, writing(database) as writer:
        writer.put([change(host_id=1), spoilt, change(host_id=3)])
        assert writer.flush(20.0)
        assert writer.lost == 1
    assert hosts(database) == [1, 3]
    assert [log["count"] for log in logs if log["event"] == "alert_changes_lost"] == [1]


def test_where_the_database_stays_away_the_end_does_not_wait_for_ever(impatient: Database, database_url: str) -> None:
    writer = AlertWriter(impatient)
    writer.start()
    with held_by_another(database_url):
        writer.put([FIRED])
        assert not writer.stop(0.3)
        eventually(lambda: not writer._thread.is_alive())
    assert hosts(impatient) == []


def test_one_that_was_never_begun_can_be_ended(database: Database) -> None:
    assert AlertWriter(database).stop(1.0)


class _Fence(Fence):
    """Lets through what a test says."""

    def __init__(self, judge: Callable[[AlertChange], bool]) -> None:
        super().__init__(lambda: None)
        self.judge = judge

    def admitted_changes(self, connection: Connection, changes: Sequence[AlertChange]) -> Sequence[AlertChange]:
        assert connection.in_transaction()
        return [its for its in changes if self.judge(its)]


def test_what_another_poller_is_to_write_is_left_out(database: Database) -> None:
    with writing(database, _Fence(lambda its: its.host_id != 2)) as writer:
        writer.put([change(host_id=host_id) for host_id in (1, 2, 3)])
        assert writer.flush(20.0)
    assert hosts(database) == [1, 3]


def test_a_poller_that_is_not_registered_just_now_writes_later(database: Database) -> None:
    is_registered = False

    def judge(_: AlertChange) -> bool:
        if not is_registered:
            raise DatabaseUnavailableError("not yet")
        return True

    with writing(database, _Fence(judge)) as writer:
        writer.put([FIRED])
        assert not writer.flush(0.3)
        is_registered = True
        assert writer.flush(20.0)
    assert len(hosts(database)) == 1
