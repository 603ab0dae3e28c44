"""A login by paramiko on which commands are run. Two threads a host: paramiko's own, and one that reads."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Sequence

import asyncssh
from paramiko import Channel
from paramiko.ssh_exception import ChannelException, SSHException

from poller.failure import SessionError, classify
from poller.own_thread import in_own_thread
from poller.paramiko_ssh.wire import Wire, signal_of
from poller.stream.probe_stream import ProbeStream
from storage.reason import Reason

CHUNK = 64 * 1024
CHUNKS_UNDER_WAY = 8
"""Between the thread that reads and an event loop that has no time just now."""
_HUNG_UP = (EOFError, OSError, SSHException)
"""What paramiko raises from a write to a socket that the other side has closed, by where it notices."""
_GOODBYE_S = 1.0
_END_S = 5.0


class ParamikoShell:
    """Connections that lie one in the other, the host's last, and the socket below them."""

    def __init__(self, wires: Sequence[Wire], cut: Callable[[], None]) -> None:
        """Takes the wires, and what cuts the socket at once."""
        self._wires = wires
        self._cut = cut

    async def run(self, command: str, source: bytes, stream: ProbeStream) -> None:
        """As `RemoteShell` has it."""
        wire = self._wires[-1]
        try:
            channel = await in_own_thread(lambda: _open(wire, command), self._cut)
            _Reader(wire, channel, stream).start()
            await in_own_thread(lambda: _feed(channel, source), self._cut)
        except SessionError:
            raise
        except Exception as error:
            raise classify(wire.why_ended() or error) from error

    def abort(self) -> None:
        """Cuts the connection at once, without waiting."""
        self._cut()

    async def close(self) -> None:
        """Says goodbye, where the host listens, and cuts the connection; its threads are gone on return."""
        await in_own_thread(self._leave, self._cut)

    def _leave(self) -> None:
        timer = threading.Timer(_GOODBYE_S, self._cut)
        timer.start()
        for wire in reversed(self._wires):
            wire.say_goodbye()
        timer.cancel()
        self._cut()
        for wire in self._wires:
            # One that was given up before it began has no thread yet.
            if wire.is_alive():
                wire.join(_END_S)
        self._cut()


def _open(wire: Wire, command: str) -> Channel:
    """A channel in which the command runs. Blocks."""
    try:
        channel = wire.open_session()
        channel.exec_command(command)
    except ChannelException as error:
        raise asyncssh.ChannelOpenError(error.code, wire.refusal or error.text) from error
    except SSHException as error:
        if not wire.is_active():
            raise
        raise SessionError(Reason.NO_SHELL, "The login works, but the host runs no command for it.") from error
    return channel


def _feed(channel: Channel, source: bytes) -> None:
    # A command that ended at once has closed the channel; how it ended tells more than that.
    with contextlib.suppress(*_HUNG_UP):
        channel.sendall(source)


class _Reader(threading.Thread):
    """Hands on what a command says, and how it ended, from a thread to the event loop of whoever made it."""

    def __init__(self, wire: Wire, channel: Channel, stream: ProbeStream) -> None:
        super().__init__(name="ssh reader", daemon=True)
        self._wire = wire
        self._channel = channel
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        self._room = threading.Semaphore(CHUNKS_UNDER_WAY)

    def run(self) -> None:
        # The loop is closed: nobody listens any more.
        with contextlib.suppress(RuntimeError):
            self._read()

    def _read(self) -> None:
        stream, channel = self._stream, self._channel
        while data := _received(channel.recv):
            self._hand_on_errors()
            self._hand_on(stream.stdout, data)
        while data := _received(channel.recv_stderr):
            self._hand_on(stream.stderr, data)
        status = channel.recv_exit_status()
        signal = signal_of(channel)
        error = None if status >= 0 or signal else self._wire.why_ended()
        self._loop.call_soon_threadsafe(_tell_end, stream, status, signal, error)

    def _hand_on_errors(self) -> None:
        """What has come on standard error meanwhile: it takes up room that the output needs."""
        while self._channel.recv_stderr_ready():
            self._hand_on(self._stream.stderr, _received(self._channel.recv_stderr))

    def _hand_on(self, take: Callable[[bytes], None], data: bytes) -> None:
        self._room.acquire()
        self._loop.call_soon_threadsafe(self._arrive, take, data)

    def _arrive(self, take: Callable[[bytes], None], data: bytes) -> None:
        self._room.release()
        take(data)


def _received(receive: Callable[[int], bytes]) -> bytes:
    """What has come; nothing once the other side has hung up. Blocks."""
    try:
        return receive(CHUNK)
    except _HUNG_UP:
        # Reading writes, too: the server is told that there is room again, and it may be gone by then.
        return b""


def _tell_end(stream: ProbeStream, status: int, signal: str | None, error: BaseException | None) -> None:
    if signal is not None:
        stream.signalled(signal)
    elif status >= 0:
        stream.exited(status)
    stream.lost(error)
