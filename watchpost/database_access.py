"""Opens the database of this run, and says what to type where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager

from storage.database import Database, has_database, open_database, prepare_database
from storage.database_url import database_file
from storage.engines.preparation import Preparation
from storage.errors import DatabaseUnavailableError
from storage.poller_lock import PollerLock, poller_is_running
from storage.sqlite import is_there
from storage.utc import now_ms


@contextmanager
def existing_database(url: str) -> Iterator[Database]:
    """The database, for a command that has nothing to say without one.

    Raises:
        DatabaseUnavailableError: there is none yet, or it cannot be opened.
    """
    path = database_file(url)
    if path and not is_there(path):
        raise DatabaseUnavailableError(
            f"There is no database at {path} yet.",
            hint="Type “watchpost” to watch this machine, or “watchpost hosts add NAME ADDRESS” to register a host.",
        )
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def database_to_change(url: str) -> Iterator[Database]:
    """The database, made if there is none yet; for commands that write what people decide."""
    if not has_database(url):
        with PollerLock(url):
            prepare_to_watch(url)
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


def prepare_unless_polled(url: str) -> Preparation | None:
    """Makes the database fit for use where no poller runs; None where one does, which has done so itself."""
    if path := database_file(url):
        # Where its folder is closed to us, nothing can be told of a poller either.
        is_there(path)
    if poller_is_running(url):
        return None
    with PollerLock(url):
        return prepare_to_watch(url)


def prepare_to_watch(url: str) -> Preparation:
    """Makes the database fit for a poller, with the rules that every database begins with. Raises as storage does.

    The caller holds the poller lock.
    """
    done = prepare_database(url, now_ms=now_ms())
    give_default_rules(url)
    return done


def give_default_rules(url: str) -> None:
    """Those that the database of the current schema at `url` has not been given before."""
    # Only who prepares a database pays for what it takes to make rules: 30 ms.
    from alerts.rules.seeding import seed_default_rules  # noqa: PLC0415

    database = open_database(url)
    try:
        seed_default_rules(database, now_ms=now_ms())
    finally:
        database.close()


def preparation_text(done: Preparation) -> list[str]:
    """What a person has to know about what was done to their database; nothing for an ordinary start."""
    texts = []
    if done.moved_aside:
        texts.append(
            f"The database was damaged. It lies untouched at {done.moved_aside}, and a new one was begun; "
            "hosts have to be registered anew."
        )
    if done.upgraded_from:
        copy = f"; a copy of the old one is at {done.backup}" if done.backup else ""
        texts.append(f"The database was upgraded{copy}.")
    return texts
