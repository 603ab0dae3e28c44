"""A backup of a database, of either kind, while it is in use; and a backup put back."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.care.copy_database import copy_rows
from storage.care.copying import opened_target
from storage.care.new_file import file_in_the_making
from storage.care.progress import OnStep
from storage.care.sqlite_backup import copy_in_use
from storage.care.sqlite_restore import Restored, restore_file
from storage.care.translated import translated
from storage.database import open_database
from storage.database_url import database_file, database_place
from storage.engines.sqlite_backend import file_identity
from storage.errors import InvalidInputError
from storage.poller_lock import PollerLock
from storage.utc import file_stamp


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made and checked: one SQLite file that needs nothing beside it."""

    path: Path
    size_bytes: int


def backup_name(url: str, folder: Path, now_ms: int) -> Path:
    """Where a backup goes that was given no name: beside a file; for a database on a server into `folder`."""
    path = database_file(url)
    stamp = file_stamp(now_ms)
    return folder / f"watchpost.backup-{stamp}.db" if path is None else Path(f"{path}.backup-{stamp}")


def back_up_database(url: str, target: Path, *, force: bool, now_ms: int, on_step: OnStep) -> Backup:
    """Writes one snapshot of the database into a file (0600) while the poller goes on, and checks that file.

    Args:
        url: the database. A file may be of any schema; one on a server has to be of the current one.
        target: the file; it appears when it is whole.
        force: whether a file that is there may be replaced.
        now_ms: UTC milliseconds.
        on_step: told how far it is; may raise to give up.

    Raises:
        AlreadyExistsError: there is such a file already.
        InvalidInputError: the file is the database itself.
        DatabaseUnavailableError: the database cannot be read, or the file not be written.
        DatabaseCorruptError: the database is damaged.
    """
    path = database_file(url)
    if path is not None:
        file_identity(path)
        if target.exists() and target.samefile(path):
            raise InvalidInputError(f"{target} is the database itself.", hint="Name another file.")
    with translated(path or target), file_in_the_making(target, force=force) as part:
        if path is not None:
            copy_in_use(path, part, on_step)
        else:
            _copy_from_server(url, part, now_ms, on_step)
        size = part.stat().st_size
    return Backup(target, size)


def restore_database(backup: Path, url: str, *, now_ms: int, on_step: OnStep) -> Restored:
    """Puts a backup in the place of the database; see `restore_file`. No poller may run.

    Raises:
        PollerRunningError: a poller writes to it.
        InvalidInputError: the database is on a server.
        WatchpostError: as `restore_file` says.
    """
    place = database_place(url)
    if not isinstance(place, Path):
        raise InvalidInputError(
            "A backup can only be put in the place of a file.",
            hint=f"Make an empty database on the server (createdb), then: watchpost db copy {backup} URL",
        )
    with PollerLock(url), translated(place):
        return restore_file(backup, place, now_ms=now_ms, on_step=on_step)


def _copy_from_server(url: str, part: Path, now_ms: int, on_step: OnStep) -> None:
    source = open_database(url)
    try:
        with opened_target(str(part), now_ms=now_ms) as target:
            copy_rows(source, target, on_step)
    finally:
        source.close()
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
