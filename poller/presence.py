"""This poller's row in the database: that it is there, that it lives, and that it has ended."""

import asyncio
import contextlib
import getpass
import os
import socket
import uuid
from collections.abc import Callable
from typing import Any

from poller.delays import Delays
from storage.database import Database
from storage.errors import WatchpostError
from storage.pollers import Run, heartbeat, is_displaced, mark_stopped, register_poller
from storage.utc import now_ms

MARK_STOPPED_S = 5.0


class Presence:
    """Says to whoever reads the database how this poller is.

    Attributes:
        run: which one this is; None before it has begun.
    """

    def __init__(
        self,
        database: Database,
        version: str,
        delays: Delays,
        figures: Callable[[], dict[str, Any]] = dict,
        name: str = "",
    ) -> None:
        """Takes what tells of the poller's work, to be called in the event loop, and the poller's name."""
        self.run: Run | None = None
        self._fresh_id = str(uuid.uuid4())
        self._database = database
        self._version = version
        self._name = name
        self._delays = delays
        self._figures = figures

    async def begin(self) -> None:
        """Says that it has started."""
        await asyncio.to_thread(self._register)

    async def beat(self) -> None:
        """Says that it lives."""
        delay_ms = self._delays.take_median_ms()
        await asyncio.to_thread(self._write_heartbeat, delay_ms, self._figures())

    async def end(self) -> None:
        """Says that it has ended; gives up soon where the database does not answer."""
        with contextlib.suppress(WatchpostError, TimeoutError):
            async with asyncio.timeout(MARK_STOPPED_S):
                await asyncio.to_thread(self._mark_stopped)

    def _register(self) -> None:
        with self._database.writing() as connection:
            # By now another run may have begun under our name: it is the one that goes on.
            if self.run is not None and is_displaced(connection, self.run, self._name):
                return
            # Set before it is committed: whoever finds the row in between must not take it for another run's.
            self.run = register_poller(
                connection,
                # What we left in the spool, and who reads our hosts, is told by the id.
                poller_id=self.run.poller_id if self.run is not None else self._fresh_id,
                name=self._name,
                user=_user(),
                machine=socket.gethostname(),
                pid=os.getpid(),
                version=self._version,
                now_ms=now_ms(),
            )

    def _write_heartbeat(self, delay_ms: int | None, figures: dict[str, Any]) -> None:
        # Without waiting for other writers: one that is frozen must not make us look dead as well.
        with self._database.recording() as connection:
            is_known = self.run is not None and heartbeat(connection, self.run, now_ms(), delay_ms, figures)
        if not is_known:
            # Another database, or an earlier state of it, has taken the place of the one that we began with.
            self._register()

    def _mark_stopped(self) -> None:
        if self.run is not None:
            with self._database.recording() as connection:
                mark_stopped(connection, self.run, now_ms())


def _user() -> str:
    """As whom this process runs; empty for a number without a name, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
