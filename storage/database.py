"""Opens the database for reading and writing, and makes one fit for use: created, upgraded, or moved aside."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from threading import Lock

from sqlalchemy import Connection, Engine, false, func, select
from sqlalchemy.exc import SQLAlchemyError

from storage.database_url import database_path, database_url
from storage.errors import DatabaseCorruptError, DatabaseMissingError, DatabaseUnavailableError, WatchpostError
from storage.poller_lock import PollerLock
from storage.revisions import SchemaState, read_schema, refusal
from storage.schema import head, hosts, process_snapshots, settings
from storage.sqlite import SIDECARS, corrupt_error, migration_engine, reader_engine, translate_error, writer_engine
from storage.sqlite_file import back_up, create_file, damage, move_aside


class Database:
    """One database, for any number of threads. Close it at the end.

    Attributes:
        url: where it is; never holds a password.
        generation: grows when another file has taken the place of the one that was read or written so far; whoever
            remembers ids of rows compares it inside a transaction.
    """

    def __init__(self, path: Path) -> None:
        self.url = database_url(path)
        self._path = path
        self._readers = reader_engine(path)
        self._writers = writer_engine(path)
        self.generation = 0
        self._file: tuple[int, int] | None = None
        self._closed = False
        self._lock = Lock()

    def reading(self) -> AbstractContextManager[Connection]:
        """A read-only connection that sees one snapshot from its first SELECT on.

        Raises:
            DatabaseUnavailableError: missing, locked, no permission, or closed.
            DatabaseCorruptError: the file is damaged.
        """
        return self._transaction(self._readers)

    def writing(self) -> AbstractContextManager[Connection]:
        """A connection that holds the write lock; commits at the end, rolls back on any error.

        Raises:
            DatabaseUnavailableError: locked for longer than 5 s, full, missing, no permission, or closed.
            DatabaseCorruptError: the file is damaged.
        """
        return self._transaction(self._writers)

    def close(self) -> None:
        """Closes every idle connection; one in use closes when its user is done. May be called twice."""
        self._closed = True
        self._dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        self._follow_file()
        try:
            with engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            translated = translate_error(error, self._path)
            if translated is None:
                raise
            if isinstance(translated, DatabaseCorruptError):
                self._dispose()
            raise translated from error

    def _follow_file(self) -> None:
        """Lets go of a file that is no longer the one at the path: it was moved aside or deleted under us."""
        if self._closed:
            raise DatabaseUnavailableError(f"The database {self._path} has been closed.")
        file = _identity(self._path)
        with self._lock:
            if file != self._file:
                self._dispose()
                self._file = file
                self.generation += 1

    def _dispose(self) -> None:
        self._readers.dispose()
        self._writers.dispose()


@dataclass(frozen=True, slots=True)
class Preparation:
    """What `prepare_database` had to do.

    Attributes:
        created: a new database was begun.
        upgraded_from: the revision that was upgraded, if one was.
        backup: the copy made before the upgrade.
        moved_aside: where the damaged file lies now, if there was one.
    """

    created: bool
    upgraded_from: str | None
    backup: Path | None
    moved_aside: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """What there is to say about a database. Times are UTC milliseconds, None where there are no rows."""

    url: str
    revision: str
    size_bytes: int
    hosts: int
    head_rows: int
    process_snapshots: int
    oldest_ts: int | None
    newest_ts: int | None


def open_database(url: str) -> Database:
    """Opens an existing database of the current schema.

    Raises:
        InvalidInputError: the URL cannot be used.
        DatabaseUnavailableError: missing, locked, empty, another program's, no permission.
        DatabaseCorruptError: the file is damaged.
        DatabaseNewerError: a newer Watchpost made it.
        DatabaseOutdatedError: it needs `watchpost db upgrade`.
    """
    path = database_path(url)
    database = Database(path)
    try:
        _refuse_unless_current(database, path)
    except BaseException:
        database.close()
        raise
    return database


def prepare_database(url: str, *, now_ms: int) -> Preparation:
    """Makes the database at `url` fit for a poller. The caller holds the poller lock.

    A missing one is created (folder 0700, file 0600), an older one is backed up beside itself and upgraded, a damaged
    one is moved aside, never deleted, and a new one begun.

    Raises:
        InvalidInputError: the URL cannot be used.
        DatabaseUnavailableError: locked, full, no permission, or another program's database; nothing was changed.
        DatabaseNewerError: a newer Watchpost made it; nothing was changed.
    """
    path = database_path(url)
    with _translating(path):
        create_file(path)
        moved_aside = None
        if damage(path):
            moved_aside = move_aside(path, now_ms)
            create_file(path)
        state, revision = _state_of(path)
        backup = _bring_up_to_date(path, state, revision, now_ms)
        _prove_writable(path)
    outdated = state is SchemaState.OUTDATED
    return Preparation(state is SchemaState.EMPTY, revision if outdated else None, backup, moved_aside)


def upgrade_database(url: str, *, now_ms: int) -> Preparation:
    """Upgrades an existing database after a backup; one that is current already is left as it is.

    Raises:
        PollerRunningError: a poller writes to it.
        DatabaseUnavailableError: missing, locked, full, no permission, or another program's.
        DatabaseCorruptError: the file is damaged.
        DatabaseNewerError: a newer Watchpost made it.
    """
    path = database_path(url)
    with _translating(path):
        _identity(path)
        with PollerLock(url):
            if detail := damage(path):
                raise corrupt_error(path, detail)
            state, revision = _state_of(path)
            backup = _bring_up_to_date(path, state, revision, now_ms)
    outdated = state is SchemaState.OUTDATED
    return Preparation(state is SchemaState.EMPTY, revision if outdated else None, backup, None)


def describe_database(database: Database) -> DatabaseFacts:
    """Counts what is stored. Reads an index from end to end: a second for ten million rows."""
    path = database_path(database.url)
    with database.reading() as connection:
        _, revision = read_schema(connection)
        oldest, newest = connection.execute(select(func.min(head.c.ts), func.max(head.c.ts))).one()
        return DatabaseFacts(
            url=database.url,
            revision=revision or "",
            size_bytes=sum(_size(Path(f"{path}{ending}")) for ending in ("", *SIDECARS)),
            hosts=connection.execute(
                select(func.count()).select_from(hosts).where(hosts.c.removed_at.is_(None))
            ).scalar_one(),
            head_rows=connection.execute(select(func.count()).select_from(head)).scalar_one(),
            process_snapshots=connection.execute(select(func.count()).select_from(process_snapshots)).scalar_one(),
            oldest_ts=oldest,
            newest_ts=newest,
        )


def _refuse_unless_current(database: Database, path: Path) -> None:
    with database.reading() as connection:
        state, revision = read_schema(connection)
    if error := refusal(state, revision, str(path)):
        raise error


def _state_of(path: Path) -> tuple[SchemaState, str | None]:
    engine = reader_engine(path)
    try:
        with engine.begin() as connection:
            return read_schema(connection)
    finally:
        engine.dispose()


def _bring_up_to_date(path: Path, state: SchemaState, revision: str | None, now_ms: int) -> Path | None:
    """Upgrades an empty or outdated database; returns the backup made of an outdated one."""
    if state is SchemaState.CURRENT:
        return None
    if state not in {SchemaState.EMPTY, SchemaState.OUTDATED}:
        raise refusal(state, revision, str(path)) or AssertionError(state)
    # Alembic takes 100 ms and more to import, and readers have no use for it.
    from storage.migration import upgrade_schema  # noqa: PLC0415

    backup = back_up(path, revision, now_ms) if revision else None
    engine = migration_engine(path)
    try:
        upgrade_schema(engine)
    finally:
        engine.dispose()
    return backup


def _prove_writable(path: Path) -> None:
    engine = writer_engine(path)
    try:
        with engine.begin() as connection:
            # Of a read-only file even BEGIN IMMEDIATE is content to read; a statement that would write is not.
            connection.execute(settings.delete().where(false()))
    finally:
        engine.dispose()


def _identity(path: Path) -> tuple[int, int]:
    """Device and inode of the database file.

    Raises:
        DatabaseUnavailableError: there is no such file, or it is something else.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise DatabaseMissingError(
            f"There is no database at {path}.", hint="Start the poller once and it is made, or name the right file."
        ) from None
    except OSError as error:
        raise translate_error(error, path) or error from error
    if not S_ISREG(status.st_mode):
        raise DatabaseUnavailableError(f"{path} is no file.", hint="Name the database file itself.")
    return status.st_dev, status.st_ino


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def _translating(path: Path) -> Iterator[None]:
    try:
        yield
    except WatchpostError:
        raise
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        translated = translate_error(error, path)
        if translated is None:
            raise
        raise translated from error
