"""Databases kept from every released revision, as rows and as files."""

import gzip
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Integer, MetaData, inspect, select, text

from tests.storage.revisions.make import FOLDER

Rows = dict[str, list[dict[str, Any]]]

REVISIONS = sorted(file.name.split(".")[0] for file in FOLDER.glob("*.sql.gz"))


def restore(revision: str, path: Path) -> None:
    """Makes the file as that release left it."""
    script = gzip.decompress((FOLDER / f"{revision}.sql.gz").read_bytes()).decode()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def read_rows(engine: Engine) -> Rows:
    """Every row of every table but Alembic's own, by whatever columns the database has now."""
    with engine.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in found.sorted_tables
            if table.name != "alembic_version"
        }


def write_rows(engine: Engine, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Puts rows into a database of the same revision; ids go on behind them."""
    with engine.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        for table in found.sorted_tables:
            for row in rows.get(table.name, ()):
                connection.execute(table.insert().values(row))
            if "id" in table.c and isinstance(table.c.id.type, Integer) and rows.get(table.name):
                _set_counter(connection, table.name)


def lost(before: Rows, after: Rows) -> list[tuple[str, Any]]:
    """Values that `before` has and `after` has not, as table and what was there; columns may have come besides."""
    missing: list[tuple[str, Any]] = []
    for table, rows in before.items():
        there = after.get(table)
        if there is None or len(there) != len(rows):
            missing.append((table, f"{len(rows)} rows"))
            continue
        for old, new in zip(rows, there, strict=True):
            if {name: _plain(value) for name, value in old.items()} != {name: _plain(new.get(name)) for name in old}:
                missing.append((table, old))
    return missing


def tables_of(engine: Engine) -> set[str]:
    """Names of the tables that there are."""
    with engine.begin() as connection:
        return set(inspect(connection).get_table_names())


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def _set_counter(connection: Connection, table: str) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608
        )
