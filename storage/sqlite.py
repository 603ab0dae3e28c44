"""What is SQLite's own: how connections are opened, what its errors mean, statements that others word otherwise.

Another database needs a file like this one; nothing else in `storage` knows which it is.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Insert, Table, create_engine, event
from sqlalchemy.dialects.sqlite import dialect, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from storage.errors import (
    DatabaseCorruptError,
    DatabaseDeniedError,
    DatabaseFullError,
    DatabaseLockedError,
    DatabaseUnavailableError,
    WatchpostError,
)

BUSY_TIMEOUT_S = 5.0
MIGRATION_BUSY_TIMEOUT_S = 30.0
SIDECARS = ("-wal", "-shm")
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DENIED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH})
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_ABOUT_VALUES = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)

_WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "cache_size=-16384",
    # After a long read has let the WAL grow, the next checkpoint cuts the file back to this.
    "journal_size_limit=67108864",
)


def reader_engine(path: Path) -> Engine:
    """Connections that cannot write; each transaction sees one snapshot."""
    return _engine(_connector(path, "ro", (), BUSY_TIMEOUT_S), begin="BEGIN", pool=QueuePool)


def writer_engine(path: Path) -> Engine:
    """Connections that take the write lock at the start of a transaction, waiting for it for 5 s."""
    return _engine(_connector(path, "rw", _WRITER_PRAGMAS, BUSY_TIMEOUT_S), begin="BEGIN IMMEDIATE", pool=QueuePool)


def migration_engine(path: Path) -> Engine:
    """Connections for changing tables.

    Foreign keys are off: a batch rebuild drops the old table, and with `ON DELETE CASCADE` its children would go too.
    """
    pragmas = ("journal_mode=WAL", "foreign_keys=OFF")
    connect = _connector(path, "rw", pragmas, MIGRATION_BUSY_TIMEOUT_S)
    return _engine(connect, begin="BEGIN IMMEDIATE", pool=NullPool)


def _engine(connect: Callable[[], sqlite3.Connection], *, begin: str, pool: type[Pool]) -> Engine:
    # The URL only picks the dialect: a path with `?` or `%` in it would not survive one.
    engine = create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True)

    # The driver begins transactions late and not at all before DDL; with its own handling off, this is the only BEGIN.
    @event.listens_for(engine, "begin")
    def emit_begin(connection: Connection) -> None:
        connection.connection.cursor().execute(begin)

    return engine


def _connector(path: Path, mode: str, pragmas: Sequence[str], timeout_s: float) -> Callable[[], sqlite3.Connection]:
    address = f"{path.as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").close()
        except BaseException:
            connection.close()
            raise
        return connection

    return connect


def translate_error(error: Exception, path: Path) -> WatchpostError | None:
    """What an error of the driver, the pool or the file system means; None when the statement itself is at fault."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        return translate_error(error.orig, path)
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _ABOUT_VALUES):
        return _named_error(error, path)
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailableError(f"Too many readers of {path} at once.", hint="Try again in a moment.")
    if isinstance(error, OSError):
        named = DatabaseDeniedError if isinstance(error, PermissionError) else DatabaseUnavailableError
        return named(
            f"The database {path} cannot be used: {error.strerror or error}.",
            hint="Check that the folder exists and that its owner and mode let this user in.",
        )
    return None


def means_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file is malformed or no database at all; never so when it is merely locked."""
    return _primary_code(error) in _CORRUPT


def _primary_code(error: sqlite3.Error) -> int:
    # Errors that the driver raises on its own carry no code.
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _named_error(error: sqlite3.Error, path: Path) -> WatchpostError:
    code = _primary_code(error)
    if code in _CORRUPT:
        return corrupt_error(path, str(error))
    if code in _BUSY:
        return DatabaseLockedError(
            f"The database {path} is locked by another program.",
            hint=f"Something has been writing to it for long; `fuser -v {path}` names it.",
        )
    if code == sqlite3.SQLITE_FULL:
        return DatabaseFullError(
            f"There is no space left for the database {path}.", hint="Free some space on its disk."
        )
    if code in _DENIED:
        return DatabaseDeniedError(
            f"The database {path} may not be written by this user.",
            hint="Check owner and mode of the file and of its folder, and that the disk is not mounted read-only.",
        )
    if code == sqlite3.SQLITE_CANTOPEN:
        return DatabaseUnavailableError(
            f"The database {path} cannot be opened.",
            hint="Check that it exists and that owner and mode of the file and of its folder let this user in.",
        )
    return DatabaseUnavailableError(
        f"The database {path} cannot be used: {error}.", hint="If this lasts, look at its disk and the system log."
    )


def corrupt_error(path: Path, detail: str) -> DatabaseCorruptError:
    """The error for a file that is no sound database."""
    return DatabaseCorruptError(
        f"The database {path} is damaged: {detail}.",
        hint="Restart the poller: it moves the file aside, keeps it, and begins a new one.",
    )


def insert_new(table: Table) -> Insert:
    """An INSERT that leaves out rows which are there already."""
    return insert(table).on_conflict_do_nothing()


def insert_new_sql(table: Table, columns: Sequence[str]) -> str:
    """The text of `insert_new`, for rows given as tuples in the order of `columns`."""
    return str(insert_new(table).compile(dialect=dialect(), column_keys=list(columns)))


def read_number(connection: Connection, statement: str) -> int:
    """The one number that a statement gives, 0 for NULL; a fifth of the time that SQLAlchemy takes for it."""
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    (number,) = cursor.fetchone() or (None,)
    return int(number or 0)


def insert_many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """Runs the text of an INSERT for many rows and returns how many were new; without SQLAlchemy's 25 µs on top."""
    if not rows:
        return 0
    cursor = connection.connection.cursor()
    cursor.executemany(statement, rows)
    return cursor.rowcount


def upsert(
    table: Table, *, keys: Sequence[str], merge: Mapping[str, Callable[[Any, Any], ColumnElement[Any]]] | None = None
) -> Insert:
    """An INSERT that replaces the row with the same `keys`.

    Args:
        table: into which.
        keys: columns of the unique key.
        merge: for some columns, what is kept of the new and the old value instead of the new one.
    """
    statement = insert(table)
    # Not the row's own id: `excluded` has a fresh one, and other tables point at the old one.
    kept = {*keys, *table.primary_key.columns.keys()}
    fresh = {column.name: statement.excluded[column.name] for column in table.c if column.name not in kept}
    merged = {name: combine(fresh[name], table.c[name]) for name, combine in (merge or {}).items()}
    return statement.on_conflict_do_update(index_elements=list(keys), set_={**fresh, **merged})
