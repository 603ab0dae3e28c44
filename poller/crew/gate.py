"""Lets only so many logins go on at once, without letting hosts that do not answer keep the others waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HOLD_S = 2.0
"""A login that takes longer waits for its host, and costs nothing meanwhile: its place goes to the next."""


class Gate:
    """Places for logins. For one event loop.

    Where 500 of 10,000 hosts are dead, each of their tries takes 15 s. If these kept their places for all that time,
    a host that is well would wait for more than two minutes behind them.
    """

    def __init__(self, places: int, hold_s: float = HOLD_S) -> None:
        """Takes how many there are, and for how many seconds one is kept at most."""
        self._places = asyncio.Semaphore(places)
        self._hold_s = hold_s

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Waits for a place; it is free again when the block is left, or soon enough."""
        await self._places.acquire()
        held = _Held(self._places)
        timer = asyncio.get_running_loop().call_later(self._hold_s, held.let_go)
        try:
            yield
        finally:
            timer.cancel()
            held.let_go()


class _Held:
    """One place, which is given back once."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def let_go(self) -> None:
        if self._places is not None:
            self._places.release()
            self._places = None
