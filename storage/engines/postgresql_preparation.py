"""Makes a database of PostgreSQL fit for use: an empty one gets its tables, an outdated one is upgraded on request."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, false

from storage.engines.postgresql import LOCK_CLASS, migration_engine
from storage.engines.postgresql_url import PostgresqlUrl
from storage.engines.preparation import Preparation
from storage.errors import DatabaseUnavailableError
from storage.revisions import SchemaState, read_schema, refusal
from storage.schema import settings

_MAKERS_LOCK = 3
OLDEST_VERSION = 130_000
"""PostgreSQL 13, as libpq counts: the first that vacuums a table which is only ever filled."""


def prepare_server(url: PostgresqlUrl) -> Preparation:
    """Makes the tables of an empty database; everything but that and a current one is refused. Errors are the driver's.

    An outdated one is not upgraded on the way, as a file is: others read it too, and nobody has made a backup.
    """
    with _looked_at(url) as (engine, state, revision):
        is_made = state is SchemaState.EMPTY and _make(engine)
        if state is not SchemaState.EMPTY and (error := refusal(state, revision, url.label, is_file=False)):
            raise error
        with engine.begin() as connection:
            connection.execute(settings.delete().where(false()))
    return Preparation(is_made)


def upgrade_server(url: PostgresqlUrl) -> Preparation:
    """Upgrades an outdated database in one transaction. Errors are the driver's."""
    with _looked_at(url) as (engine, state, revision):
        if state in {SchemaState.EMPTY, SchemaState.OUTDATED}:
            _upgrade(engine)
        elif error := refusal(state, revision, url.label, is_file=False):
            raise error
    return Preparation(state is SchemaState.EMPTY, revision if state is SchemaState.OUTDATED else None)


def refuse_unfit_server(connection: Connection, label: str) -> None:
    """Raises DatabaseUnavailableError for a server that is too old and for a database that cannot hold every text."""
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if version < OLDEST_VERSION:
        raise DatabaseUnavailableError(
            f"The server of the database {label} is PostgreSQL {version // 10_000}.",
            hint=f"Watchpost needs PostgreSQL {OLDEST_VERSION // 10_000} or later.",
        )
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise DatabaseUnavailableError(
            f"The database {label} keeps texts as {encoding}.",
            hint="Create one for Watchpost: createdb --encoding=UTF8 --template=template0 NAME",
        )


@contextmanager
def _looked_at(url: PostgresqlUrl) -> Iterator[tuple[Engine, SchemaState, str | None]]:
    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            refuse_unfit_server(connection, url.label)
            state, revision = read_schema(connection)
        yield engine, state, revision
    finally:
        engine.dispose()


def _make(engine: Engine) -> bool:
    """Makes the tables; of several pollers that start at once one does, and the others wait and find them there."""
    with engine.begin() as waiting:
        waiting.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_CLASS}, {_MAKERS_LOCK})")
        with engine.begin() as connection:
            if read_schema(connection)[0] is not SchemaState.EMPTY:
                return False
        _upgrade(engine)
    return True


def _upgrade(engine: Engine) -> None:
    from storage.migration import upgrade_schema  # noqa: PLC0415 - see storage.engines.sqlite_preparation

    upgrade_schema(engine)
