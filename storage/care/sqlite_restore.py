"""Puts a backup in the place of a SQLite database; what is there now is kept beside it."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from storage.care.new_file import file_in_the_making
from storage.care.progress import OnStep
from storage.care.sqlite_backup import copy_in_use
from storage.errors import DatabaseCorruptError, DatabaseLockedError, DatabaseMissingError, InvalidInputError
from storage.revisions import SchemaState, read_schema, refusal
from storage.sqlite import SIDECARS, means_damage, reader_engine
from storage.sqlite_file import damage
from storage.utc import file_stamp


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        revision: schema of what was put back.
        outdated: whether that has to be upgraded before it can be read.
        kept: where the database that was there lies now; None where there was none.
    """

    revision: str
    outdated: bool
    kept: Path | None


def restore_file(backup: Path, path: Path, *, now_ms: int, on_step: OnStep) -> Restored:
    """Makes `path` a copy of the backup, in one move. The caller holds the poller lock.

    Killed at any point, the database is either still the old one or already the restored one.

    Args:
        backup: a SQLite database of Watchpost; it is only read.
        path: the database that it is to become, there or not.
        now_ms: UTC milliseconds, for the name of what is kept.
        on_step: told how far it is.

    Raises:
        DatabaseMissingError: there is no such backup.
        InvalidInputError: the backup is the database itself.
        DatabaseCorruptError: the backup is not sound.
        DatabaseUnavailableError: it is another program's, or has no tables; or there is no room.
        DatabaseNewerError: a newer Watchpost made it.
        DatabaseLockedError: programs have the present database open and are in the middle of something.
    """
    if not backup.is_file():
        raise DatabaseMissingError(f"There is no file {backup}.", hint="Name the file that `watchpost db backup` made.")
    if path.exists() and backup.samefile(path):
        raise InvalidInputError(f"{backup} is the database itself.", hint="Name the backup.")
    if finding := damage(backup):
        raise DatabaseCorruptError(f"The backup {backup} is damaged: {finding}.", hint="Take another one.")
    state, revision = _schema_of(backup)
    if state is not SchemaState.OUTDATED and (error := refusal(state, revision, str(backup))):
        raise error
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = None
    with file_in_the_making(path, force=True) as part:
        copy_in_use(backup, part, on_step)
        if path.exists():
            kept = _keep(path, now_ms)
    return Restored(revision or "", state is SchemaState.OUTDATED, kept)


def _schema_of(backup: Path) -> tuple[SchemaState, str | None]:
    engine = reader_engine(backup)
    try:
        with engine.begin() as connection:
            return read_schema(connection)
    finally:
        engine.dispose()


def _keep(path: Path, now_ms: int) -> Path:
    """Gives the present file a second name; what SQLite keeps beside it is emptied and goes along."""
    kept, count = Path(f"{path}.before-restore-{file_stamp(now_ms)}"), 1
    while kept.exists():
        count += 1
        kept = Path(f"{path}.before-restore-{file_stamp(now_ms)}-{count}")
    _empty_log(path)
    for ending in SIDECARS:
        with suppress(FileNotFoundError):
            Path(f"{path}{ending}").rename(f"{kept}{ending}")
    try:
        # Under two names until the new one takes the first, so that there is a database at every moment.
        kept.hardlink_to(path)
    except OSError:
        path.rename(kept)
    return kept


def _empty_log(path: Path) -> None:
    """Brings what is in the write-ahead log into the file; without it, the file alone is whole.

    A damaged database keeps its log: nothing can be done about it here, and nothing of it is thrown away.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.DatabaseError as error:
        if means_damage(error):
            return
        raise
    if busy:
        raise DatabaseLockedError(
            f"The database {path} is being read.", hint="Close the desktop application and other commands, then repeat."
        )
