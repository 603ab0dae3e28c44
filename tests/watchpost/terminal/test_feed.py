"""The database as the live view reads it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alerts.thresholds import DEFAULTS
from fleet.reading import Health
from storage.database import Database
from storage.hosts import remove_host
from storage.settings import write_setting
from tests.fleet.sample_fleet import Machine, record, register
from tests.watchpost.host_views import PROCESSES
from watchpost.terminal.feed import Feed

NOW_MS = 1_790_000_000_000


@pytest.fixture
def feed(database_url: str) -> Iterator[Feed]:
    feed = Feed(database_url, thresholds=DEFAULTS, time_zone=None)
    yield feed
    feed.close()


def fill(database: Database, *names: str) -> dict[str, int]:
    hosts = register(database, names, now_ms=NOW_MS)
    for name, host in hosts.items():
        machine = Machine(name=name, cpu=30, processes=PROCESSES)
        record(database, machine, host, start=NOW_MS - 120_000, end=NOW_MS)
    return {name: host.id for name, host in hosts.items()}


def test_a_look_brings_hosts_curves_and_the_poller(feed: Feed, database: Database) -> None:
    ids = fill(database, "a", "b")
    look = feed.look(NOW_MS + 1000)
    assert look.failure is None
    assert look.loaded
    assert [reading.name for reading in look.readings] == ["a", "b"]
    assert {reading.health for reading in look.readings} == {Health.OK}
    assert look.cpu[ids["a"]].values == pytest.approx(30)
    assert len(look.cpu[ids["a"]].ts) >= 20
    assert look.poller is not None
    assert look.pollers == [look.poller]
    assert look.host is None


def test_the_host_in_focus_comes_with_its_processes_and_its_last_hour(feed: Feed, database: Database) -> None:
    ids = fill(database, "a", "b")
    look = feed.look(NOW_MS, ids["b"])
    assert look.host is not None
    assert look.host.reading.name == "b"
    assert look.host.processes == PROCESSES
    assert look.host.history.cpu.values == pytest.approx(30)
    assert look.host.inventory is not None


def test_curves_go_on_with_every_look(feed: Feed, database: Database) -> None:
    host = register(database, ["a"], now_ms=NOW_MS)["a"]
    record(database, Machine(name="a", cpu=30), host, start=NOW_MS - 120_000, end=NOW_MS)
    before = feed.look(NOW_MS).cpu[host.id]
    record(database, Machine(name="a", cpu=60), host, start=NOW_MS + 1, end=NOW_MS + 10_001)
    after = feed.look(NOW_MS + 10_001).cpu[host.id]
    assert len(after.ts) == len(before.ts) + 1
    assert after.values[-1] == pytest.approx(60)


def test_a_missing_database_is_a_message_and_its_arrival_is_noticed(tmp_path: Path, prepared_file: Path) -> None:
    path = tmp_path / "later.db"
    feed = Feed(f"sqlite:///{path}", thresholds=DEFAULTS, time_zone=None)
    look = feed.look(NOW_MS)
    assert look.failure is not None
    assert "no database" in look.failure.message
    assert not look.loaded
    assert look.readings == []
    shutil.copy(prepared_file, path)
    look = feed.look(NOW_MS)
    assert look.failure is None
    assert look.loaded
    feed.close()


def test_a_database_that_goes_away_leaves_what_was_read_last_and_it_ages(feed: Feed, database: Database) -> None:
    fill(database, "a")
    feed.look(NOW_MS)
    path = Path(database.url.removeprefix("sqlite:///"))
    path.rename(path.with_suffix(".away"))
    look = feed.look(NOW_MS + 60_000)
    assert look.failure is not None
    assert look.loaded
    assert [reading.name for reading in look.readings] == ["a"]
    assert not look.readings[0].current
    assert look.poller is None
    path.with_suffix(".away").rename(path)
    assert feed.look(NOW_MS + 1000).failure is None


def test_a_database_of_a_newer_version_is_a_message(feed: Feed, database: Database) -> None:
    path = database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
    look = feed.look(NOW_MS)
    assert look.failure is not None
    assert look.failure.kind == "database_newer"


def test_a_database_that_is_replaced_by_a_newer_one_is_told_apart_from_a_failing_one(
    feed: Feed, database: Database
) -> None:
    assert feed.look(NOW_MS).failure is None
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
        connection.execute("ALTER TABLE host_states RENAME TO machine_states")
    assert feed.look(NOW_MS).failure is not None
    look = feed.look(NOW_MS)
    assert look.failure is not None
    assert look.failure.kind == "database_newer"


def test_a_locked_database_is_a_message(feed: Feed, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.sqlite.BUSY_TIMEOUT_S", 0.05)
    path = database.url.removeprefix("sqlite:///")
    database.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        look = feed.look(NOW_MS)
        assert look.failure is not None
        assert "locked" in look.failure.message
        connection.execute("ROLLBACK")
        connection.execute("PRAGMA journal_mode=WAL")
    assert feed.look(NOW_MS).failure is None


def test_a_host_that_was_removed_is_no_longer_in_focus(feed: Feed, database: Database) -> None:
    ids = fill(database, "a")
    assert feed.look(NOW_MS, ids["a"]).host is not None
    with database.writing() as connection:
        remove_host(connection, "a", NOW_MS)
    look = feed.look(NOW_MS, ids["a"])
    assert look.host is None
    assert look.readings == []
    assert look.cpu == {}


def test_the_time_zone_of_the_database_counts_where_none_was_chosen(feed: Feed, database: Database) -> None:
    with database.writing() as connection:
        write_setting(connection, "time_zone", "Asia/Seoul")
    assert feed.look(NOW_MS).time_zone == ZoneInfo("Asia/Seoul")
    chosen = Feed(database.url, thresholds=DEFAULTS, time_zone=ZoneInfo("UTC"))
    assert chosen.look(NOW_MS).time_zone == ZoneInfo("UTC")
    chosen.close()
