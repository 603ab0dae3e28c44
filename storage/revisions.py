"""Which schema a database has, and what that means for this program. Imports no Alembic: readers need none of it."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import Connection, column, inspect, select, table

from storage.errors import DatabaseNewerError, DatabaseOutdatedError, DatabaseUnavailableError, WatchpostError

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every revision in order, the newest last."""

COPYING = "copying"
"""In the place of a revision while `watchpost db copy` fills a database: nobody must take a part for the whole."""
_VERSION_TABLE = "alembic_version"


class SchemaState(StrEnum):
    """How a database's tables relate to this program."""

    EMPTY = "empty"
    CURRENT = "current"
    OUTDATED = "outdated"
    NEWER = "newer"
    FOREIGN = "foreign"
    """The tables are another program's."""
    HALF_COPIED = "half_copied"


def schema_state(tables: Collection[str], revision: str | None) -> SchemaState:
    """Judges a database by its tables and its revision mark."""
    if revision is None:
        return SchemaState.FOREIGN if set(tables) - {_VERSION_TABLE} else SchemaState.EMPTY
    if revision == COPYING:
        return SchemaState.HALF_COPIED
    if revision == REVISIONS[-1]:
        return SchemaState.CURRENT
    if revision in REVISIONS:
        return SchemaState.OUTDATED
    # Other programs have migrations too; one of ours has hosts, however new it is.
    return SchemaState.NEWER if "hosts" in tables else SchemaState.FOREIGN


def read_schema(connection: Connection) -> tuple[SchemaState, str | None]:
    """The state of a database and its revision, None where it has none."""
    tables = inspect(connection).get_table_names()
    revision = None
    if _VERSION_TABLE in tables:
        revision = connection.execute(select(table(_VERSION_TABLE, column("version_num")))).scalar()
    return schema_state(tables, revision), revision


def refusal(state: SchemaState, revision: str | None, where: str, *, is_file: bool = True) -> WatchpostError | None:
    """Why a database of this state must not be read; None for a current one.

    Args:
        state: of its schema.
        revision: of its schema.
        where: what to call it.
        is_file: whether Watchpost itself makes a backup of it before an upgrade.
    """
    match state:
        case SchemaState.CURRENT:
            return None
        case SchemaState.NEWER:
            backup = "the backup that it made beside it" if is_file else "a backup from before (pg_restore)"
            return DatabaseNewerError(
                f"The database {where} has schema {revision}; this Watchpost knows them up to {REVISIONS[-1]}.",
                hint=f"A newer Watchpost has upgraded it: run that one, or put back {backup}.",
            )
        case SchemaState.OUTDATED:
            upgrade = (
                "run `watchpost db upgrade`; it makes a backup first."
                if is_file
                else "make a backup with pg_dump and run `watchpost db upgrade`."
            )
            return DatabaseOutdatedError(
                f"The database {where} has schema {revision}; this Watchpost reads {REVISIONS[-1]}.",
                hint=f"Stop the poller, then {upgrade}",
            )
        case SchemaState.FOREIGN:
            other = "file" if is_file else "database, made with createdb"
            return DatabaseUnavailableError(
                f"{where} is a database of another program.", hint=f"Name another {other}; this one is left as it is."
            )
        case SchemaState.HALF_COPIED:
            return DatabaseUnavailableError(
                f"The database {where} has been filled only in part by `watchpost db copy`.",
                hint="Repeat the same `watchpost db copy`: it goes on where it was; or begin with an empty one.",
            )
        case SchemaState.EMPTY:
            return DatabaseUnavailableError(
                f"The database {where} has no tables yet.", hint="Start the poller once: it makes them."
            )
