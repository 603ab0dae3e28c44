"""The counters that ids come from: they must go on above every id that was ever given out."""

from collections.abc import Mapping

from sqlalchemy import BigInteger, Connection, Table, text

from storage.care.copy_rows import last_id
from storage.schema import metadata

COUNTED = tuple(
    table for table in metadata.sorted_tables if "id" in table.c and isinstance(table.c.id.type, BigInteger)
)
"""Tables whose ids the database gives."""


def read_counters(connection: Connection) -> dict[str, int]:
    """The largest id that was ever given out, by table, or that there is, where the database does not remember it."""
    reading = _sqlite_counter if connection.dialect.name == "sqlite" else _postgresql_counter
    return {table.name: max(reading(connection, table), last_id(connection, table)) for table in COUNTED}


def set_counters(connection: Connection, counters: Mapping[str, int]) -> None:
    """Has the next id of each table be above its counter."""
    setting = _set_sqlite_counter if connection.dialect.name == "sqlite" else _set_postgresql_counter
    for table in COUNTED:
        if counter := counters.get(table.name, 0):
            setting(connection, table, counter)


def _sqlite_counter(connection: Connection, table: Table) -> int:
    if not _remembers(table):
        return 0
    found = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    return int(found.scalar() or 0)


def _set_sqlite_counter(connection: Connection, table: Table, counter: int) -> None:
    if not _remembers(table):
        return
    values = {"name": table.name, "seq": counter}
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
    connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), values)


def _remembers(table: Table) -> bool:
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def _postgresql_counter(connection: Connection, table: Table) -> int:
    # Of a sequence that has given nothing out yet, this is NULL.
    found = connection.execute(
        text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id'))"), {"name": table.name}
    )
    return int(found.scalar() or 0)


def _set_postgresql_counter(connection: Connection, table: Table, counter: int) -> None:
    connection.execute(
        text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :counter)"), {"name": table.name, "counter": counter}
    )
