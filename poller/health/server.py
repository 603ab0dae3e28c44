"""The health port: a thread of its own that answers, whatever the rest of the poller is at, and whoever asks.

Nobody who connects can cost the poller anything: requests are small or refused, slow ones are cut, few are served at
once and a second, and more than these wait in the kernel's queue. Honest ones wait with them: a steady flood keeps an
answer back for seconds.
"""

import asyncio
import contextlib
import errno
import os
import socket
import threading
from collections.abc import Callable

import structlog

from poller.health.http_request import HEAD_LIMIT, Answer, Request, answer_bytes, is_whole, read_request
from storage.errors import WatchpostError

AT_ONCE = 32
"""Connections; when one more comes, the oldest is cut, so that slow ones keep nobody out."""
A_SECOND = 50.0
"""Connections that are taken; beside a Prometheus, an orchestrator and a person, plenty. Each costs 0.3 ms of CPU."""
BURST = 50.0
QUEUE = 128
"""Beyond these the kernel lets clients try again, which takes them seconds."""
PATIENCE_S = 5.0
"""For a request to come, and for its answer to be taken."""
_HINTS = {
    errno.EADDRINUSE: "Name another port with --health ADDRESS:PORT, or end the program that uses this one.",
    errno.EADDRNOTAVAIL: "This machine has no such address; `ip address` lists those that it has.",
    errno.EACCES: "Ports below 1024 are for root; name another one with --health ADDRESS:PORT.",
}
_METHODS = frozenset({"GET", "HEAD"})

_log = structlog.get_logger()


class HealthPortError(WatchpostError):
    """The health port cannot be opened."""

    kind = "health_port"


class HealthServer:
    """Answers HTTP on one address for as long as it runs."""

    def __init__(self, address: str, port: int, answer: Callable[[Request], Answer]) -> None:
        """Remembers what to do.

        Args:
            address: IP address or name of this machine to listen on.
            port: there; 0 for any that is free.
            answer: called in the server's thread; must not wait for anything.
        """
        self._asked = (address, port)
        self._answer = answer
        self._listener: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="health port", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._began = threading.Event()
        self._open: dict[asyncio.Task[None], socket.socket] = {}

    @property
    def port(self) -> int:
        """On which it listens."""
        assert self._listener is not None  # noqa: S101
        return int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Listens from now on. Raises HealthPortError."""
        self._listener = _listener(*self._asked)
        self._thread.start()
        self._began.wait()
        if self._loop is None:
            self._listener.close()
            raise HealthPortError(
                "The health port cannot be served: its thread did not begin.",
                hint="Are there too few open files (ulimit -n)? The log says more.",
            )

    def stop(self) -> None:
        """Ends it, with every connection; may be called without a start."""
        if self._loop is not None and self._accepting is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._accepting.cancel)
            self._thread.join(PATIENCE_S)
        if self._listener is not None:
            self._listener.close()

    def _run(self) -> None:
        try:
            with (
                asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
                contextlib.suppress(asyncio.CancelledError),
            ):
                runner.run(self._serve())
        except OSError as error:
            _log.error("health_port_ended", detail=error.strerror)
        finally:
            # Whoever starts it waits, and must not do so for ever.
            self._began.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._accepting = asyncio.current_task()
        self._began.set()
        try:
            await self._accept()
        finally:
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self) -> None:
        assert self._listener is not None  # noqa: S101
        loop = asyncio.get_running_loop()
        allowed, counted_at = BURST, loop.time()
        while True:
            try:
                connection, _ = await loop.sock_accept(self._listener)
            except OSError:
                # Out of descriptors, or the other side was gone at once.
                await asyncio.sleep(1.0)
                continue
            if len(self._open) >= AT_ONCE:
                next(iter(self._open)).cancel()
                # It is gone when its callback has run.
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            task = loop.create_task(self._converse(connection))
            self._open[task] = connection
            task.add_done_callback(self._forget)
            now = loop.time()
            allowed, counted_at = min(BURST, allowed + (now - counted_at) * A_SECOND) - 1.0, now
            if allowed < 1.0:
                await asyncio.sleep(1.0 / A_SECOND)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._open.pop(task).close()

    async def _converse(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        connection.setblocking(False)
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                head = await _head_of(connection)
            if not head:
                return
            async with asyncio.timeout(PATIENCE_S):
                await loop.sock_sendall(connection, self._reply(head))
                connection.shutdown(socket.SHUT_WR)
                # Closed with something unread, the kernel would take back what the client has not read yet.
                await loop.sock_recv(connection, HEAD_LIMIT)

    def _reply(self, head: bytes) -> bytes:
        if not is_whole(head):
            return answer_bytes(Answer(431, b"Too long.\n"))
        request = read_request(head)
        if request is None:
            return answer_bytes(Answer(400, b"This is HTTP/1.\n"))
        if request.method not in _METHODS:
            return answer_bytes(Answer(405, b"GET it.\n", headers={"Allow": "GET, HEAD"}))
        try:
            answer = self._answer(request)
        # Whatever goes wrong with one answer must not end the thread.
        except Exception:  # noqa: BLE001
            _log.exception("health_port_failed", path=request.path[:100])
            answer = Answer(500, b"Something went wrong; the log says more.\n")
        return answer_bytes(answer, with_body=request.method == "GET")


async def _head_of(connection: socket.socket) -> bytes:
    """The head of a request, or as much of it as may be; empty when the other side says nothing more."""
    loop = asyncio.get_running_loop()
    head = b""
    while not is_whole(head) and len(head) < HEAD_LIMIT:
        more = await loop.sock_recv(connection, HEAD_LIMIT - len(head))
        if not more:
            return b""
        head += more
    return head


def _listener(address: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, place = found[0]
        # All of a place: an IPv6 address of one link has its scope in it.
        listener = socket.create_server(place, family=family, backlog=QUEUE)
    except OSError as error:
        # Python puts the address into the words once more; a name that is not found has words of its own.
        words = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise HealthPortError(
            f"The health port {address}:{port} cannot be opened: {words}.",
            hint=_HINTS.get(error.errno or 0, "Name another one with --health ADDRESS:PORT."),
        ) from error
    listener.setblocking(False)
    return listener
