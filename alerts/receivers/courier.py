"""Tells receivers, each delivery in a process of its own with a time limit.

What delivers is 50 MB and a second of loading, and talks to servers that hang: it must neither stay in the memory of
the poller nor be able to stop it. Secrets go through the pipe: command lines and environments can be read by others.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
import structlog

from alerts.notifier.message import Message
from alerts.receivers.chart_series import ChartSeries
from alerts.receivers.delivery import TEXT_LIMIT, Answer
from alerts.receivers.errand import Errand, decode_said, encode_errand
from alerts.receivers.links import Links
from alerts.receivers.redaction import redacted
from storage.alerting.receiver import Receiver, ReceiverKind
from storage.printable import printable

LIMIT_S = 20.0
AT_ONCE = 8
_SAID_LIMIT = 16_384
_LEFT_OUT = ("WATCHPOST_", "PG", "DATABASE_URL", "CREDENTIALS_DIRECTORY")
"""What begins so leads to the database or to secrets, and is of no use for sending."""

_log = structlog.get_logger()


def messenger_command() -> tuple[str, ...]:
    """Starts one delivery with this interpreter; a bundle, which has none, is told another way."""
    return (sys.executable, "-P", "-m", "alerts.receivers.messenger")


async def no_links(_message: Message) -> Links | None:
    """Messages without buttons."""
    return None


async def no_chart(_message: Message) -> ChartSeries | None:
    """Mails without a picture."""
    return None


class Courier:
    """A `Deliver`. For one event loop."""

    def __init__(  # noqa: PLR0913 - all by name
        self,
        command: Sequence[str] | None = None,
        *,
        limit_s: float = LIMIT_S,
        at_once: int = AT_ONCE,
        links: Callable[[Message], Awaitable[Links | None]] = no_links,
        chart: Callable[[Message], Awaitable[ChartSeries | None]] = no_chart,
        time_zone: str = "UTC",
    ) -> None:
        """Takes what it needs.

        Args:
            command: starts the process that delivers; None for this interpreter.
            limit_s: after so long a delivery is given up, and its process killed with all that it has started.
            at_once: how many of these processes there may be.
            links: makes the links of a message, as `links_reader` does; where that fails, there are none.
            chart: finds what the chart of a message shows, as `chart_reader` does; likewise.
            time_zone: in which times are told where the receiver names none.
        """
        self._command = tuple(command or messenger_command())
        self._limit_s = limit_s
        self._places = asyncio.Semaphore(at_once)
        self._links = links
        self._chart = chart
        self._time_zone = time_zone

    async def __call__(self, receiver: Receiver, secret: str | None, message: Message) -> Answer:
        """Tells one, and waits for its answer or the time limit."""
        errand = await self._errand(receiver, secret, message)
        async with self._places:
            return await self._run(errand)

    async def _errand(self, receiver: Receiver, secret: str | None, message: Message) -> Errand:
        links: Links | None = None
        chart: ChartSeries | None = None
        # A message without its picture or its buttons is better than none.
        try:
            links = await self._links(message)
            if receiver.kind is ReceiverKind.EMAIL:
                chart = await self._chart(message)
        except Exception as error:  # noqa: BLE001
            _log.warning("delivery_without_extras", receiver=receiver.name, problem=type(error).__name__)
        return Errand(
            kind=receiver.kind,
            options=dict(receiver.options),
            secret=secret,
            message=message,
            links=links,
            chart=chart,
            time_zone=self._time_zone,
            limit_s=self._limit_s,
        )

    async def _run(self, errand: Errand) -> Answer:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                # A group of its own, so that all of it can be ended.
                start_new_session=True,
                env=messenger_environment(os.environ),
            )
        except OSError as error:
            return Answer(False, f"The process that delivers cannot be started: {error.strerror}.")
        try:
            async with asyncio.timeout(self._limit_s):
                said = await _exchanged(process, encode_errand(errand))
                await process.wait()
        except TimeoutError:
            return Answer(False, f"No answer within {self._limit_s:g} s.")
        finally:
            await _ended(process)
        return _answer(said, process.returncode, errand)


def messenger_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Proxies, certificates, the desktop's session: all but what leads to secrets."""
    return {name: value for name, value in environment.items() if not name.startswith(_LEFT_OUT)}


async def _exchanged(process: asyncio.subprocess.Process, errand: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        return b""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(errand)
        await process.stdin.drain()
    process.stdin.close()
    said = b""
    while len(said) <= _SAID_LIMIT and (part := await process.stdout.read(_SAID_LIMIT)):
        said += part
    if len(said) > _SAID_LIMIT:
        # Nothing of ours says so much; it would wait for somebody to read on.
        _kill(process)
    return said


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        _kill(process)
        await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _answer(said: bytes, status: int | None, errand: Errand) -> Answer:
    """What the process says, as far as it can be believed: it has talked to strangers."""
    try:
        answer = decode_said(said)
    except msgspec.MsgspecError:
        return Answer(False, f"The process that delivers ended without an answer (status {status}).")
    text = printable(redacted(answer.text, errand.secret), TEXT_LIMIT)
    return Answer(answer.delivered, text, answer.again)
