"""How connections to SQLite are opened, and what its errors mean."""

import os
import sqlite3
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
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
    # 4 MiB for each connection that writes: with 16, the two of a poller of 1,000 hosts took 30 MB, and were no faster.
    "cache_size=-4096",
    # Pages, 16 MiB of them. A commit dirties the same few again and again; the longer they may wait, the fewer copies.
    "wal_autocheckpoint=4000",
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
    # The last one used is the next one used: what it has read of the file it need not read again, as long as nobody has
    # written through another one. Taken by turns, all of them would read the same pages over and over.
    lifo = {"pool_use_lifo": True} if pool is QueuePool else {}
    engine = create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True, **lifo)

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


def is_there(path: Path) -> bool:
    """Whether there is a file of that name.

    Raises:
        DatabaseDeniedError: this user may not look into its folder.
    """
    try:
        return path.exists()
    except PermissionError:
        raise _denied_error(path) from None


def translate_error(error: Exception, path: Path) -> WatchpostError | None:
    """What an error of the driver, the pool or the file system means; None when the statement itself is at fault."""
    if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
        return translate_error(error.orig, path)
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _ABOUT_VALUES):
        return _named_error(error, path)
    if isinstance(error, PoolTimeoutError):
        return DatabaseUnavailableError(f"Too many readers of {path} at once.", hint="Try again in a moment.")
    return _of_the_system(error, path) if isinstance(error, OSError) else None


def _of_the_system(error: OSError, path: Path) -> WatchpostError:
    if isinstance(error, PermissionError) and _is_closed(path.parent):
        return _denied_error(path)
    named = DatabaseDeniedError if isinstance(error, PermissionError) else DatabaseUnavailableError
    return named(
        f"The database {path} cannot be used: {error.strerror or error}.",
        hint="Check that the folder exists and that its owner and mode let this user in.",
    )


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
    if code in _DENIED or (code == sqlite3.SQLITE_CANTOPEN and _is_closed(path.parent)):
        return _denied_error(path)
    if code == sqlite3.SQLITE_CANTOPEN:
        return DatabaseUnavailableError(
            f"The database {path} cannot be opened.",
            hint="Check that it exists and that owner and mode of the file and of its folder let this user in.",
        )
    return DatabaseUnavailableError(
        f"The database {path} cannot be used: {error}.", hint="If this lasts, look at its disk and the system log."
    )


def _denied_error(path: Path) -> WatchpostError:
    if _is_for_reading(path):
        return DatabaseDeniedError(
            f"The database {path} can be read by this user only while its poller runs, and none does.",
            hint="Start the poller; as a service of the machine: sudo systemctl start watchpost",
        )
    if _is_closed(path.parent):
        return DatabaseDeniedError(
            f"The database {path} lies in a folder that this user may not look into.", hint=_way_in(path.parent)
        )
    return DatabaseDeniedError(
        f"The database {path} may not be written by this user.",
        hint="Check owner and mode of the file and of its folder, and that the disk is not mounted read-only."
        f"{_writer(path)}",
    )


def _is_closed(folder: Path) -> bool:
    try:
        folder.stat()
    except OSError as error:
        return isinstance(error, PermissionError)
    return not os.access(folder, os.X_OK)


def _way_in(folder: Path) -> str:
    """What to type where the folder is open to a group."""
    try:
        group, is_open = folder.group(), folder.stat().st_mode & stat.S_IXGRP
    except (OSError, KeyError, NotImplementedError):
        group, is_open = "", 0
    if not group or not is_open:
        return "Check owner and mode of the folder."
    return f"Its group {group} may: sudo usermod --append --groups {group} $USER, and log in anew."


def _writer(path: Path) -> str:
    """Who may, as a sentence to be appended; empty where that is nobody else."""
    try:
        is_ours, owner = path.stat().st_uid == os.getuid(), path.owner()
    except (OSError, KeyError, NotImplementedError, AttributeError):
        return ""
    return "" if is_ours else f" It belongs to {owner}, who may: sudo -u {owner} watchpost …"


def _is_for_reading(path: Path) -> bool:
    """Whether this user may read the file and make none beside it, which who is first to open it has to."""
    may_read = os.access(path, os.R_OK) and not os.access(path, os.W_OK)
    return may_read and not os.access(path.parent, os.W_OK) and not Path(f"{path}-shm").exists()


def corrupt_error(path: Path, detail: str) -> DatabaseCorruptError:
    """The error for a file that is no sound database."""
    return DatabaseCorruptError(
        f"The database {path} is damaged: {detail}.",
        hint="Restart the poller: it moves the file aside, keeps it, and begins a new one.",
    )
