"""Locks of pollers on a PostgreSQL database: advisory ones on a connection of their own.

Every poller shares one lock, so that a command which needs the database for itself has to take it alone and finds out
that it cannot; and each has another one for its name. Both are gone when their connection is: the server restarts, or
the network between is cut. A thread notices at once and takes them again as soon as the server answers. What happens
until then does no harm: leases say what each poller may write (`storage.leases`). Only where another one has the name
by then, or somebody has the database for himself, is this poller told to end.
"""

import hashlib
import os
import platform
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import LiteralString

import psycopg
import structlog

from storage.engines.postgresql import CONNECT_TIMEOUT_S, LOCK_CLASS, connect
from storage.engines.postgresql_errors import translate_error
from storage.engines.postgresql_url import PostgresqlUrl
from storage.errors import PollerRunningError, WatchpostError
from storage.printable import printable

_POLLER_LOCK = 2
_NAME_CLASS = LOCK_CLASS + 1
_PATIENCE_S = 1.0
"""A server takes a moment to notice that a poller was killed."""
_PAUSE_S = 0.1
_RETRY_S = 1.0
_GHOST_S = 20.0
"""For so long the server may take a connection for alive that we have lost: `tcp_keepalives_*` notice in 11 s."""
_FOREIGN_S = 5.0
"""Commands that make or copy a database hold the lock for moments as well."""
_NAME_LIMIT = 63
_HOLDER_LIMIT = 200
_HOLDERS = """
SELECT mode, coalesce(activity.application_name, '')
FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
WHERE locktype = 'advisory' AND CAST(classid AS bigint) = %s AND CAST(objid AS bigint) = %s AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY pid
"""
_ALONE = "ExclusiveLock"

_log = structlog.get_logger()


class PostgresqlPollerLock:
    """See `storage.poller_lock.PollerLock`."""

    def __init__(
        self, url: PostgresqlUrl, on_lost: Callable[[WatchpostError], None] | None, poller: str | None = None
    ) -> None:
        """Takes the name of the poller; None for who wants no poller there at all."""
        self._url = url
        self._poller = poller
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
        while not self._try(connection):
            if time.monotonic() >= deadline:
                raise self._running_error(self._in_the_way(connection))
            time.sleep(_PAUSE_S)

    def _try(self, connection: psycopg.Connection) -> bool:
        if self._poller is None:
            return _took(connection, "pg_try_advisory_lock", LOCK_CLASS, _POLLER_LOCK)
        if not _took(connection, "pg_try_advisory_lock_shared", LOCK_CLASS, _POLLER_LOCK):
            return False
        if _took(connection, "pg_try_advisory_lock", _NAME_CLASS, name_key(self._poller)):
            return True
        _took(connection, "pg_advisory_unlock_shared", LOCK_CLASS, _POLLER_LOCK)
        return False

    def _in_the_way(self, connection: psycopg.Connection) -> str | None:
        """What calls itself how that has what we want; "" where that may not be seen, None where nobody has it."""
        all_there = _holders(connection, LOCK_CLASS, _POLLER_LOCK)
        if self._poller is None:
            return ", ".join(name for _, name in all_there) if all_there else None
        alone = [name for mode, name in all_there if mode == _ALONE]
        namesakes = [name for _, name in _holders(connection, _NAME_CLASS, name_key(self._poller))]
        return next(iter([*alone, *namesakes]), None)

    def _running_error(self, holder: str | None) -> PollerRunningError:
        who = f" ({printable(holder, _HOLDER_LIMIT)})" if holder else ""
        if self._poller is None:
            return PollerRunningError(
                f"Another poller{who} already writes to this database.",
                hint="Stop that one, or give this one another database.",
            )
        return PollerRunningError(
            f"Another poller{who} already writes to this database under the name “{printable(self._poller, 64)}”.",
            hint="Stop that one, or give this one a name of its own: watchpost run --name NAME",
        )

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
                    if self._try(connection):
                        left_open.pop_all()
                        _log.info("poller_lock_taken_again")
                        return connection
                    holder = self._in_the_way(connection)
            except psycopg.Error:
                continue
            held_since = held_since or time.monotonic()
            # With our own name, or one that may not be seen, it may be what the server has not yet noticed to be gone.
            patience_s = _GHOST_S if holder in {None, "", self._name} else _FOREIGN_S
            if time.monotonic() >= held_since + patience_s:
                error = self._running_error(holder)
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


def lock_is_held(url: PostgresqlUrl, poller: str | None = None) -> bool:
    """Whether a poller holds the lock just now; with a name, that one. Raises DatabaseUnavailableError."""
    lock = (LOCK_CLASS, _POLLER_LOCK) if poller is None else (_NAME_CLASS, name_key(poller))
    try:
        with connect(url, autocommit=True) as connection:
            return bool(_holders(connection, *lock))
    except psycopg.Error as error:
        raise translate_error(error, url) or error from error


def name_key(name: str) -> int:
    """A number for a name, of the size that a lock has: two names share one once in four milliards of pairs."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big", signed=True)


def _took(connection: psycopg.Connection, function: LiteralString, lock_class: int, number: int) -> bool:
    row = connection.execute(f"SELECT {function}(%s, %s)", (lock_class, number)).fetchone()
    return bool(row and row[0])


def _holders(connection: psycopg.Connection, lock_class: int, number: int) -> list[tuple[str, str]]:
    """Of each connection that holds a lock the mode, and what it calls itself, "" where that may not be seen."""
    return connection.execute(_HOLDERS, (lock_class, number & 0xFFFFFFFF)).fetchall()
