"""One database of PostgreSQL for many tests, emptied before each: to make one for each takes half a second."""

from collections.abc import Iterator
from contextlib import contextmanager

from storage.database import Database, open_database
from storage.schema import metadata
from tests.real_postgresql import RealPostgresql

_EMPTY = f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)} RESTART IDENTITY CASCADE"


@contextmanager
def reused_database(server: RealPostgresql) -> Iterator[Database]:
    """A database of the current schema, for a fixture of a whole file."""
    with server.new_database() as url:
        database = open_database(url)
        try:
            yield database
        finally:
            database.close()


def emptied(database: Database) -> Database:
    """The same one without a row."""
    with database.writing() as connection:
        connection.exec_driver_sql(_EMPTY)
    return database
