"""What `status --store` leaves in the database."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from alerts.thresholds import Finding, Severity
from fleet.reading import Health
from storage.database import Database
from storage.database_url import database_path
from storage.latest import read_latest
from tests.fleet.made_up import NOW_MS, reading, stale
from tests.fleet.sample_fleet import Machine, register, scrapes
from watchpost.status_reading import Report, Source
from watchpost.status_store import store_reports


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    path: Path = database_path(database.url)
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_a_reading_is_a_row_for_any_sql_client(database: Database) -> None:
    store_reports(database, [Report(reading=reading("web-1"), source=Source.DATABASE)], NOW_MS)
    query = (
        "SELECT timestamp, hostname, cpu_percent, memory_percent, disk_percent, load1, swap_percent FROM system_metrics"
    )
    assert rows(database, query) == [("2026-09-21T14:13:18.000Z", "web-1", 34.0, 52.0, 48.0, 0.42, None)]


def test_a_finding_is_a_notification(database: Database) -> None:
    finding = Finding("filesystem_used_percent", Severity.CRITICAL, 96.0, 90.0, "/srv")
    found = replace(reading("nas", Health.CRITICAL), findings=(finding,))
    store_reports(database, [Report(reading=found, source=Source.DATABASE)], NOW_MS)
    ((title, level, message, channel, sent_at),) = rows(
        database, "SELECT title, level, message, channel, sent_at FROM notifications"
    )
    assert (title, level, channel) == ("nas: Disk /srv 96%, over 90%", "critical", "console")
    assert "du -xh /srv" in str(message)
    assert sent_at == "2026-09-21T14:13:20.000Z"


def test_a_host_that_could_not_be_read_leaves_no_row(database: Database) -> None:
    store_reports(database, [Report(reading=stale("gw"), source=Source.ONE_SHOT)], NOW_MS)
    assert rows(database, "SELECT * FROM system_metrics") == []


def test_the_scrapes_of_a_registered_host_are_stored_as_the_pollers(database: Database) -> None:
    host = register(database, ["web-1"], now_ms=NOW_MS)["web-1"]
    taken = tuple(scrapes(Machine(name="web-1"), host.id, start=NOW_MS - 1000, end=NOW_MS, step_ms=1000))
    read = replace(reading("web-1"), host_id=host.id)
    store_reports(database, [Report(reading=read, source=Source.ONE_SHOT, scrapes=taken)], NOW_MS)
    with database.reading() as connection:
        latest = read_latest(connection, since=0)
    assert latest[host.id].ts == NOW_MS


def test_the_scrapes_of_a_host_that_is_not_registered_have_no_place(database: Database) -> None:
    taken = tuple(scrapes(Machine(name="x"), 0, start=NOW_MS - 1000, end=NOW_MS, step_ms=1000))
    read = replace(reading("x"), host_id=None)
    store_reports(database, [Report(reading=read, source=Source.ONE_SHOT, scrapes=taken)], NOW_MS)
    assert rows(database, "SELECT count(*) FROM head") == [(0,)]
    assert rows(database, "SELECT hostname FROM system_metrics") == [("x",)]
