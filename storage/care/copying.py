"""`watchpost db copy`: opens both ends, keeps pollers away from them, makes the tables, and has the rows copied."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storage.care.copy_database import Copied, copy_rows
from storage.care.progress import OnStep
from storage.database import Database, open_database, open_unchecked, prepare_database
from storage.database_url import canonical_url, database_place
from storage.errors import InvalidInputError
from storage.poller_lock import PollerLock
from storage.revisions import SchemaState, read_schema


def copy_database(source_url: str, target_url: str, *, now_ms: int, on_step: OnStep) -> Copied:
    """Copies a database, of whichever kind, into an empty one, of whichever kind, or goes on with such a copy.

    Args:
        source_url: a database of the current schema; it is only read.
        target_url: a file that is not there yet, a database without rows, or a half-filled one of the same source.
        now_ms: UTC milliseconds.
        on_step: told how far it is; may raise to give up. What was copied stays, for the next attempt.

    Raises:
        InvalidInputError: a URL cannot be used, or both mean the same database.
        PollerRunningError: a poller writes to one of them.
        AlreadyExistsError: the target holds other data.
        DatabaseUnavailableError: one cannot be opened, read or written.
        DatabaseOutdatedError, DatabaseNewerError: one has another schema.
    """
    source_url, target_url = canonical_url(source_url), canonical_url(target_url)
    if source_url == target_url:
        raise InvalidInputError("Both are the same database.", hint="Name another one to copy to.")
    with ExitStack() as held:
        source = held.enter_context(_opened(source_url))
        # The source first: a typing error in its name must not leave an empty target behind.
        held.enter_context(PollerLock(source_url))
        held.enter_context(PollerLock(target_url))
        target = held.enter_context(opened_target(target_url, now_ms=now_ms))
        return copy_rows(source, target, on_step)


@contextmanager
def opened_target(url: str, *, now_ms: int) -> Iterator[Database]:
    """A database to copy into, its tables made where it has none. The caller holds its poller lock.

    Raises:
        DatabaseUnavailableError: it cannot be opened or made.
        DatabaseOutdatedError, DatabaseNewerError: it has another schema.
    """
    if not _was_begun(url):
        prepare_database(url, now_ms=now_ms)
    database = open_unchecked(url)
    try:
        yield database
    finally:
        database.close()


def _was_begun(url: str) -> bool:
    """Whether half of a copy is there; every program but this one refuses such a database."""
    place = database_place(url)
    if isinstance(place, Path) and not place.exists():
        return False
    database = open_unchecked(url)
    try:
        with database.reading() as connection:
            return read_schema(connection)[0] is SchemaState.HALF_COPIED
    finally:
        database.close()


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()
