"""The tables for scripts, read as scripts do: by the plain driver of each database, without anything of ours."""

import sqlite3
from contextlib import closing

import psycopg
import pytest

from storage.database import Database
from storage.plain_sql import (
    Notification,
    SystemMetrics,
    delete_metrics_before,
    describe_metrics,
    store_missing_metrics,
    store_notification,
    store_system_metrics,
    stored_moments,
)
from storage.utc import iso_utc

NOON = 1_772_366_400_000
MINUTE = 60_000
READING = SystemMetrics(
    ts=NOON,
    hostname="db1",
    cpu_percent=12.5,
    memory_percent=48.0,
    disk_percent=71.0,
    load1=0.5,
    swap_percent=None,
)


def read(database: Database, query: str) -> list[tuple[object, ...]]:
    """As a script would."""
    if database.dialect == "postgresql":
        with psycopg.connect(database.url) as server:
            return server.execute(query).fetchall()
    with closing(sqlite3.connect(f"file:{database.url.removeprefix('sqlite:///')}?mode=ro", uri=True)) as file:
        return file.execute(query).fetchall()


def row(hostname: str, minute: int) -> SystemMetrics:
    return SystemMetrics(ts=NOON + minute * MINUTE, hostname=hostname, load1=1.0)


def test_any_sql_client_can_read_a_reading(database: Database) -> None:
    with database.writing() as connection:
        store_system_metrics(connection, READING)
    query = (
        "SELECT timestamp, hostname, cpu_percent, memory_percent, disk_percent, load1, swap_percent,"
        " substr(timestamp, 12, 2) FROM system_metrics"
    )
    assert read(database, query) == [("2026-03-01T12:00:00.000Z", "db1", 12.5, 48.0, 71.0, 0.5, None, "12")]


@pytest.mark.parametrize("all_at_once", [False, True], ids=["one", "many"])
def test_what_is_no_number_is_left_empty(database: Database, all_at_once: bool) -> None:
    reading = SystemMetrics(ts=NOON, hostname="db1", cpu_percent=float("nan"), load1=float("inf"))
    with database.writing() as connection:
        if all_at_once:
            store_missing_metrics(connection, [reading])
        else:
            store_system_metrics(connection, reading)
    assert read(database, "SELECT cpu_percent, load1 FROM system_metrics") == [(None, None)]


def test_any_sql_client_can_read_a_finding(database: Database) -> None:
    finding = Notification(
        title="db1: CPU", level="warning", message="CPU at 85 %, over 80 %", channel="console", sent_at=NOON
    )
    with database.writing() as connection:
        store_notification(connection, finding)
    assert read(database, "SELECT title, level, message, channel, sent_at FROM notifications") == [
        ("db1: CPU", "warning", "CPU at 85 %, over 80 %", "console", "2026-03-01T12:00:00.000Z")
    ]


def test_a_moment_that_no_calendar_has_is_a_value_error(database: Database) -> None:
    with database.writing() as connection, pytest.raises(ValueError, match=r".+"):
        store_system_metrics(connection, SystemMetrics(ts=10**30, hostname="db1"))


def test_a_host_and_moment_is_added_only_once(database: Database) -> None:
    with database.writing() as connection:
        assert store_missing_metrics(connection, [READING, row("web", 0)]) == 2
        assert store_missing_metrics(connection, [row("db1", 0), row("db1", 1), row("web", 0)]) == 1
        assert store_missing_metrics(connection, []) == 0
    stored = read(database, "SELECT hostname, timestamp, load1 FROM system_metrics ORDER BY hostname, timestamp")
    assert stored == [
        ("db1", iso_utc(NOON), 0.5),
        ("db1", iso_utc(NOON + MINUTE), 1.0),
        ("web", iso_utc(NOON), 1.0),
    ]


@pytest.mark.parametrize(
    "name",
    ["o'brien; DROP TABLE hosts", '"', "%s :x ?", "=1+1", "이름 🚀", "x" * 255],
    ids=["quote", "double", "marks", "formula", "script", "long"],
)
def test_a_name_is_stored_as_it_is(database: Database, name: str) -> None:
    with database.writing() as connection:
        assert store_missing_metrics(connection, [row(name, 0)]) == 1
        assert store_missing_metrics(connection, [row(name, 0)]) == 0
    assert read(database, "SELECT hostname FROM system_metrics") == [(name,)]


def test_what_is_stored_is_told_between_two_moments(database: Database) -> None:
    with database.writing() as connection:
        store_missing_metrics(connection, [row("db1", minute) for minute in range(4)])
        assert stored_moments(connection, NOON + MINUTE, NOON + 2 * MINUTE) == {
            ("db1", iso_utc(NOON + MINUTE)),
            ("db1", iso_utc(NOON + 2 * MINUTE)),
        }


def test_the_oldest_are_deleted_first_and_only_so_many(database: Database) -> None:
    with database.writing() as connection:
        store_missing_metrics(connection, [row("db1", minute) for minute in range(5)])
        assert delete_metrics_before(connection, NOON + 4 * MINUTE, limit=3) == 3
        assert describe_metrics(connection) == (2, iso_utc(NOON + 3 * MINUTE), iso_utc(NOON + 4 * MINUTE))
        assert delete_metrics_before(connection, NOON + 4 * MINUTE, limit=3) == 1
        assert delete_metrics_before(connection, NOON + 4 * MINUTE, limit=3) == 0


def test_an_empty_table_has_no_oldest_row(database: Database) -> None:
    with database.reading() as connection:
        assert describe_metrics(connection) == (0, None, None)
