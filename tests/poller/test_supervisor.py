"""One host's life."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec

from poller.failure import SessionError
from poller.stream.allowance import LINES_AT_ONCE
from poller.supervisor import Edges, Supervisor, data_age_limit
from poller.transport import ProbeConnection, ProbeSink
from storage.host import Host
from storage.host_states import HostStatus
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
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0)

    def reasons(self) -> list[tuple[HostState, Reason | None]]:
        return [(status.state, status.reason) for status in self.states]


@asynccontextmanager
async def supervised(*attempts: Start, last: HostStatus | None = None) -> AsyncIterator[tuple[Supervisor, Recorded]]:
    """A running supervisor whose n-th connect does what the n-th attempt says; the last one is repeated."""
    recorded = Recorded()
    pending = list(attempts)

    async def start(host: Host, interval_s: float, sink: ProbeSink) -> ProbeConnection:
        attempt = pending.pop(0) if len(pending) > 1 else pending[0]
        await attempt(sink)
        return recorded.connection

    edges = Edges(start, asyncio.Semaphore(1), recorded.take, recorded.states.append, lambda: 1_000.0)
    supervisor = Supervisor(HOST, 5.0, edges, last)
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
