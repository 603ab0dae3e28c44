"""What `storage.database.Database` needs of an engine; there is one for SQLite and one for PostgreSQL."""

from typing import Literal, Protocol

from sqlalchemy import Engine

from storage.errors import WatchpostError

Dialect = Literal["sqlite", "postgresql"]


class Backend(Protocol):
    """Connections to one database, and what its errors mean. For any number of threads.

    Attributes:
        dialect: which engine it is.
        url: where the database is, without a password.
        label: what messages call it.
        readers: each transaction is read-only and sees one snapshot.
        writers: each transaction excludes every other one of these.
        recorders: for the recorder: it only appends, and need not wait for other writers where the engine allows that.
        generation: grows when the database may be another one than so far.
    """

    dialect: Dialect
    url: str
    label: str
    readers: Engine
    writers: Engine
    recorders: Engine
    generation: int

    def follow(self) -> None:
        """Called before each transaction: raises where there is no database, and lets go of one that was replaced."""

    def translate(self, error: Exception) -> WatchpostError | None:
        """What an error of the driver, the pool or the file system means; None when the statement is at fault."""

    def dispose(self) -> None:
        """Closes every idle connection."""

    def tidy(self) -> None:
        """Keeps down what grows while many read and one writes; cheap where there is nothing to do."""

    def cut(self) -> None:
        """Ends every connection, those in use as well: whoever waits for an answer gets an error."""
