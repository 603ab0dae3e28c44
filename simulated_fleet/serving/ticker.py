"""Has the lines of all sessions that are due computed at once, and hands them out."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from simulated_fleet.serving.beat import Beat
from simulated_fleet.serving.clock import Clock
from simulated_fleet.serving.figures import Counts
from simulated_fleet.serving.slots import SLOT_S, Slots, slot_end_s
from simulated_fleet.world import Due, World

BACKLOG_LIMIT = 720
"""Lines that wait while a poller does not read, as with the real probe. What waits is not the line but its time."""
WATCHDOG_S = 900.0
"""When nothing could be sent for so long, the probe ends."""
AHEAD_S = 0.5
"""Lines are made so long before they are due: 50 us each among a hundred, and 200 among the dozen of one slot."""
_AT_ONCE = 32
"""Late lines of one session that are computed at once: then its poller may be full again."""


class Listener(Protocol):
    """A session, as the ticker sees it.

    Attributes:
        index: of its host.
        beat: when its lines are due.
        waiting: lines that could not be sent when they were due.
        over: nobody is there any more.
    """

    index: int
    beat: Beat
    waiting: deque[Due]
    over: bool

    @property
    def blocked(self) -> bool:
        """Whether its poller does not read."""

    def line(self, line: bytes) -> None:
        """Takes a line, without its newline."""

    def finished(self) -> None:
        """Told when there will be no more lines."""


class Ticker:
    """The one timer of a process."""

    def __init__(self, world: World, clock: Clock, counts: Counts) -> None:
        """Prepares for `start`.

        Args:
            world: makes the lines.
            clock: the time of all hosts.
            counts: where lines are counted.
        """
        self._world = world
        self._clock = clock
        self._counts = counts
        self._sessions: Slots[Listener] = Slots()
        self._made: Slots[tuple[Listener, Due, bytes]] = Slots()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begins to tick, in the running loop."""
        now_s = self._clock.utc_s()
        self._timer = asyncio.get_running_loop().call_later(slot_end_s(now_s) - now_s, self._on_time)

    def stop(self) -> None:
        """Ticks no more."""
        if self._timer is not None:
            self._timer.cancel()

    def join(self, session: Listener) -> None:
        """Has lines of a session made from now on."""
        self._sessions.put(session, session.beat.next_s)

    def tick(self) -> None:
        """Hands out what is due by now, and makes what will be due soon."""
        now_s = self._clock.utc_s()
        for session, due, line in self._made.take(now_s):
            self._hand_out(session, due, line)
        if self._sessions.are_due(now_s):
            self._make(self._sessions.take(now_s + AHEAD_S), now_s)

    def send_waiting(self, session: Listener) -> None:
        """Makes the lines that waited while a poller did not read, until it does not again."""
        while session.waiting and self._send_some(session):
            pass

    def _on_time(self) -> None:
        try:
            self.tick()
        finally:
            self.start()

    def _make(self, sessions: Sequence[Listener], now_s: float) -> None:
        """Makes the next line of each of these; the first of them are due by now."""
        living = [session for session in sessions if not session.over]
        late_s = max((now_s - session.beat.next_s for session in living), default=0.0) - SLOT_S
        self._counts.late_s = max(self._counts.late_s, late_s)
        planned = [(session, session.beat.next_s, self._due(session, now_s)) for session in living]
        lines = self._world.scrapes([due for _session, _due_s, due in planned]) if planned else []
        for (session, due_s, due), line in zip(planned, lines, strict=True):
            if not session.beat.over:
                self._sessions.put(session, session.beat.next_s)
            if due.t_s <= now_s:
                self._hand_out(session, due, line)
            else:
                self._made.put((session, due, line), due_s)

    def _due(self, session: Listener, now_s: float) -> Due:
        """What a session's next line tells of: the moment at which it will be sent."""
        beat = session.beat
        at_s = max(now_s, slot_end_s(beat.next_s))
        processes, slow, are_answered = beat.wants()
        checks = beat.request.checks if are_answered else ()
        number = beat.number
        beat.advance(now_s)
        return Due(session.index, number, self._world.steady_s(session.index, at_s), at_s, processes, slow, checks)

    def _hand_out(self, session: Listener, due: Due, line: bytes) -> None:
        if session.over:
            return
        if session.blocked or session.waiting:
            self._keep(session, due)
        else:
            self._send(session, due, line)

    def _keep(self, session: Listener, due: Due) -> None:
        if session.waiting and due.t_s - session.waiting[0].t_s > WATCHDOG_S:
            session.finished()
            return
        if len(session.waiting) >= BACKLOG_LIMIT:
            session.waiting.popleft()
            self._counts.left_out += 1
        session.waiting.append(due)

    def _send_some(self, session: Listener) -> bool:
        """Some of those that wait; returns whether its poller still reads."""
        batch = [session.waiting.popleft() for _ in range(min(_AT_ONCE, len(session.waiting)))]
        for place, line in enumerate(self._world.scrapes(batch)):
            if session.blocked or session.over:
                session.waiting.extendleft(reversed(batch[place:]))
                return False
            self._send(session, batch[place], line)
        return True

    def _send(self, session: Listener, due: Due, line: bytes) -> None:
        self._counts.lines += 1
        session.line(line)
        if due.n + 1 == session.beat.request.count:
            session.finished()
