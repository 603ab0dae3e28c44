"""SQLite behind `storage.database.Database`."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from stat import S_ISREG
from threading import Lock

from storage.database_url import database_url
from storage.engines.backend import Dialect
from storage.errors import DatabaseCorruptError, DatabaseMissingError, DatabaseUnavailableError, WatchpostError
from storage.sqlite import reader_engine, translate_error, writer_engine

WAL_LIMIT = 64 * 2**20
"""Bytes of the write-ahead log from which on it is emptied; readers look through all of it."""
TIDY_S = 1.0


class SqliteBackend:
    """See `storage.engines.backend.Backend`."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self.url = database_url(path)
        self.label = str(path)
        self.readers = reader_engine(path)
        self.writers = self.recorders = writer_engine(path)
        self.generation = 0
        self._path = path
        self._file: tuple[int, int] | None = None
        self._lock = Lock()

    def follow(self) -> None:
        """Lets go of a file that is no longer the one at the path: it was moved aside or deleted under us."""
        file = file_identity(self._path)
        with self._lock:
            if file != self._file:
                self.dispose()
                self._file = file
                self.generation += 1

    def translate(self, error: Exception) -> WatchpostError | None:
        """See the protocol."""
        translated = translate_error(error, self._path)
        if isinstance(translated, DatabaseCorruptError):
            self.dispose()
        return translated

    def dispose(self) -> None:
        """Closes every idle connection."""
        self.readers.dispose()
        self.writers.dispose()

    def tidy(self) -> None:
        """Empties the write-ahead log where it has grown large.

        An ordinary checkpoint lets the log begin anew only when nobody reads; where readers never stop, it would grow
        for ever (https://www.sqlite.org/wal.html, "checkpoint starvation"). This one keeps writers out until those who
        read older pages are done, for a second at the most; new readers need none of the log.
        """
        with suppress(OSError, sqlite3.OperationalError):
            if Path(f"{self._path}-wal").stat().st_size > WAL_LIMIT:
                address = f"{self._path.as_uri()}?mode=rw"
                with closing(sqlite3.connect(address, uri=True, timeout=TIDY_S, isolation_level=None)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def cut(self) -> None:
        """Nothing: who waits for a file waits in the kernel, or for a lock, which has a limit of its own."""


def file_identity(path: Path) -> tuple[int, int]:
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
