"""A probe's session: takes the request, greets, and passes on the lines that the ticker makes."""

import asyncio
from collections import deque
from typing import Protocol

import asyncssh

from simulated_fleet.serving.beat import Beat
from simulated_fleet.serving.clock import Clock
from simulated_fleet.serving.host import SimulatedHost
from simulated_fleet.serving.probe_request import START_WORD, BadRequestError, ProbeRequest, RequestReader
from simulated_fleet.serving.ticker import Ticker
from simulated_fleet.world import Due, World

MARKER = b"\0\0WATCHPOST1\n"
BUFFER_BYTES = 16_384
"""What is kept of one session that is not read, beside the times of its lines; 10,000 of them at once are 160 MB."""
_NOT_COMPLETE, _NO_SUCH_COMMAND = 95, 127
_EXPLANATION = b"This is a simulated host: it runs the probe of Watchpost and nothing else.\n"


class Carrier(Protocol):
    """The connection, as its session sees it."""

    host: SimulatedHost

    @property
    def blocked(self) -> bool:
        """Whether the other side does not take what is sent."""


class ProbeSession(asyncssh.SSHServerSession[bytes]):
    """asyncssh's callbacks of one channel. A `ticker.Listener`."""

    def __init__(self, carrier: Carrier, room: "Room") -> None:
        self.index = carrier.host.index
        self.beat = Beat(ProbeRequest(), 0.0)
        self.waiting: deque[Due] = deque()
        self.over = False
        self._carrier = carrier
        self._room = room
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._request: RequestReader | None = None
        self._window_full = False

    @property
    def blocked(self) -> bool:
        """Whether the poller does not read."""
        return self._window_full or self._carrier.blocked

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """The channel stands."""
        chan.set_write_buffer_limits(high=BUFFER_BYTES)
        self._channel = chan

    def exec_requested(self, command: str) -> bool:
        """Any command is taken; only that of a poller does anything."""
        if START_WORD in command:
            self._request = RequestReader()
        return True

    def session_started(self) -> None:
        """Tells a person that there is nothing to be had here."""
        if self._request is None and self._channel is not None:
            self._channel.write_stderr(_EXPLANATION)
            self._channel.exit(_NO_SUCH_COMMAND)

    def data_received(self, data: bytes, _datatype: asyncssh.DataType) -> None:
        """More of the request, or nothing of meaning."""
        if self._request is None:
            # What comes once the probe runs is of no meaning to it.
            return
        try:
            request = self._request.feed(data)
        except BadRequestError as error:
            self._refuse(error)
            return
        if request is not None:
            self._request = None
            self._begin(request)

    def eof_received(self) -> bool:
        """The life line is cut: the probe ends."""
        if self._request is not None:
            self._exit(_NOT_COMPLETE)
        else:
            self._exit(0)
        return False

    def pause_writing(self) -> None:
        """The poller's window is full."""
        self._window_full = True

    def resume_writing(self) -> None:
        """It has room again."""
        self._window_full = False
        self.send_waiting()

    def connection_lost(self, _exc: Exception | None) -> None:
        """The channel is gone."""
        if not self.over:
            self.over = True
            self.waiting.clear()
            self._room.left(self)
        self._channel = None

    def send_waiting(self) -> None:
        """Goes on after a stall."""
        if not self.blocked:
            self._room.ticker.send_waiting(self)

    def line(self, line: bytes) -> None:
        """Sends a line; a slow host does so later."""
        delay_s = self._carrier.host.condition.delay_s
        if delay_s:
            asyncio.get_running_loop().call_later(delay_s, self._write, line + b"\n")
        else:
            self._write(line + b"\n")

    def finished(self) -> None:
        """As many lines as were asked for are sent."""
        self._exit(0)

    def _begin(self, request: ProbeRequest) -> None:
        now_s = self._room.clock.utc_s()
        world, index = self._room.world, self.index
        hello = world.hello(index, world.steady_s(index, now_s), now_s, request.interval_s)
        self._write(MARKER + b"\n".join([hello, *world.layouts(index, request.checks), b""]))
        self.beat = Beat(request, now_s)
        self._room.entered(self)

    def _refuse(self, error: BadRequestError) -> None:
        self._request = None
        if self._channel is not None:
            self._channel.write_stderr(f"{error}\n".encode())
        self._exit(_NOT_COMPLETE)

    def _write(self, data: bytes) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.write(data)

    def _exit(self, status: int) -> None:
        if self._channel is not None and not self._channel.is_closing():
            self._channel.exit(status)


class Room:
    """What all sessions of a process share.

    Attributes:
        world: makes what they say.
        clock: the time of all hosts.
        ticker: makes their lines when they are due.
        sessions: in which a probe runs.
    """

    def __init__(self, world: World, clock: Clock, ticker: Ticker) -> None:
        self.world = world
        self.clock = clock
        self.ticker = ticker
        self.sessions: set[ProbeSession] = set()

    def entered(self, session: ProbeSession) -> None:
        """A probe runs."""
        self.sessions.add(session)
        self.ticker.join(session)

    def left(self, session: ProbeSession) -> None:
        """It does not any more."""
        self.sessions.discard(session)
