"""Gives room back that deleted rows have left, in a database of either kind."""

from dataclasses import dataclass
from pathlib import Path

from storage.care.progress import OnStep, Step
from storage.care.sizes import size_on_disk, table_sizes
from storage.care.sqlite_vacuum import vacuum_file
from storage.care.translated import translated
from storage.database import open_database
from storage.database_url import database_place
from storage.engines.postgresql_url import PostgresqlUrl
from storage.engines.sqlite_backend import file_identity
from storage.poller_lock import PollerLock
from storage.schema import metadata


@dataclass(frozen=True, slots=True)
class Vacuumed:
    """Bytes on disk before and after."""

    before: int
    after: int


def vacuum_database(url: str, on_step: OnStep) -> Vacuumed:
    """Gives a file's room back to the disk; on a server, marks it as free for what comes, and renews the statistics.

    Raises:
        PollerRunningError: a poller writes to the file.
        DatabaseFullError: there is too little room to build the file anew; nothing was begun.
        DatabaseUnavailableError: it cannot be opened, or is locked.
    """
    place = database_place(url)
    if isinstance(place, PostgresqlUrl):
        return _vacuum_server(url, place, on_step)
    file_identity(place)
    with PollerLock(url), translated(place):
        # Refuses a file that is no database of ours.
        open_database(url).close()
        before = size_on_disk(place)
        vacuum_file(place, on_step)
        return Vacuumed(before, size_on_disk(Path(place)))


def _vacuum_server(url: str, place: PostgresqlUrl, on_step: OnStep) -> Vacuumed:
    import psycopg  # noqa: PLC0415 - for PostgreSQL alone
    from psycopg import sql  # noqa: PLC0415

    from storage.engines.postgresql import connect  # noqa: PLC0415
    from storage.engines.postgresql_errors import translate_error  # noqa: PLC0415

    database = open_database(url)
    try:
        with database.reading() as reading:
            before = sum(table_sizes(reading).values())
        tables = metadata.sorted_tables
        try:
            # VACUUM runs in no transaction.
            with connect(place, autocommit=True) as connection:
                for done, table in enumerate(tables):
                    on_step(Step(table.name, done, len(tables)))
                    connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table.name)))
        except psycopg.Error as error:
            raise translate_error(error, place) or error from error
        with database.reading() as reading:
            return Vacuumed(before, sum(table_sizes(reading).values()))
    finally:
        database.close()
