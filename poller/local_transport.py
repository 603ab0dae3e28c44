"""The probe of this very machine: a child process, started with the same stub and payload as on any host."""

import asyncio
import contextlib
import signal
import sys
from typing import cast

from poller.failure import classify
from poller.probe_start.bootstrap import payload, python_arguments
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.start_in_turn import start_in_turn
from poller.stream.probe_stream import ProbeStream
from poller.transport import ProbeConnection, ProbeSink
from storage.host import Reader

START_TIMEOUT_S = 30.0
_PATIENCE_S = 1.0
"""How long a child may take to end by itself, and again after SIGTERM."""


async def start_local(options: ProbeOptions, sink: ProbeSink) -> ProbeConnection:
    """Starts the probe on this machine.

    Raises:
        SessionError: it did not start.
    """
    # In a bundle, sys.executable is Watchpost and no Python.
    if not getattr(sys, "frozen", False) and options.reader is not Reader.SHELL and not options.sudo:
        return await start_child((sys.executable, *python_arguments(options)), payload(options), sink)
    return await start_in_turn(options, lambda start: start_child(("/bin/sh", "-c", start.command), start.source, sink))


async def start_child(
    command: tuple[str, ...], source: bytes, sink: ProbeSink, timeout_s: float = START_TIMEOUT_S
) -> ProbeConnection:
    """Starts a command that becomes a probe, feeds it the source and waits for its marker.

    Raises:
        SessionError: the command cannot be run, ended, or did not become a probe in time; it is gone then.
    """
    loop = asyncio.get_running_loop()
    try:
        # A session of its own: Ctrl-C in our terminal is not meant for the probe, which ends when we do.
        transport, child = await loop.subprocess_exec(lambda: _Child(sink), *command, start_new_session=True)
    except OSError as error:
        raise classify(error) from error
    connection = _LocalConnection(transport, child)
    try:
        child.stdin.write(source)
        await child.stream.wait_ready(timeout_s)
    except BaseException:
        await connection.kill()
        raise
    return connection


class _Child(asyncio.SubprocessProtocol):
    """Callbacks of the child process."""

    def __init__(self, sink: ProbeSink) -> None:
        self.stream = ProbeStream(sink, self._kill)
        self.gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self.stdin = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(0))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 1:
            self.stream.stdout(data)
        else:
            self.stream.stderr(data)

    def process_exited(self) -> None:
        status = self._transport.get_returncode() or 0
        if status < 0:
            self.stream.signalled(_signal_name(-status))
        else:
            self.stream.exited(status)

    def connection_lost(self, exc: Exception | None) -> None:
        self.stream.lost(exc)
        self.gone.set()

    def _kill(self) -> None:
        self._transport.close()


class _LocalConnection:
    """A started child."""

    def __init__(self, transport: asyncio.SubprocessTransport, child: _Child) -> None:
        self._transport = transport
        self._child = child

    async def close(self) -> None:
        """Ends the probe by the end of its input; by force where that is not enough. It is reaped on return."""
        self._child.stream.mute()
        self._child.stdin.close()
        for end in (None, self._transport.terminate):
            try:
                if end is not None:
                    end()
                async with asyncio.timeout(_PATIENCE_S):
                    await self._child.gone.wait()
                break
            except ProcessLookupError:
                break
            except TimeoutError:
                continue
        await self.kill()

    async def kill(self) -> None:
        """Ends it at once and waits until it is reaped.

        Not for ever: a process of which one thread waits for a dead file system is there until that answers.
        """
        self._child.stream.mute()
        # Closes the pipes, too: a grandchild that keeps them open would keep us waiting.
        self._transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await self._child.gone.wait()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name.removeprefix("SIG")
    except ValueError:
        return str(number)
