"""One look around the database: whether anybody polls, whether our own child lives, whether its disk has room."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor_gui.poller.database_trouble import LEAST_FREE_BYTES, DatabaseTrouble, trouble_of
from monitor_gui.surroundings import PollerProcess, Surroundings
from storage.database import Database
from storage.database_url import database_file
from storage.errors import WatchpostError

FileIdentity = tuple[int, int]
"""Device and inode."""
_ON_A_SERVER: FileIdentity = (0, 0)
"""In the place of a file's: of a database on a server, whether it is there shows when it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What one look has found.

    Attributes:
        is_polled: whether any poller holds the lock.
        death: why our child ended by itself; None where it lives, and where there was none.
        file: which file the database is; None where there is none.
        aside: path of the file that it was before, where that lies beside it under another name.
        writing: what will keep a poller from writing, as far as a look can tell.
    """

    is_polled: bool
    death: WatchpostError | None = None
    file: FileIdentity | None = None
    aside: str = ""
    writing: DatabaseTrouble | None = None


def why_nothing_is_stored(database: Database) -> DatabaseTrouble | None:
    """What keeps everybody from writing now; None where nothing does. Waits up to 5 s for a lock."""
    try:
        with database.writing():
            return None
    except WatchpostError as error:
        trouble = trouble_of(error)
    # Whether this user may write says nothing about a poller of another one.
    return trouble if trouble in {DatabaseTrouble.LOCKED, DatabaseTrouble.FULL} else None


def look_around(surroundings: Surroundings, before: FileIdentity | None) -> Around:
    """Looks, in microseconds unless a disk hangs.

    Args:
        surroundings: of the application.
        before: which file the database was at the last look.

    Raises:
        WatchpostError: the lock cannot be looked at.
    """
    death = _death(surroundings.poller)
    path = database_file(surroundings.database_url)
    if path is None:
        return Around(is_polled=surroundings.poller_is_running(), death=death, file=_ON_A_SERVER)
    file = _identity(path)
    replaced = before is not None and file is not None and file != before
    return Around(
        is_polled=surroundings.poller_is_running(),
        death=death,
        file=file,
        aside=_found_beside(path, before) if replaced and before else "",
        writing=_what_keeps_from_writing(path) if file else None,
    )


def _death(poller: PollerProcess) -> WatchpostError | None:
    try:
        poller.check()
    except WatchpostError as error:
        return error
    return None


def _identity(path: Path) -> FileIdentity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _found_beside(path: Path, file: FileIdentity) -> str:
    """A damaged database is renamed to lie beside the new one."""
    candidates: Sequence[Path] = sorted(path.parent.glob(f"{_literally(path.name)}.*"))
    return next((str(candidate) for candidate in candidates if _identity(candidate) == file), "")


def _literally(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _what_keeps_from_writing(path: Path) -> DatabaseTrouble | None:
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return DatabaseTrouble.DENIED
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return None
    return DatabaseTrouble.FULL if free < LEAST_FREE_BYTES else None
