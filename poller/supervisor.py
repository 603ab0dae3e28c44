"""One host's life: connect, listen, judge how it ended, wait, again."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import structlog

from poller.assignment import Assignment
from poller.failure import SessionError
from poller.retry import Failures, Hold, decide_retry
from poller.stream.allowance import Allowance
from poller.stream.session import Session
from poller.transport import ProbeConnection, ProbeSink
from storage.errors import DatabaseCorruptError, DatabaseUnavailableError, WatchpostError
from storage.host_status import HostStatus
from storage.reason import HostState, Reason
from storage.scrape import Scrape

DATABASE_PAUSE_S = 2.0
"""Between tries to read a host's keys from a database that is away; the poller's chores tell of it."""

STEADY_S = 60.0
"""A session that was up for that long was a good one, however it ended."""

WAKING_S = 60.0
"""So long after this machine has slept, no host is held responsible for a connection that is gone."""
WAKING_PAUSE_S = 3.0
"""Between two tries meanwhile, less up to half of it: a wireless network takes 5 to 10 s to come back."""
AWAKE_ANSWER_S = 10.0

_OF_THE_NETWORK = frozenset({Reason.DNS, Reason.NO_ROUTE, Reason.TIMEOUT, Reason.SILENT, Reason.LOST})
"""What our own sleep may be to blame for."""

_REFUSED = frozenset({Reason.AUTH, Reason.DIRECTORY_DOWN})

StartProbe = Callable[[Assignment, ProbeSink], Awaitable[ProbeConnection]]
"""Starts the probe of an assignment; raises SessionError."""

_log = structlog.get_logger()


def data_age_limit(interval_s: float) -> float:
    """Seconds without a line after which a session counts as dead, however alive its connection is.

    Four intervals let a loaded host miss a few; 20 s at the least, below the 60 s after which a host counts as down.
    """
    return max(4 * interval_s, 20.0)


@dataclass(frozen=True, slots=True)
class Edges:
    """What a supervisor acts through, so that its decisions can be tested without a network.

    Attributes:
        start: starts the probe; raises SessionError.
        gate: a place in it is held while connecting, so that a fleet does not connect all at once.
        record_scrape: takes every scrape, with the seconds between two of them.
        record_status: takes every change of state.
        wall_clock: UTC seconds.
        count_failure: told of every session that failed or ended.
        look_awake: called when a session is over, as it may be this machine's own sleep that ended it.
    """

    start: StartProbe
    gate: Callable[[], AbstractAsyncContextManager[None]]
    record_scrape: Callable[[Scrape, float], None]
    record_status: Callable[[HostStatus], None]
    wall_clock: Callable[[], float]
    count_failure: Callable[[Reason], None] = lambda _reason: None
    look_awake: Callable[[], None] = lambda: None


class Supervisor:
    """Keeps one host's session up for as long as `run()` runs.

    Attributes:
        status: the last state that was recorded.
    """

    def __init__(self, assignment: Assignment, edges: Edges, last: HostStatus | None = None) -> None:
        self.status = last
        self._assignment = assignment
        self._host = assignment.host
        self._edges = edges
        # A host that was blocked for refused logins gets one try after a restart, not three more.
        was_refused = last is not None and last.state is HostState.BLOCKED and last.reason is Reason.AUTH
        self._failures = Failures(2, 2) if was_refused else Failures()
        self._allowance = Allowance(assignment.interval_s, time.monotonic)
        self._up_at: float | None = None
        self._waking_until = 0.0
        self._hold = Hold.NONE
        self._try_now = asyncio.Event()
        self._helped: set[Reason] = set()
        self._session: Session | None = None

    def retry(self) -> None:
        """Ends the waiting or the block: something has changed that may help."""
        self._failures = Failures()
        self._try_now.set()

    def retry_if(self, reasons: Collection[Reason]) -> None:
        """Something has changed that may help against these reasons, even where a try began without it."""
        self._helped.update(reasons)
        if self._is_helped():
            self.retry()

    def hold(self, hold: Hold) -> None:
        """Many hosts refuse the same login, or no longer: meanwhile no refusal counts, and it waits to be told."""
        before, self._hold = self._hold, hold
        if self.status is None or self.status.reason not in _REFUSED:
            return
        if hold is Hold.DOWN:
            self._failures = Failures()
            self._set_state(HostState.UNREACHABLE, SessionError(Reason.DIRECTORY_DOWN))
        elif hold is Hold.NONE and before is not Hold.NONE and self.status.state is not HostState.BLOCKED:
            self.retry()

    def woke(self) -> None:
        """This machine has slept: the session is looked at, and a host that is waited for gets a try now."""
        self._waking_until = time.monotonic() + WAKING_S
        if self._session is not None and not self._session.ended_with.done():
            self._session.expect_line(max(2 * self._assignment.interval_s, AWAKE_ANSWER_S))
        elif self.status is not None and self.status.state is HostState.UNREACHABLE:
            self.retry()

    async def run(self) -> None:
        """Connects and reconnects until cancelled; the probe is ended before this returns."""
        if self._is_held():
            # It was so before a worker died: its new life is no reason to try all hosts of a login.
            await self._try_now.wait()
        self._set_state(HostState.CONNECTING)
        while True:
            failure = await self._one_session()
            _end_if_told_to()
            await self._wait(self._judge(failure))

    def _judge(self, failure: SessionError | None) -> float | None:
        """How long to wait after a session; None until somebody wants another try."""
        self._edges.look_awake()
        if failure is None:
            return DATABASE_PAUSE_S
        if time.monotonic() < self._waking_until and failure.reason in _OF_THE_NETWORK:
            return WAKING_PAUSE_S * (0.5 + 0.5 * _chance())
        return self._settle(failure)

    def _settle(self, failure: SessionError) -> float | None:
        """Takes note of a failure; returns the seconds until the next try, None when there is to be none."""
        self._edges.count_failure(failure.reason)
        if failure.reason is Reason.AUTH and self._hold is not Hold.NONE:
            is_down = self._hold is Hold.DOWN
            self._set_state(HostState.UNREACHABLE, SessionError(Reason.DIRECTORY_DOWN) if is_down else failure)
            return None
        if self._up_at is not None and time.monotonic() - self._up_at >= STEADY_S:
            self._failures = Failures()
        self._failures = self._failures.after(failure.reason)
        decision = decide_retry(failure.reason, self._failures, _chance())
        self._set_state(decision.state, failure)
        return decision.delay_s

    async def _wait(self, pause_s: float | None) -> None:
        """Until it is time, or somebody wants another try now."""
        self._session = None
        self._try_now.clear()
        if self._is_helped():
            # What helps came too late for the try that has just failed.
            self._failures = Failures()
            return
        try:
            async with asyncio.timeout(pause_s):
                await self._try_now.wait()
        except TimeoutError:
            # It may have come to be held meanwhile.
            if self._is_held():
                await self._try_now.wait()

    def _is_held(self) -> bool:
        return self._hold is not Hold.NONE and self.status is not None and self.status.reason in _REFUSED

    def _is_helped(self) -> bool:
        # Of those that are held, one is tried before all others are.
        return self.status is not None and self.status.reason in self._helped and not self._is_held()

    async def _one_session(self) -> SessionError | None:
        """Runs one session to its end; None when the database kept it from starting, which is no fault of the host."""
        session = Session(
            self._host.id,
            age_limit_s=data_age_limit(self._assignment.interval_s),
            allowance=self._allowance,
            on_scrape=self._took,
            wall_clock=self._edges.wall_clock,
        )
        self._up_at = None
        try:
            async with self._edges.gate():
                self._helped.clear()
                self._session = session
                connection = await self._edges.start(self._assignment, session)
        except SessionError as failure:
            return _bare(failure)
        except (DatabaseUnavailableError, DatabaseCorruptError):
            return None
        except WatchpostError as error:
            return SessionError(Reason.CREDENTIAL, error.message, hint=error.hint)
        try:
            _end_if_told_to()
            session.watch_age()
            return await session.ended_with
        finally:
            await connection.close()

    def _took(self, scrape: Scrape) -> None:
        if self.status is None or self.status.state is not HostState.UP or self._up_at is None:
            self._up_at = time.monotonic()
            # A host that was cut off for what it sends is not tried every second because each time it begins well.
            if self.status is None or self.status.reason is not Reason.BAD_LINE:
                self._failures = Failures()
            self._set_state(HostState.UP)
        self._edges.record_scrape(scrape, self._assignment.interval_s)

    def _set_state(self, state: HostState, failure: SessionError | None = None) -> None:
        """Records and logs a change; repetitions are neither."""
        reason = failure.reason if failure else None
        last = self.status
        if last is not None and (last.state, last.reason) == (state, reason):
            return
        inventory = last.inventory if last else None
        if self._session is not None and self._session.hello is not None:
            inventory = self._session.hello.inventory
        status = self.status = HostStatus(
            host_id=self._host.id,
            state=state,
            reason=reason,
            detail=failure.message if failure else "",
            since_at=int(self._edges.wall_clock() * 1000),
            inventory=inventory,
        )
        self._edges.record_status(status)
        log = _log.warning if failure else _log.info
        log("host_state", host=self._host.name, state=state, reason=reason, detail=status.detail)


def _bare(failure: SessionError) -> SessionError:
    """Without its traceback: the whole login hangs on that, 100 KB in a ring that only the collector would find."""
    failure.__cause__ = failure.__context__ = None
    return failure.with_traceback(None)


def _end_if_told_to() -> None:
    """Raises CancelledError where this task was cancelled, and something on the way has swallowed that.

    `asyncio.wait_for` of Python 3.11, by which asyncssh connects, does so where a connection breaks in the same moment.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _chance() -> float:
    return random.random()  # noqa: S311  # spreads load
