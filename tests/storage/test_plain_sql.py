import sqlite3
from contextlib import closing

import pytest

from storage.database import Database
from storage.plain_sql import Notification, SystemMetrics, store_notification, store_system_metrics

NOON = 1_772_366_400_000


def read(database: Database, query: str) -> list[tuple[object, ...]]:
    """As a script would, without anything of ours."""
    with closing(sqlite3.connect(database.url.removeprefix("sqlite:///"))) as connection:
        return connection.execute(query).fetchall()


def test_any_sql_client_can_read_a_reading(database: Database) -> None:
    reading = SystemMetrics(
        ts=NOON,
        hostname="db1",
        cpu_percent=12.5,
        memory_percent=48.0,
        disk_percent=71.0,
        load1=0.5,
        swap_percent=None,
    )
    with database.writing() as connection:
        store_system_metrics(connection, reading)
    query = (
        "SELECT timestamp, hostname, cpu_percent, memory_percent, disk_percent, load1, swap_percent,"
        " strftime('%H', timestamp) FROM system_metrics"
    )
    assert read(database, query) == [("2026-03-01T12:00:00.000Z", "db1", 12.5, 48.0, 71.0, 0.5, None, "12")]


def test_what_is_no_number_is_left_empty(database: Database) -> None:
    with database.writing() as connection:
        reading = SystemMetrics(ts=NOON, hostname="db1", cpu_percent=float("nan"), load1=float("inf"))
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
