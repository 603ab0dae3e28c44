"""PostgreSQL behind `storage.database.Database`."""

import os
import socket
from contextlib import suppress
from threading import Lock
from weakref import WeakSet

import psycopg
from sqlalchemy import event

from storage.engines.backend import Dialect
from storage.engines.postgresql import reader_engine, recorder_engine, writer_engine
from storage.engines.postgresql_errors import translate_error
from storage.engines.postgresql_url import PostgresqlUrl
from storage.errors import WatchpostError


class PostgresqlBackend:
    """See `storage.engines.backend.Backend`. Opens no connection before it is asked for one."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: PostgresqlUrl) -> None:
        self.url = url.text
        self.label = url.label
        self.readers = reader_engine(url)
        self.writers = writer_engine(url)
        self.recorders = recorder_engine(url)
        self.generation = 1
        self._place = url
        self._lock = Lock()
        self._connections: WeakSet[psycopg.Connection] = WeakSet()
        for engine in (self.readers, self.writers, self.recorders):
            event.listen(engine, "invalidate", self._lost)
            event.listen(engine, "connect", self._connected)

    def follow(self) -> None:
        """Nothing: a connection that is taken from the pool is looked at there."""

    def translate(self, error: Exception) -> WatchpostError | None:
        """See the protocol."""
        return translate_error(error, self._place)

    def dispose(self) -> None:
        """Closes every idle connection."""
        for engine in (self.readers, self.writers, self.recorders):
            engine.dispose()

    def tidy(self) -> None:
        """Nothing: the server sees to its own log."""

    def cut(self) -> None:
        """A server that is frozen answers nothing, and whoever asked it would wait for as long."""
        for connection in list(self._connections):
            with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as wire:
                wire.shutdown(socket.SHUT_RDWR)

    def _connected(self, connection: psycopg.Connection, _: object) -> None:
        self._connections.add(connection)

    def _lost(self, *_: object) -> None:
        """After a lost connection the database may be another: restored from a backup, or another server's."""
        with self._lock:
            self.generation += 1
