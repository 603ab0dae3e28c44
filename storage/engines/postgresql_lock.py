"""The poller's lock of a PostgreSQL database: an advisory lock on a connection of its own.

It is gone when that connection is: the server restarts, or the network between is cut. A thread notices at once and
takes it again as soon as the server answers. Until then two pollers could write for some seconds; that does no harm, as
rows have unique keys and whoever seals holds the writers' lock. Only where another poller was faster is this one told
to end.
"""

import os
import platform
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing

import psycopg
import structlog

from storage.engines.postgresql import CONNECT_TIMEOUT_S, LOCK_CLASS, connect
from storage.engines.postgresql_errors import translate_error
from storage.engines.postgresql_url import PostgresqlUrl
from storage.errors import PollerRunningError, WatchpostError
from storage.printable import printable

_POLLER_LOCK = 2
_PATIENCE_S = 1.0
"""A server takes a moment to notice that a poller was killed."""
_PAUSE_S = 0.1
_RETRY_S = 1.0
_GHOST_S = 20.0
"""For so long the server may take a connection for alive that we have lost: `tcp_keepalives_*` notice in 11 s."""
_FOREIGN_S = 5.0
"""Commands that make or copy a database hold the lock for moments as well."""
_NAME_LIMIT = 63
_HOLDER = """
SELECT coalesce(activity.application_name, '')
FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

_log = structlog.get_logger()


class PostgresqlPollerLock:
    """See `storage.poller_lock.PollerLock`."""

    def __init__(self, url: PostgresqlUrl, on_lost: Callable[[WatchpostError], None] | None) -> None:
        self._url = url
        self._on_lost = on_lost
        # The server counts bytes and replaces all but ASCII: our own name has to come back as it was.
        node = platform.node().encode("ascii", "replace").decode("ascii")
        self._name = f"watchpost poller {os.getpid()} on {node}"[:_NAME_LIMIT]
        self._thread: threading.Thread | None = None
        self._released = threading.Event()
        self._waker: socket.socket | None = None

    def acquire(self) -> None:
        """Takes the lock and begins to watch its connection. Raises as `PollerLock.acquire`."""
        try:
            connection = connect(self._url, name=self._name, autocommit=True)
            try:
                self._wait_for_turn(connection)
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            raise translate_error(error, self._url) or error from error
        self._released.clear()
        self._waker, sleeper = socket.socketpair()
        self._thread = threading.Thread(target=self._watch, args=(connection, sleeper), name="poller lock", daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Lets go of it."""
        thread, self._thread = self._thread, None
        if thread is None or self._waker is None:
            return
        self._released.set()
        self._waker.close()
        # A try to connect may take that long. What is left of the thread then ends with the process.
        thread.join(CONNECT_TIMEOUT_S)

    def _wait_for_turn(self, connection: psycopg.Connection) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not _try(connection):
            if time.monotonic() >= deadline:
                raise _running_error(_holder(connection))
            time.sleep(_PAUSE_S)

    def _watch(self, first: psycopg.Connection, sleeper: socket.socket) -> None:
        connection: psycopg.Connection | None = first
        with sleeper:
            while connection is not None:
                with closing(connection):
                    is_lost = _wait_until_lost(connection, sleeper)
                if not is_lost:
                    return
                _log.warning("poller_lock_lost", hint="It is taken again as soon as the server answers.")
                connection = self._take_again()

    def _take_again(self) -> psycopg.Connection | None:
        """Tries until it succeeds; None when another poller has the lock, or nobody wants it any more."""
        held_since: float | None = None
        while not self._released.wait(_RETRY_S):
            try:
                connection = connect(self._url, name=self._name, autocommit=True)
                with ExitStack() as left_open:
                    left_open.enter_context(closing(connection))
                    if _try(connection):
                        left_open.pop_all()
                        _log.info("poller_lock_taken_again")
                        return connection
                    holder = _holder(connection)
            except psycopg.Error:
                continue
            held_since = held_since or time.monotonic()
            # With our own name, or one that may not be seen, it may be what the server has not yet noticed to be gone.
            patience_s = _GHOST_S if holder in {None, "", self._name} else _FOREIGN_S
            if time.monotonic() >= held_since + patience_s:
                error = _running_error(holder)
                _log.critical("poller_lock_taken_by_another", message=error.message)
                if self._on_lost is not None:
                    self._on_lost(error)
                return None
        return None


def _wait_until_lost(connection: psycopg.Connection, sleeper: socket.socket) -> bool:
    """Waits until the connection is lost (True), or until the other end of `sleeper` closes (False)."""
    with selectors.DefaultSelector() as selector:
        selector.register(sleeper, selectors.EVENT_READ)
        selector.register(connection.fileno(), selectors.EVENT_READ)
        while True:
            if any(key.fileobj is sleeper for key, _ in selector.select()):
                return False
            try:
                connection.pgconn.consume_input()
            except psycopg.Error:
                return True


def lock_is_held(url: PostgresqlUrl) -> bool:
    """Whether a poller holds the lock just now. Raises DatabaseUnavailableError."""
    try:
        with connect(url, autocommit=True) as connection:
            return _holder(connection) is not None
    except psycopg.Error as error:
        raise translate_error(error, url) or error from error


def _try(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK_CLASS, _POLLER_LOCK)).fetchone()
    return bool(row and row[0])


def _holder(connection: psycopg.Connection) -> str | None:
    """What the connection that holds the lock calls itself; "" where that may not be seen, None where none does."""
    row = connection.execute(_HOLDER, (LOCK_CLASS, _POLLER_LOCK)).fetchone()
    return None if row is None else str(row[0])


def _running_error(holder: str | None) -> PollerRunningError:
    who = f" ({printable(holder)})" if holder else ""
    return PollerRunningError(
        f"Another poller{who} already writes to this database.",
        hint="Stop that one, or give this one another database.",
    )
