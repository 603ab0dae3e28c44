"""What DNS calls addresses. Asked in threads of their own, as the system's resolver knows no deadline."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator, Sequence

_THREADS = 16
_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?\.?\Z")
"""What a name may be; a name server may say anything."""


async def reverse_names(addresses: Sequence[str], *, deadline_s: float) -> dict[str, str]:
    """The names of those addresses that have one, as far as they are known by the deadline."""
    lookups = _Lookups(addresses, asyncio.get_running_loop())
    return await lookups.run(deadline_s)


class _Lookups:
    """One round of questions."""

    def __init__(self, addresses: Sequence[str], loop: asyncio.AbstractEventLoop) -> None:
        self._left: Iterator[str] = iter(addresses)
        self._names: dict[str, str] = {}
        self._lock = threading.Lock()
        self._loop = loop
        self._busy = min(_THREADS, len(addresses))
        self._done = asyncio.Event()

    async def run(self, deadline_s: float) -> dict[str, str]:
        """The names that came in time. Threads that still wait for an answer then end with it, unheard."""
        if not self._busy:
            return {}
        for _thread in range(self._busy):
            # Daemons: else a resolver that hangs would hold up the end of the program.
            threading.Thread(target=self._work, name="reverse-names", daemon=True).start()
        try:
            async with asyncio.timeout(deadline_s):
                await self._done.wait()
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._left = iter(())
        with self._lock:
            return dict(self._names)

    def _work(self) -> None:
        while (address := self._next()) is not None:
            name = _name_of(address)
            if name is not None:
                with self._lock:
                    self._names[address] = name
        with self._lock:
            self._busy -= 1
            is_last = not self._busy
        if is_last and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._done.set)

    def _next(self) -> str | None:
        with self._lock:
            return next(self._left, None)


def _name_of(address: str) -> str | None:
    try:
        name = socket.getnameinfo((address, 0), socket.NI_NAMEREQD)[0]
    except (OSError, UnicodeError):
        return None
    return name.rstrip(".") if _NAME.match(name) else None
