"""What there is to say about a database at a glance: where it is, of which kind, how large."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, func, select

from storage.care.sizes import DiskSize, disk_size
from storage.database import Database
from storage.engines.backend import Dialect
from storage.revisions import read_schema
from storage.schema import hosts, notifications, system_metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """About a database.

    Attributes:
        url: where it is, without a password.
        dialect: of which kind.
        engine_version: of SQLite or of the server.
        revision: of its schema.
        size: on disk.
        hosts: how many are registered.
    """

    url: str
    dialect: Dialect
    engine_version: str
    revision: str
    size: DiskSize
    hosts: int


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table for scripts with plain SQL. Times are UTC milliseconds, None where there are no rows."""

    name: str
    rows: int
    first_ts: int | None
    last_ts: int | None


def describe_database(database: Database) -> DatabaseFacts:
    """Reads next to nothing, however large the database is. Raises DatabaseUnavailableError."""
    with database.reading() as connection:
        return DatabaseFacts(
            url=database.url,
            dialect=database.dialect,
            engine_version=_engine_version(connection),
            revision=read_schema(connection)[1] or "",
            size=disk_size(connection, database.url),
            hosts=connection.execute(
                select(func.count()).select_from(hosts).where(hosts.c.removed_at.is_(None))
            ).scalar_one(),
        )


def read_plain_tables(connection: Connection) -> list[PlainTable]:
    """What is in the tables for plain SQL."""
    return [
        _plain_table(connection, system_metrics.c.timestamp),
        _plain_table(connection, notifications.c.sent_at),
    ]


def _engine_version(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return str(connection.exec_driver_sql("SELECT sqlite_version()").scalar_one())
    return str(connection.exec_driver_sql("SHOW server_version").scalar_one())


def _plain_table(connection: Connection, moment: Column[str]) -> PlainTable:
    table = moment.table
    rows, first, last = connection.execute(select(func.count(), func.min(moment), func.max(moment))).one()
    return PlainTable(table.name, rows, _ms(first), _ms(last))


def _ms(moment: str | None) -> int | None:
    """A script may have written anything there."""
    try:
        return None if moment is None else round(datetime.fromisoformat(moment).timestamp() * 1000)
    except ValueError:
        return None
