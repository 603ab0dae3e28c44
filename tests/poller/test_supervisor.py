"""One host's life."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import msgspec
import pytest

from poller.assignment import Assignment
from poller.crew.crew import LOGIN_REASONS
from poller.crew.gate import Gate
from poller.failure import SessionError
from poller.probe_start.probe_options import ProbeOptions
from poller.retry import Hold
from poller.stream.allowance import LINES_AT_ONCE
from poller.supervisor import Edges, Supervisor, data_age_limit
from poller.transport import ProbeConnection, ProbeSink
from storage.host import Host
from storage.host_status import HostStatus
from storage.reason import HostState, Reason
from storage.scrape import Scrape

HOST = Host(id=7, name="web", address="web", revision=1)
HELLO = {"watchpost": 1, "reader": "proc", "interval_s": 5.0, "m": 10.0, "t": 1e9, "inventory": {"hostname": "web"}}
LAYOUT = {"layout": 0, "group": "fast", "series": [["load1"]]}

Start = Callable[[ProbeSink], Awaitable[None]]


def line(value: object) -> bytes:
    return msgspec.json.encode(value)


def scrape_line(n: int) -> bytes:
    return line({"n": n, "m": 10.0 + n, "t": 1e9 + n, "fast": [0, [0.5]]})


class Silent:
    """A connection that only counts how often it was closed."""

    closed = 0

    async def close(self) -> None:
        self.closed += 1


class Recorded:
    """What a supervisor recorded, and a way to wait for it."""

    def __init__(self) -> None:
        self.states: list[HostStatus] = []
        self.scrapes: list[Scrape] = []
        self.connection = Silent()

    def take(self, scrape: Scrape, interval_s: float) -> None:
        assert interval_s == 5.0
        self.scrapes.append(scrape)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(0)

    def reasons(self) -> list[tuple[HostState, Reason | None]]:
        return [(status.state, status.reason) for status in self.states]


@asynccontextmanager
async def supervised(*attempts: Start, last: HostStatus | None = None) -> AsyncIterator[tuple[Supervisor, Recorded]]:
    """A running supervisor whose n-th connect does what the n-th attempt says; the last one is repeated."""
    recorded = Recorded()
    pending = list(attempts)

    async def start(_assignment: Assignment, sink: ProbeSink) -> ProbeConnection:
        attempt = pending.pop(0) if len(pending) > 1 else pending[0]
        await attempt(sink)
        return recorded.connection

    edges = Edges(start, Gate(1).place, recorded.take, recorded.states.append, lambda: 1_000.0)
    supervisor = Supervisor(Assignment(HOST, ProbeOptions()), edges, last)
    task = asyncio.create_task(supervisor.run())
    try:
        yield supervisor, recorded
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def fails(reason: Reason) -> Start:
    async def attempt(sink: ProbeSink) -> None:
        raise SessionError(reason, "as the test says")

    return attempt


async def works(sink: ProbeSink) -> None:
    sink.lines([line(HELLO), line(LAYOUT), scrape_line(0)])


async def works_then_is_lost(sink: ProbeSink) -> None:
    await works(sink)
    sink.ended(SessionError(Reason.LOST, "connection reset"))


async def test_a_host_is_up_with_its_first_scrape_and_says_what_it_is() -> None:
    async with supervised(works) as (_, recorded):
        await recorded.until(lambda: len(recorded.scrapes) == 1)
    assert recorded.reasons() == [(HostState.CONNECTING, None), (HostState.UP, None)]
    inventory = recorded.states[-1].inventory
    assert inventory is not None
    assert inventory["hostname"] == "web"
    assert recorded.scrapes[0].host_id == HOST.id


async def test_a_lost_session_is_told_and_comes_back_by_itself() -> None:
    async with supervised(works_then_is_lost, works) as (_, recorded):
        await recorded.until(lambda: len(recorded.scrapes) == 2)
    assert recorded.reasons() == [
        (HostState.CONNECTING, None),
        (HostState.UP, None),
        (HostState.UNREACHABLE, Reason.LOST),
        (HostState.UP, None),
    ]
    assert recorded.connection.closed == 2


class Swallowing:
    """An attempt that is cancelled just when it ends by itself: `asyncio.wait_for` of Python 3.11 keeps the latter."""

    def __init__(self, end: Start) -> None:
        self.has_begun = asyncio.Event()
        self._end = end

    async def __call__(self, sink: ProbeSink) -> None:
        self.has_begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await self._end(sink)


@pytest.mark.parametrize("end", [fails(Reason.REFUSED), works], ids=["it fails", "it works"])
async def test_one_that_is_told_to_end_ends_also_where_its_attempt_comes_to_an_end_in_that_moment(end: Start) -> None:
    attempt = Swallowing(end)
    async with asyncio.timeout(60), supervised(attempt) as (_, recorded):
        await attempt.has_begun.wait()
    assert recorded.connection.closed == (end is works)


async def test_a_failure_that_repeats_is_recorded_once() -> None:
    async with supervised(fails(Reason.REFUSED)) as (supervisor, recorded):
        for _ in range(3):
            await recorded.until(lambda: bool(recorded.states) and recorded.states[-1].reason is Reason.REFUSED)
            supervisor.retry()
            await asyncio.sleep(0)
    assert recorded.reasons() == [(HostState.CONNECTING, None), (HostState.UNREACHABLE, Reason.REFUSED)]


async def test_a_changed_host_key_blocks_until_a_person_acts() -> None:
    async with supervised(fails(Reason.HOST_KEY_CHANGED), works) as (supervisor, recorded):
        await recorded.until(lambda: len(recorded.states) == 2)
        assert recorded.states[-1].state is HostState.BLOCKED
        supervisor.retry()
        await recorded.until(lambda: len(recorded.scrapes) == 1)


async def test_a_host_that_was_blocked_for_refused_logins_gets_one_try_after_a_restart() -> None:
    last = HostStatus(
        host_id=HOST.id, state=HostState.BLOCKED, reason=Reason.AUTH, detail="", since_at=0, inventory=None
    )
    async with supervised(fails(Reason.AUTH), last=last) as (_, recorded):
        await recorded.until(lambda: len(recorded.states) == 2)
        assert recorded.states[-1].state is HostState.BLOCKED


async def test_five_bad_lines_in_a_row_end_the_session_with_their_reason() -> None:
    async def babbles(sink: ProbeSink) -> None:
        sink.lines([line(HELLO), *[b"{not json"] * 5])

    async with supervised(babbles) as (_, recorded):
        await recorded.until(lambda: len(recorded.states) == 2)
    assert recorded.reasons()[-1] == (HostState.UNREACHABLE, Reason.BAD_LINE)


async def test_a_host_that_begins_well_and_then_sends_rubbish_is_tried_more_and_more_rarely() -> None:
    async def begins_well(sink: ProbeSink) -> None:
        await works(sink)
        sink.lines([b"{not json"] * 5)

    async with supervised(begins_well) as (supervisor, recorded):
        for _ in range(3):
            await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.UNREACHABLE, Reason.BAD_LINE)])
            recorded.states.clear()
            supervisor._try_now.set()
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.UNREACHABLE, Reason.BAD_LINE)])
    assert supervisor._failures.count == 4


async def test_sessions_that_follow_each_other_share_what_the_host_may_send() -> None:
    async def floods(sink: ProbeSink) -> None:
        sink.lines([line(HELLO), line(LAYOUT), *map(scrape_line, range(3 * LINES_AT_ONCE))])

    async with supervised(floods) as (supervisor, recorded):
        await recorded.until(lambda: bool(recorded.reasons()) and recorded.reasons()[-1][1] is Reason.BAD_LINE)
        first = len(recorded.scrapes)
        supervisor._try_now.set()
        await recorded.until(lambda: supervisor._failures.count == 2)
    assert 0 < first <= LINES_AT_ONCE
    assert len(recorded.scrapes) < first + 10


async def test_one_line_cut_in_half_costs_itself_alone() -> None:
    async def stumbles(sink: ProbeSink) -> None:
        sink.lines([line(HELLO), line(LAYOUT), scrape_line(0), scrape_line(1)[:20], scrape_line(2)])

    async with supervised(stumbles) as (_, recorded):
        await recorded.until(lambda: len(recorded.scrapes) == 2)
    assert recorded.reasons()[-1] == (HostState.UP, None)


def test_silence_counts_as_death_well_before_a_minute_at_the_default_interval() -> None:
    assert data_age_limit(5.0) == 20.0
    assert data_age_limit(30.0) == 120.0


# Held, because many hosts refuse the same login


async def test_a_held_host_is_not_blocked_and_a_refusal_that_repeats_is_recorded_once() -> None:
    async with supervised(fails(Reason.AUTH)) as (supervisor, recorded):
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.UNREACHABLE, Reason.AUTH)])
        supervisor.hold(Hold.DOWN)
        for _ in range(5):
            supervisor.retry()
            for _ in range(20):
                await asyncio.sleep(0)
    assert recorded.reasons() == [
        (HostState.CONNECTING, None),
        (HostState.UNREACHABLE, Reason.AUTH),
        (HostState.UNREACHABLE, Reason.DIRECTORY_DOWN),
    ]


async def test_a_host_that_was_just_blocked_waits_with_the_others_and_is_tried_when_they_are() -> None:
    last = HostStatus(
        host_id=HOST.id, state=HostState.BLOCKED, reason=Reason.AUTH, detail="", since_at=0, inventory=None
    )
    async with supervised(fails(Reason.AUTH), works, last=last) as (supervisor, recorded):
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.BLOCKED, Reason.AUTH)])
        supervisor.hold(Hold.DOWN)
        supervisor.hold(Hold.NONE)
        await recorded.until(lambda: len(recorded.scrapes) == 1)
    assert recorded.reasons()[-2:] == [(HostState.UNREACHABLE, Reason.DIRECTORY_DOWN), (HostState.UP, None)]


async def test_a_held_host_whose_network_fails_is_tried_as_usual_and_then_waits_again() -> None:
    attempts = (fails(Reason.AUTH), fails(Reason.REFUSED), fails(Reason.AUTH), works)
    async with supervised(*attempts) as (supervisor, recorded):
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.UNREACHABLE, Reason.AUTH)])
        supervisor.hold(Hold.DOWN)
        supervisor.retry()
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.UNREACHABLE, Reason.REFUSED)])
        supervisor.retry()
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.UNREACHABLE, Reason.DIRECTORY_DOWN)])
        supervisor.hold(Hold.NONE)
        await recorded.until(lambda: len(recorded.scrapes) == 1)


async def test_while_more_is_found_out_a_refused_host_waits_and_then_is_judged_as_usual() -> None:
    async with supervised(fails(Reason.AUTH)) as (supervisor, recorded):
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.UNREACHABLE, Reason.AUTH)])
        supervisor.hold(Hold.WAIT)
        for _ in range(5):
            supervisor.retry()
            for _ in range(20):
                await asyncio.sleep(0)
        assert recorded.reasons()[-1] == (HostState.UNREACHABLE, Reason.AUTH)
        supervisor.hold(Hold.NONE)
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.BLOCKED, Reason.AUTH)])


async def test_a_host_that_was_blocked_before_others_were_suspected_stays_blocked() -> None:
    last = HostStatus(
        host_id=HOST.id, state=HostState.BLOCKED, reason=Reason.AUTH, detail="", since_at=0, inventory=None
    )
    async with supervised(fails(Reason.AUTH), works, last=last) as (supervisor, recorded):
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.BLOCKED, Reason.AUTH)])
        supervisor.hold(Hold.WAIT)
        supervisor.hold(Hold.NONE)
        for _ in range(20):
            await asyncio.sleep(0)
    assert recorded.reasons()[-1] == (HostState.BLOCKED, Reason.AUTH)


async def test_a_held_host_is_not_tried_because_its_secret_has_changed_not_even_while_it_is_being_tried() -> None:
    tries = 0

    async def refuses(sink: ProbeSink) -> None:
        nonlocal tries
        tries += 1
        supervisor.retry_if(LOGIN_REASONS)
        await asyncio.sleep(0)
        raise SessionError(Reason.AUTH, "as the test says")

    async with supervised(fails(Reason.AUTH), refuses) as (supervisor, recorded):
        await recorded.until(lambda: recorded.reasons()[-1:] == [(HostState.UNREACHABLE, Reason.AUTH)])
        supervisor.hold(Hold.WAIT)
        supervisor.retry_if(LOGIN_REASONS)
        for _ in range(20):
            await asyncio.sleep(0)
        assert tries == 0
        supervisor.hold(Hold.DOWN)
        supervisor.retry()
        await recorded.until(lambda: tries > 0)
        for _ in range(20):
            await asyncio.sleep(0)
    assert tries == 1
