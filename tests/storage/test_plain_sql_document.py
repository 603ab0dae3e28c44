"""Every statement of docs/plain-sql.md does what the page says, on the databases that it is for."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from storage.database import Database
from storage.plain_sql import Notification, SystemMetrics, store_notification, store_system_metrics
from storage.schema import notifications, system_metrics
from storage.utc import now_ms

DOCUMENT = (Path(__file__).parents[2] / "docs" / "plain-sql.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"^    (SELECT[^;]*;)", DOCUMENT, re.MULTILINE)
MINUTE = 60_000


def select(database: Database, statement: str) -> list[tuple[object, ...]]:
    if database.dialect == "postgresql":
        with psycopg.connect(database.url) as server:
            return server.execute(statement).fetchall()
    with closing(sqlite3.connect(f"file:{database.url.removeprefix('sqlite:///')}?mode=ro", uri=True)) as file:
        return file.execute(statement).fetchall()


def is_for(statement: str, dialect: str) -> bool:
    words = {"sqlite": "strftime", "postgresql": "to_char"}
    return all(word not in statement for other, word in words.items() if other != dialect)


@pytest.fixture
def filled(database: Database) -> Database:
    minute = now_ms() // MINUTE * MINUTE - 2 * MINUTE
    with database.writing() as connection:
        for hostname, cpu in (("db1", 95.0), ("web", 10.0)):
            for age in range(3):
                row = SystemMetrics(ts=minute - age * MINUTE, hostname=hostname, cpu_percent=cpu, disk_percent=cpu)
                store_system_metrics(connection, row)
        told = Notification(title="db1: CPU", level="critical", message="", channel="console", sent_at=minute + 5_000)
        store_notification(connection, told)
    return database


def test_the_page_has_statements_for_each_database() -> None:
    assert len(STATEMENTS) == 6


@pytest.mark.parametrize("statement", STATEMENTS, ids=[f"statement{place}" for place in range(len(STATEMENTS))])
def test_every_statement_finds_something(filled: Database, statement: str) -> None:
    if is_for(statement, filled.dialect):
        assert select(filled, statement)


def test_hosts_that_are_busy_are_found_and_no_others(filled: Database) -> None:
    (statement,) = [each for each in STATEMENTS[:2] if is_for(each, filled.dialect)]
    assert select(filled, statement) == [("db1", 3, 95.0)]


def test_the_fullest_disk_comes_first(filled: Database) -> None:
    (statement,) = [each for each in STATEMENTS if "max(n.timestamp)" in each]
    assert [found[:2] for found in select(filled, statement)] == [("db1", 95.0), ("web", 10.0)]


def test_what_was_told_stands_beside_what_the_host_was_doing(filled: Database) -> None:
    (statement,) = [each for each in STATEMENTS if "JOIN" in each]
    assert [found[2:4] for found in select(filled, statement)] == [("db1: CPU", 95.0)]


@pytest.mark.parametrize("table", [system_metrics, notifications], ids=str)
def test_every_column_is_on_the_page(table: object) -> None:
    section = DOCUMENT.split(f"## `{table}`")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(table.c.keys())  # type: ignore[attr-defined]


def test_the_role_may_read_the_two_tables_and_nothing_else(postgresql_database: Database) -> None:
    grants = re.search(r"^    CREATE ROLE.*?30s';$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert grants
    with psycopg.connect(postgresql_database.url) as server:
        name = server.execute("SELECT current_database()").fetchone()
        assert name
        script = grants[0].replace("ON DATABASE watchpost", f'ON DATABASE "{name[0]}"').replace("reports", name[0])
        try:
            server.execute(script)
            server.execute(f'SET ROLE "{name[0]}"')
            assert server.execute("SELECT count(*) FROM system_metrics").fetchone() == (0,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.execute("SELECT count(*) FROM hosts")
        finally:
            server.rollback()
