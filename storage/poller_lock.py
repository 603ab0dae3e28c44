"""Who may poll a database: a lock that is held for as long as the poller lives, however it ends.

A SQLite file has one poller. On PostgreSQL there may be several, each with a name of its own.
"""

from collections.abc import Callable
from typing import Protocol, Self

from storage.database_url import database_place
from storage.engines.file_lock import FilePollerLock, file_lock_is_held
from storage.engines.postgresql_url import PostgresqlUrl
from storage.errors import WatchpostError


class _Lock(Protocol):
    def acquire(self) -> None: ...
    def release(self) -> None: ...


class PollerLock:
    """The lock of the database at `url`: a lock file beside a SQLite file, an advisory lock of PostgreSQL."""

    def __init__(
        self, url: str, *, name: str | None = None, on_lost: Callable[[WatchpostError], None] | None = None
    ) -> None:
        """Prepares it.

        Args:
            url: of the database.
            name: of a poller, which on PostgreSQL leaves room for others with other names; None for whoever needs the
                database for himself, and keeps all pollers away.
            on_lost: called in another thread when the lock was lost to another poller. That cannot be with a file. On
                PostgreSQL the lock goes with its connection; it is taken again as soon as the server answers, and only
                somebody who was faster makes this one end.
        """
        place = database_place(url)
        self._lock: _Lock
        if isinstance(place, PostgresqlUrl):
            from storage.engines.postgresql_lock import PostgresqlPollerLock  # noqa: PLC0415 - loads the driver

            self._lock = PostgresqlPollerLock(place, on_lost, name)
        else:
            self._lock = FilePollerLock(place)

    def acquire(self) -> None:
        """Takes the lock.

        Raises:
            PollerRunningError: another poller is in the way; the message says which.
            DatabaseUnavailableError: the lock file cannot be made, or the server cannot be reached.
        """
        self._lock.acquire()

    def release(self) -> None:
        """Lets go of it; does nothing when it is not held."""
        self._lock.release()

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def poller_is_running(url: str, name: str | None = None) -> bool:
    """Whether a poller holds the lock just now. Takes nothing and makes no file.

    Args:
        url: of the database.
        name: of the poller that is meant; None for any. A SQLite file has but one, whatever its name.

    Raises:
        DatabaseUnavailableError: the lock file is there but cannot be looked at, or the server cannot be reached.
    """
    place = database_place(url)
    if isinstance(place, PostgresqlUrl):
        from storage.engines.postgresql_lock import lock_is_held  # noqa: PLC0415 - loads the driver

        return lock_is_held(place, name)
    return file_lock_is_held(place)
