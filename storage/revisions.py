"""Which schema a database has, and what that means for this program. Imports no Alembic: readers need none of it."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import Connection, column, inspect, select, table

from storage.errors import DatabaseNewerError, DatabaseOutdatedError, DatabaseUnavailableError, WatchpostError

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every revision in order, the newest last."""

_VERSION_TABLE = "alembic_version"


class SchemaState(StrEnum):
    """How a database's tables relate to this program."""

    EMPTY = "empty"
    CURRENT = "current"
    OUTDATED = "outdated"
    NEWER = "newer"
    FOREIGN = "foreign"
    """The tables are another program's."""


def schema_state(tables: Collection[str], revision: str | None) -> SchemaState:
    """Judges a database by its tables and its revision mark."""
    if revision is None:
        return SchemaState.FOREIGN if set(tables) - {_VERSION_TABLE} else SchemaState.EMPTY
    if revision == REVISIONS[-1]:
        return SchemaState.CURRENT
    return SchemaState.OUTDATED if revision in REVISIONS else SchemaState.NEWER


def read_schema(connection: Connection) -> tuple[SchemaState, str | None]:
    """The state of a database and its revision, None where it has none."""
    tables = inspect(connection).get_table_names()
    revision = None
    if _VERSION_TABLE in tables:
        revision = connection.execute(select(table(_VERSION_TABLE, column("version_num")))).scalar()
    return schema_state(tables, revision), revision


def refusal(state: SchemaState, revision: str | None, where: str) -> WatchpostError | None:
    """Why a database of this state must not be read; None for a current one."""
    match state:
        case SchemaState.CURRENT:
            return None
        case SchemaState.NEWER:
            return DatabaseNewerError(
                f"The database {where} has schema {revision}; this Watchpost knows them up to {REVISIONS[-1]}.",
                hint="A newer Watchpost has upgraded it: run that one, or put back the backup that it made beside it.",
            )
        case SchemaState.OUTDATED:
            return DatabaseOutdatedError(
                f"The database {where} has schema {revision}; this Watchpost reads {REVISIONS[-1]}.",
                hint="Stop the poller, then run `watchpost db upgrade`; it makes a backup first.",
            )
        case SchemaState.FOREIGN:
            return DatabaseUnavailableError(
                f"{where} is a database of another program.", hint="Name another file; this one is left as it is."
            )
        case SchemaState.EMPTY:
            return DatabaseUnavailableError(
                f"The database {where} has no tables yet.", hint="Start the poller once: it makes them."
            )
