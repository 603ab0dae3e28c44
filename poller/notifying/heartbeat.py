"""A sign of life to an outside watcher: a URL that is asked every minute, for as long as readings are stored.

Whoever is asked there, a service such as healthchecks.io or another machine of one's own, tells people when it is not.
"""

import asyncio
import contextlib
import http.client
import socket
import time
from collections.abc import Callable

import structlog

from alerts.receivers.addresses import checked_url
from poller.own_thread import in_own_thread
from poller.share import Share
from storage.credentials import find_credential
from storage.database import Database
from storage.errors import NotFoundError, WatchpostError
from storage.secret_keeper import CredentialKind, SecretKeeper

CREDENTIAL = "heartbeat"
"""The credential whose secret the URL is: it tells who may say that we live."""
EVERY_S = 60.0
LIMIT_S = 20.0
FRESH_S = 180.0
"""Readings that were stored so lately are a sign of life."""

_log = structlog.get_logger()


class HeartbeatError(WatchpostError):
    """The watcher could not be told. The message never holds the URL."""

    kind = "heartbeat"


class Heartbeat:
    """One of every poller; that of the leader beats."""

    def __init__(
        self,
        database: Database,
        keeper: SecretKeeper,
        share: Share,
        stored: Callable[[], int],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Takes how many readings have been stored since the start, and a clock in seconds."""
        self._database = database
        self._keeper = keeper
        self._share = share
        self._stored = stored
        self._clock = clock
        self._count = 0
        self._grew_at = float("-inf")
        self._failing = ""

    async def step(self) -> None:
        """One beat, where there is a watcher and reason to beat."""
        now, count = self._clock(), self._stored()
        if count != self._count:
            self._count, self._grew_at = count, now
        if not self._share.is_leader or now - self._grew_at > FRESH_S:
            return
        try:
            url = await asyncio.to_thread(self._url)
            if url is not None:
                await ask(url)
        except WatchpostError as error:
            if error.message != self._failing:
                self._failing = error.message
                _log.warning("heartbeat_failed", detail=error.message)
        else:
            if self._failing:
                self._failing = ""
                _log.info("heartbeat_recovered")

    def _url(self) -> str | None:
        try:
            with self._database.reading() as connection:
                credential = find_credential(connection, CREDENTIAL)
        except NotFoundError:
            return None
        # Somebody may use the same name to log in with: that is no URL, and goes nowhere.
        return self._keeper.secret(credential) if credential.kind is CredentialKind.RECEIVER else None


async def ask(url: str, limit_s: float = LIMIT_S) -> None:
    """Asks the URL.

    Raises:
        InvalidInputError: it is none that can be asked; the message does not quote it.
        HeartbeatError: it has not answered in time that all is well.
    """
    parts = checked_url(url, "The URL of the heartbeat")
    made = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = made(parts.hostname or "", parts.port, timeout=limit_s)

    def call() -> int:
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers={"User-Agent": "watchpost"})
            return connection.getresponse().status
        finally:
            connection.close()

    try:
        async with asyncio.timeout(limit_s):
            status = await in_own_thread(call, lambda: _cut(connection))
    except TimeoutError:
        raise HeartbeatError(f"The watcher of the heartbeat did not answer within {limit_s:g} s.") from None
    except (OSError, http.client.HTTPException) as error:
        raise HeartbeatError(f"The watcher of the heartbeat cannot be reached: {_reason(error)}.") from None
    if not 200 <= status < 300:
        raise HeartbeatError(f"The watcher of the heartbeat answered with {status}.")


def _cut(connection: http.client.HTTPConnection) -> None:
    # One that sends a byte now and then would never time out by itself.
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
