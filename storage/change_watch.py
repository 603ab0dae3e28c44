"""Whether anything was committed to the database since it was last looked at, without reading any of it."""

from typing import Protocol

from storage.database_url import database_place
from storage.engines.file_watch import FileChangeWatch
from storage.engines.postgresql_url import PostgresqlUrl


class _Watch(Protocol):
    def has_changed(self) -> bool: ...
    def close(self) -> None: ...


class ChangeWatch:
    """For one thread. Asking costs 10 µs, on PostgreSQL too."""

    def __init__(self, url: str) -> None:
        place = database_place(url)
        self._watch: _Watch
        if isinstance(place, PostgresqlUrl):
            from storage.engines.postgresql_watch import PostgresqlChangeWatch  # noqa: PLC0415 - loads the driver

            self._watch = PostgresqlChangeWatch(place)
        else:
            self._watch = FileChangeWatch(place)

    def has_changed(self) -> bool:
        """True after commits of others, and when the database was replaced, has gone or has come back; True at first.

        Raises:
            DatabaseCorruptError: the file is damaged.
        """
        return self._watch.has_changed()

    def close(self) -> None:
        """Lets go of the database."""
        self._watch.close()
