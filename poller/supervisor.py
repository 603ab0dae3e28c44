"""One host's life: connect, listen, judge how it ended, wait, again."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from poller.failure import SessionError
from poller.retry import Failures, decide_retry
from poller.stream.allowance import Allowance
from poller.stream.session import Session
from poller.transport import ProbeConnection, ProbeSink
from storage.errors import DatabaseCorruptError, DatabaseUnavailableError, WatchpostError
from storage.host import Host
from storage.host_states import HostStatus
from storage.reason import HostState, Reason
from storage.scrape import Scrape

DATABASE_PAUSE_S = 2.0
"""Between tries to read a host's keys from a database that is away; the poller's chores tell of it."""

STEADY_S = 60.0
"""A session that was up for that long was a good one, however it ended."""

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
        start: starts the host's probe with this many seconds between scrapes; raises SessionError.
        gate: held while connecting, so that a fleet does not connect all at once.
        record_scrape: takes every scrape, with the seconds between two of them.
        record_status: takes every change of state.
        wall_clock: UTC seconds.
    """

    start: Callable[[Host, float, ProbeSink], Awaitable[ProbeConnection]]
    gate: asyncio.Semaphore
    record_scrape: Callable[[Scrape, float], None]
    record_status: Callable[[HostStatus], None]
    wall_clock: Callable[[], float]


class Supervisor:
    """Keeps one host's session up for as long as `run()` runs.

    Attributes:
        status: the last state that was recorded.
    """

    def __init__(self, host: Host, interval_s: float, edges: Edges, last: HostStatus | None = None) -> None:
        self.host = host
        self.status = last
        self._interval_s = interval_s
        self._edges = edges
        # A host that was blocked for refused logins gets one try after a restart, not three more.
        was_refused = last is not None and last.state is HostState.BLOCKED and last.reason is Reason.AUTH
        self._failures = Failures(2, 2) if was_refused else Failures()
        self._allowance = Allowance(interval_s, time.monotonic)
        self._up_at: float | None = None
        self._try_now = asyncio.Event()
        self._session: Session | None = None

    def retry(self) -> None:
        """Ends the waiting or the block: something has changed that may help."""
        self._failures = Failures()
        self._try_now.set()

    async def run(self) -> None:
        """Connects and reconnects until cancelled; the probe is ended before this returns."""
        self._set_state(HostState.CONNECTING)
        while True:
            failure = await self._one_session()
            if failure is None:
                await asyncio.sleep(DATABASE_PAUSE_S)
                continue
            if self._up_at is not None and time.monotonic() - self._up_at >= STEADY_S:
                self._failures = Failures()
            self._failures = self._failures.after(failure.reason)
            decision = decide_retry(failure.reason, self._failures, random.random())  # noqa: S311  # spreads load
            self._set_state(decision.state, failure)
            self._try_now.clear()
            try:
                async with asyncio.timeout(decision.delay_s):
                    await self._try_now.wait()
            except TimeoutError:
                pass

    async def _one_session(self) -> SessionError | None:
        """Runs one session to its end; None when the database kept it from starting, which is no fault of the host."""
        session = Session(
            self.host.id,
            age_limit_s=data_age_limit(self._interval_s),
            allowance=self._allowance,
            on_scrape=self._took,
            wall_clock=self._edges.wall_clock,
        )
        self._session = session
        self._up_at = None
        try:
            async with self._edges.gate:
                connection = await self._edges.start(self.host, self._interval_s, session)
        except SessionError as failure:
            return failure
        except (DatabaseUnavailableError, DatabaseCorruptError):
            return None
        except WatchpostError as error:
            return SessionError(Reason.CREDENTIAL, error.message, hint=error.hint)
        try:
            session.watch_age()
            return await session.ended_with
        finally:
            await connection.close()

    def _took(self, scrape: Scrape) -> None:
        if self.status is None or self.status.state is not HostState.UP:
            self._up_at = time.monotonic()
            # A host that was cut off for what it sends is not tried every second because each time it begins well.
            if self.status is None or self.status.reason is not Reason.BAD_LINE:
                self._failures = Failures()
            self._set_state(HostState.UP)
        self._edges.record_scrape(scrape, self._interval_s)

    def _set_state(self, state: HostState, failure: SessionError | None = None) -> None:
        """Records and logs a change; repetitions are neither."""
        reason = failure.reason if failure else None
        last = self.status
        if last is not None and (last.state, last.reason) == (state, reason):
            return
        inventory = last.inventory if last else None
        if self._session is not None and self._session.hello is not None:
            inventory = self._session.hello.inventory
        self.status = HostStatus(
            host_id=self.host.id,
            state=state,
            reason=reason,
            detail=failure.message if failure else "",
            since_at=int(self._edges.wall_clock() * 1000),
            inventory=inventory,
        )
        self._edges.record_status(self.status)
        log = _log.warning if failure else _log.info
        log("host_state", host=self.host.name, state=state, reason=reason, detail=self.status.detail)
