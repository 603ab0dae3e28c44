"""A sink that keeps what a probe's stream brought, and lets a test wait for it."""

import asyncio
from collections.abc import Callable

from poller.failure import SessionError

_DEADLINE_S = 60.0


class Collected:
    """All lines and endings of one session."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.failures: list[SessionError] = []
        self._news = asyncio.Event()

    def lines(self, lines: list[bytes]) -> None:
        self.received += lines
        self._news.set()

    def ended(self, failure: SessionError) -> None:
        self.failures.append(failure)
        self._news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until something that came makes the condition true."""
        async with asyncio.timeout(_DEADLINE_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def line(self, index: int = 0) -> bytes:
        """The line with that number, once it is there."""
        await self.until(lambda: len(self.received) > index)
        return self.received[index]

    async def failure(self) -> SessionError:
        """How the session ended, once it has."""
        await self.until(lambda: bool(self.failures))
        return self.failures[0]
