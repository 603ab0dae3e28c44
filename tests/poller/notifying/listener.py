"""Somebody who is told: an HTTP server that takes messages, fails, hangs, or breaks off."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum, auto
from urllib.parse import urlsplit

from alerts.notifier.message import Message
from alerts.receivers.delivery import Answer
from storage.alerting.receiver import Receiver


class Mood(Enum):
    """How it answers."""

    WELL = auto()
    FAILS = auto()
    REFUSES = auto()
    HANGS = auto()
    BREAKS_OFF = auto()


class Listener:
    """Notes the keys of the messages that it took."""

    def __init__(self, mood: Mood) -> None:
        self.mood = mood
        self.url = ""
        self.asked = 0
        self.taken: list[str] = []
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[["Listener"], object]) -> None:
        """Waits until something is true of it."""
        async with asyncio.timeout(60):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.lower().split("content-length:")[1].split("\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            self.asked += 1
            self._changed.set()
            if self.mood is Mood.HANGS:
                await reader.read()
            elif self.mood is not Mood.BREAKS_OFF:
                status = {Mood.WELL: 200, Mood.REFUSES: 400, Mood.FAILS: 503}[self.mood]
                if status == 200:
                    self.taken.append(body["key"])
                writer.write(f"HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
                self._changed.set()
        writer.transport.abort()


@asynccontextmanager
async def listener(mood: Mood = Mood.WELL) -> AsyncIterator[Listener]:
    """One, on a free port of this machine."""
    made = Listener(mood)
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield made
    finally:
        server.close()


async def by_http(receiver: Receiver, secret: str | None, message: Message) -> Answer:
    """A `Deliver` without a process of its own."""
    place = urlsplit(secret or "")
    try:
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
            try:
                body = json.dumps({"key": message.idempotency_key}).encode()
                writer.write(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                said = (await reader.readline()).decode()
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError) as error:
        return Answer(delivered=False, text=f"cannot be reached: {error}")
    status = int(said.split()[1]) if said else 0
    return Answer(delivered=status == 200, text=f"status {status}", again=status != 400)
