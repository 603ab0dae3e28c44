"""One worker as seen from the poller: its process, started again whenever it ends, and what it is told and tells."""

import asyncio
import contextlib
import os
import socket
import sys
import time
from typing import Protocol

import structlog

from poller.backoff import next_delay
from poller.crew.frames import HEADER, framed
from poller.crew.messages import End, FromWorker, ToWorker, decode_from_worker, encode
from poller.crew.worker_environment import worker_environment

HANG_S = 60.0
"""A worker says every 5 s that it lives; one that is silent for that long is ended and started again."""
END_TIMEOUT_S = 15.0
_LAST_STEP_S = 5.0
"""From the end of its socket to the end of its process."""
STEADY_S = 60.0
"""A worker that lived for so long is started again at once."""
_JITTER = 1.0
_READ_LIMIT = 1 << 22

_log = structlog.get_logger()


class Master(Protocol):
    """Hears of a worker. Called in the event loop's thread."""

    def started(self) -> None:
        """It runs, and knows of nothing yet."""

    def said(self, message: FromWorker) -> None:
        """It says something."""

    def gone(self) -> None:
        """It has ended, and its sessions with it."""


class WorkerProcess:
    """Keeps one worker running until it is told to end.

    Attributes:
        number: by which the log tells it from others.
        pid: while it runs.
        is_dead: whether it has ended, or could not be started, and does not run again yet.
    """

    def __init__(self, number: int, command: tuple[str, ...], master: Master) -> None:
        """Takes its number, what starts one that has the socket as its standard input, and who hears of it."""
        self.number = number
        self.pid: int | None = None
        self.is_dead = False
        self._command = command
        self._master = master
        self._writer: asyncio.StreamWriter | None = None
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts it, and again whenever it ends."""
        self._task = asyncio.create_task(self._keep_running(), name=f"worker {self.number}")

    def send(self, message: ToWorker) -> None:
        """Tells it something; is lost on one that does not run."""
        if self._writer is not None:
            self._writer.write(framed(encode(message)))

    async def end(self) -> None:
        """Has it end its sessions and hand over what is left; by force where that takes too long."""
        self._ending.set()
        self.send(End())
        if self._task is None:
            return
        # Between two lives there is nothing to wait for.
        if self._writer is not None:
            await asyncio.wait({self._task}, timeout=END_TIMEOUT_S)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_running(self) -> None:
        failures = 0
        while not self._ending.is_set():
            began = time.monotonic()
            try:
                status: object = await self._one_life()
            except OSError as error:
                status = error.strerror
            # A mistake of ours must not leave a share of the hosts without a worker for good.
            except Exception as error:  # noqa: BLE001
                _log.error("worker_fault", worker=self.number, exc_info=error)
                status = type(error).__name__
            if self._ending.is_set():
                return
            self.is_dead = True
            failures = 1 if time.monotonic() - began >= STEADY_S else failures + 1
            _log.warning("worker_ended", worker=self.number, status=status)
            await asyncio.sleep(next_delay(failures, _JITTER))

    async def _one_life(self) -> int | None:
        """Runs it to its end; returns how it ended. Raises OSError where it cannot be started."""
        ours, theirs = socket.socketpair()
        try:
            process = await self._spawn(theirs)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self.pid = process.pid
        self.is_dead = False
        try:
            reader, self._writer = await asyncio.open_connection(sock=ours, limit=_READ_LIMIT)
            self._master.started()
            await self._listen(reader)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_STEP_S):
                    await process.wait()
        finally:
            await self._bury(process)
        return process.returncode

    async def _spawn(self, its_end: socket.socket) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=its_end.fileno(),
            stdout=asyncio.subprocess.DEVNULL,
            env=worker_environment(os.environ),
            # Not ended by a Ctrl-C that is meant for us.
            start_new_session=True,
        )

    async def _bury(self, process: asyncio.subprocess.Process) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = self.pid = None
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        self._master.gone()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Until it hangs up, or hangs."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            while True:
                async with asyncio.timeout(HANG_S):
                    header = await reader.readexactly(HEADER)
                    message = await reader.readexactly(int.from_bytes(header, "big"))
                self._master.said(decode_from_worker(message))


def worker_command() -> tuple[str, ...]:
    """What starts a worker by the interpreter that runs this. A bundle has a command of its own."""
    return (sys.executable, "-m", "poller.crew.worker")
