"""What a poller does again and again beside reading hosts; a database that is away ends none of it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from storage.errors import WatchpostError

_log = structlog.get_logger()


class Chores:
    """They fail together where the database is away, so one cause is told once: by the chore that meets it first."""

    def __init__(self) -> None:
        self._failing: dict[str, str] = {}

    async def repeat(
        self, name: str, pause_s: float, chore: Callable[[], Awaitable[None]], at_once: asyncio.Event | None = None
    ) -> None:
        """Does a chore until cancelled, with that pause between, or less where the event asks for it at once."""
        while True:
            try:
                await chore()
            except WatchpostError as error:
                self._failed(name, error.kind, error.message)
            # A chore that ended would be missing until the next start, and nobody would be told.
            except Exception as error:  # noqa: BLE001
                self._failed(name, type(error).__name__, str(error)[:200])
            else:
                self._went_well(name)
            await _pause(pause_s, at_once)

    def _failed(self, name: str, kind: str, detail: str) -> None:
        if kind not in self._failing.values():
            _log.warning("chore_failed", chore=name, kind=kind, detail=detail)
        self._failing[name] = kind

    def _went_well(self, name: str) -> None:
        kind = self._failing.pop(name, None)
        if kind is not None and kind not in self._failing.values():
            _log.info("chore_recovered", chore=name)


async def _pause(pause_s: float, at_once: asyncio.Event | None) -> None:
    if at_once is None:
        await asyncio.sleep(pause_s)
        return
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(pause_s):
            await at_once.wait()
    at_once.clear()
