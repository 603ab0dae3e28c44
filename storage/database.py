"""Opens the database for reading and writing, and makes one fit for use: created, upgraded, or moved aside."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from storage.database_url import database_file, database_place
from storage.engines.backend import Backend, Dialect
from storage.engines.postgresql_url import PostgresqlUrl
from storage.engines.preparation import Preparation
from storage.engines.sqlite_backend import SqliteBackend
from storage.errors import DatabaseUnavailableError, WatchpostError
from storage.poller_lock import PollerLock
from storage.revisions import SchemaState, read_schema, refusal
from storage.sqlite import is_there


class Database:
    """One database, for any number of threads. Close it at the end.

    Attributes:
        url: where it is; never holds a password.
        label: what messages call it.
        dialect: "sqlite" or "postgresql".
    """

    def __init__(self, backend: Backend) -> None:
        self.url = backend.url
        self.label = backend.label
        self.dialect: Dialect = backend.dialect
        self._backend = backend
        self._closed = False
        self._check: Callable[[Connection], None] | None = None
        self._origin: Database | None = None

    @property
    def generation(self) -> int:
        """Grows when another database may have taken the place of the one that was read or written so far.

        Whoever remembers ids of rows compares it inside a transaction.
        """
        return self._backend.generation

    def reading(self) -> AbstractContextManager[Connection]:
        """A read-only connection that sees one snapshot from its first SELECT on.

        Raises:
            DatabaseUnavailableError: missing, out of reach, locked, no permission, or closed.
            DatabaseCorruptError: it is damaged.
        """
        return self._transaction(self._backend.readers)

    def writing(self) -> AbstractContextManager[Connection]:
        """A connection for writing that no other one of these runs beside; commits at the end, rolls back on any error.

        So what it reads stays as it is until it has written.

        Raises:
            DatabaseUnavailableError: locked for longer than 5 s, out of reach, full, missing, no permission, or closed.
            DatabaseCorruptError: it is damaged.
        """
        return self._transaction(self._backend.writers, self._check)

    def recording(self) -> AbstractContextManager[Connection]:
        """As `writing`, for the recorder: it appends rows that are new, and on PostgreSQL need not wait for others."""
        return self._transaction(self._backend.recorders)

    def guarded(self, check: Callable[[Connection], None]) -> "Database":
        """The same database, each `writing` of which begins with a check, which raises where nothing may be written."""
        view = Database(self._backend)
        view._check, view._origin = check, self
        return view

    def close(self) -> None:
        """Closes every idle connection; one in use closes when its user is done. May be called twice."""
        self._closed = True
        self._backend.dispose()

    def tidy(self) -> None:
        """Keeps down what grows while many read and one writes; cheap where there is nothing to do."""
        self._backend.tidy()

    def cut(self) -> None:
        """Closes every connection, those in use too where that is possible: their users get an error, or wait on."""
        self.close()
        self._backend.cut()

    @contextmanager
    def _transaction(self, engine: Engine, check: Callable[[Connection], None] | None = None) -> Iterator[Connection]:
        if self._closed or (self._origin is not None and self._origin._closed):
            raise DatabaseUnavailableError(f"The database {self.label} has been closed.")
        self._backend.follow()
        try:
            with engine.begin() as connection:
                if check is not None:
                    check(connection)
                yield connection
        # What the user of the connection could not do with a file of theirs is no fault of the database.
        except (WatchpostError, OSError):
            raise
        except Exception as error:
            raise self._backend.translate(error) or error from error


def open_database(url: str) -> Database:
    """Opens an existing database of the current schema.

    Raises:
        InvalidInputError: the URL cannot be used.
        DatabaseUnavailableError: missing, out of reach, locked, empty, another program's, no permission.
        DatabaseCorruptError: it is damaged.
        DatabaseNewerError: a newer Watchpost made it.
        DatabaseOutdatedError: it needs `watchpost db upgrade`.
    """
    database = open_unchecked(url)
    try:
        _refuse_unless_current(database)
    except BaseException:
        database.close()
        raise
    return database


def open_unchecked(url: str) -> Database:
    """A database without a look at it, there or not, for who deals with other schemas. Raises InvalidInputError."""
    return Database(_backend(url))


def has_database(url: str) -> bool:
    """Whether there is something to open at `url`: a file, or tables in a database of a server.

    Raises:
        InvalidInputError: the URL cannot be used.
        DatabaseUnavailableError: the server cannot be reached, does not let us in, or has no such database.
    """
    if path := database_file(url):
        return is_there(path)
    database = open_unchecked(url)
    try:
        with database.reading() as connection:
            return read_schema(connection)[0] is not SchemaState.EMPTY
    finally:
        database.close()


def prepare_database(url: str, *, now_ms: int) -> Preparation:
    """Makes the database at `url` fit for a poller. The caller holds the poller lock.

    A missing file is created (folder 0700, file 0600), an older one is backed up beside itself and upgraded, a damaged
    one is moved aside, never deleted, and a new one begun. An empty database of a server gets its tables; an older one
    is left to `upgrade_database`, as others read it too.

    Raises:
        InvalidInputError: the URL cannot be used.
        DatabaseUnavailableError: locked, full, no permission, or another program's database; nothing was changed.
        DatabaseNewerError: a newer Watchpost made it; nothing was changed.
        DatabaseOutdatedError: on a server, an older Watchpost made it; nothing was changed.
    """
    place = database_place(url)
    with _translating(_backend(url)):
        if isinstance(place, PostgresqlUrl):
            from storage.engines.postgresql_preparation import prepare_server  # noqa: PLC0415

            return prepare_server(place)
        from storage.engines.sqlite_preparation import prepare_file  # noqa: PLC0415

        return prepare_file(place, now_ms)


def upgrade_database(url: str, *, now_ms: int) -> Preparation:
    """Upgrades an existing database; one that is current already is left as it is.

    A file is copied beside itself before; a backup of a database on a server is for a person to make.

    Raises:
        PollerRunningError: a poller writes to it.
        DatabaseUnavailableError: missing, locked, full, no permission, or another program's.
        DatabaseCorruptError: it is damaged.
        DatabaseNewerError: a newer Watchpost made it.
    """
    place = database_place(url)
    backend = _backend(url)
    with _translating(backend):
        backend.follow()
        with PollerLock(url):
            if isinstance(place, PostgresqlUrl):
                from storage.engines.postgresql_preparation import upgrade_server  # noqa: PLC0415

                return upgrade_server(place)
            from storage.engines.sqlite_preparation import upgrade_file  # noqa: PLC0415

            return upgrade_file(place, now_ms)


def _refuse_unless_current(database: Database) -> None:
    with database.reading() as connection:
        state, revision = read_schema(connection)
    if error := refusal(state, revision, database.label, is_file=database.dialect == "sqlite"):
        raise error


def _backend(url: str) -> Backend:
    place = database_place(url)
    if isinstance(place, Path):
        return SqliteBackend(place)
    from storage.engines.postgresql_backend import PostgresqlBackend  # noqa: PLC0415 - loads the driver

    return PostgresqlBackend(place)


@contextmanager
def _translating(backend: Backend) -> Iterator[None]:
    try:
        yield
    except WatchpostError:
        raise
    except Exception as error:
        raise backend.translate(error) or error from error
