"""What both SSH libraries have in common: a login on which a command is run that becomes the probe."""

import asyncio
from collections.abc import Awaitable, Callable, Container
from typing import Protocol

from poller.event_loop import LOGIN_S, hurry
from poller.failure import SessionError
from poller.probe_start.start import Start
from poller.stream.probe_stream import ProbeStream
from poller.transport import OnStep, ProbeConnection, ProbeSink
from storage.connection_step import Step
from storage.reason import Reason


class RemoteShell(Protocol):
    """A login to a host, by whichever library."""

    async def run(self, command: str, source: bytes, stream: ProbeStream) -> None:
        """Opens a channel, runs the command there and feeds it the source; what comes back goes to the stream.

        The command's standard input stays open. Some servers open one channel in a connection and no more.

        Raises:
            SessionError: the host opened none (`NO_SHELL`), or the connection is gone.
        """

    def abort(self) -> None:
        """Cuts the connection at once, without waiting."""

    async def close(self) -> None:
        """Closes channel and connection, and those to jump hosts. May be called again, and after the end."""


LogIn = Callable[[OnStep], Awaitable[RemoteShell]]
"""Logs in and tells of NAME, TCP, HOST_KEY and LOGIN as they pass; raises SessionError and leaves nothing open then."""


async def start_on(
    log_in: LogIn, start: Start, sink: ProbeSink, on_step: OnStep | None = None, *, timeout_s: float
) -> ProbeConnection:
    """Logs in, starts a probe one way and waits until it is there.

    Args:
        log_in: by one library or the other.
        start: what to run, and what to feed it.
        sink: takes the lines; the first may come before this returns.
        on_step: told of NAME, TCP, HOST_KEY, LOGIN and PYTHON, once each as they pass.
        timeout_s: from the login until the probe runs.

    Raises:
        SessionError: it did not work, and why. Nothing is left open then.
    """
    steps = EachOnce(on_step)
    try:
        shell = await log_in(steps)
    except SessionError as failure:
        raise _before_greeting(failure, steps.passed) from failure
    try:
        stream = ProbeStream(sink, shell.abort)
        await _run(shell, start, stream, timeout_s)
        await stream.wait_ready(timeout_s)
    except BaseException:
        await shell.close()
        raise
    steps(Step.PYTHON)
    return _RemoteProbe(shell, stream)


async def _run(shell: RemoteShell, start: Start, stream: ProbeStream, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            with hurry(LOGIN_S):
                await shell.run(start.command, start.source, stream)
    except TimeoutError:
        raise SessionError(
            Reason.TIMEOUT,
            f"The login works, but the host did not answer the request for a session within {timeout_s:.0f} s.",
            hint="The host may be overloaded: it can log somebody in, but start nothing.",
        ) from None


def _before_greeting(failure: SessionError, passed: Container[Step]) -> SessionError:
    """A connection that is closed as soon as it is open has other causes than one that breaks later."""
    if failure.reason is not Reason.LOST or Step.TCP not in passed or Step.HOST_KEY in passed:
        return failure
    return SessionError(
        Reason.LOST,
        "The server hung up before the login began.",
        hint="It may take no more connections just now (`MaxStartups` in sshd_config), or none from this address "
        "(fail2ban, a firewall, /etc/hosts.deny). It is tried again, less and less often.",
        detail=failure.message,
    )


class _RemoteProbe:
    """A started probe and the login it runs in."""

    def __init__(self, shell: RemoteShell, stream: ProbeStream) -> None:
        self._shell = shell
        self._stream = stream

    async def close(self) -> None:
        """Closes the channel, which ends the probe's standard input and so the probe, and the connections."""
        self._stream.mute()
        await self._shell.close()


class EachOnce:
    """Passes on each step the first time only.

    Attributes:
        passed: the steps so far.
    """

    def __init__(self, on_step: OnStep | None) -> None:
        self._on_step = on_step
        self.passed: set[Step] = set()

    def __call__(self, step: Step) -> None:
        """Takes a step, which may have been told before."""
        if step in self.passed:
            return
        self.passed.add(step)
        if self._on_step is not None:
            self._on_step(step)
