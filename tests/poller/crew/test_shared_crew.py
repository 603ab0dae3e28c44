"""Hosts in several event loops, as many as the load needs. All loops are in this process here."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest

from poller.assignment import Assignment
from poller.crew import shared_crew, worker_count
from poller.crew.local_crew import LocalCrew
from poller.crew.shared_crew import MOVES_AT_ONCE, SharedCrew
from poller.crew.worker_count import WorkerCount
from poller.failure import SessionError
from poller.probe_start.probe_options import ProbeOptions
from poller.retry import Hold
from poller.transport import ProbeConnection, ProbeSink
from storage.alerting.alert_change import AlertChange
from storage.host import Host
from storage.host_status import HostStatus
from storage.reason import HostState, Reason
from storage.scrape import Scrape

LINES = [
    {"watchpost": 1, "reader": "proc", "interval_s": 5.0, "m": 10.0, "t": 1e9, "inventory": {}},
    {"layout": 0, "group": "fast", "series": [["load1"]]},
    {"n": 0, "m": 10.0, "t": 1e9, "fast": [0, [0.5]]},
]
LIMIT = 10.0
"""Scrapes a second that one loop carries here: 50 hosts at 5 s."""


class Connection:
    def __init__(self, close: Callable[[], None]) -> None:
        self._close = close

    async def close(self) -> None:
        self._close()


class Loop(LocalCrew):
    """One of the crew's, and what is said of it: here all share one thread, whose CPU tells nothing."""

    is_ready = True
    busy: float | None = 0.0


class Stage:
    """A crew, and which of its loops each host was read by."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.open: Counter[int] = Counter()
        self.most_open: Counter[int] = Counter()
        self.starts: list[tuple[int, int]] = []
        self.places: dict[int, int] = {}
        self.refused: set[int] = set()
        self.loops: dict[int, Loop] = {}
        self.crew = SharedCrew(WorkerCount(cores=4), self._loop_at, lambda: self.now_s)

    def record_scrape(self, scrape: Scrape) -> None:
        """Counted by the crew."""

    def record_state(self, change: HostStatus) -> None:
        """Counted by the crew."""

    def record_alerts(self, changes: Sequence[AlertChange]) -> None:
        raise AssertionError(changes)

    def _loop_at(self, place: int) -> Loop:
        async def start(assignment: Assignment, sink: ProbeSink) -> ProbeConnection:
            host_id = assignment.host.id
            self.starts.append((host_id, place))
            if host_id in self.refused:
                raise SessionError(Reason.AUTH)
            self.open[host_id] += 1
            self.most_open[host_id] = max(self.most_open[host_id], self.open[host_id])
            self.places[host_id] = place
            sink.lines([msgspec.json.encode(line) for line in LINES])
            return Connection(lambda: self.open.subtract([host_id]))

        self.loops[place] = Loop(start, self)
        return self.loops[place]

    async def all_moved(self) -> int:
        """Lets the crew look until nothing moves any more; returns how many looks that took."""
        for looks in range(100):
            before = len(self.starts)
            await self.crew.look()
            await self.settled()
            if len(self.starts) == before:
                return looks
        raise AssertionError("They move for ever.")

    async def settled(self) -> None:
        """Until all hosts that are wanted and not refused are up."""
        hosts = self.crew.counts().hosts
        await until(lambda: self.crew.counts().up + self.crew.counts().unreachable.get(Reason.AUTH, 0) == hosts)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0)


def watch(*host_ids: int) -> Sequence[Assignment]:
    return [Assignment(Host(id=one, name=f"h{one}", address="h", revision=0), ProbeOptions()) for one in host_ids]


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(worker_count, "ONE_LOOP", LIMIT)
    # It looks when a test wants it to.
    monkeypatch.setattr(shared_crew, "LOOK_S", 1e6)
    async with running() as stage:
        yield stage


@asynccontextmanager
async def running() -> AsyncIterator[Stage]:
    stage = Stage()
    await stage.crew.start([])
    try:
        yield stage
    finally:
        await stage.crew.end()


async def test_few_hosts_are_in_the_pollers_own_loop(stage: Stage) -> None:
    await stage.crew.follow(1, watch(*range(50)))
    await stage.settled()
    assert set(stage.places.values()) == {0}


async def test_hosts_that_are_added_go_to_workers_at_once_and_those_that_were_there_follow_in_order(
    stage: Stage,
) -> None:
    await stage.crew.follow(1, watch(*range(50)))
    await stage.settled()
    stage.starts.clear()
    await stage.crew.follow(2, watch(*range(130)))
    await stage.settled()
    assert {host_id for host_id, _ in stage.starts} == set(range(50, 130))
    assert 0 not in {place for _, place in stage.starts}
    await stage.all_moved()
    assert Counter(stage.places.values()).keys() == {1, 2, 3}
    assert max(Counter(stage.places.values()).values()) <= 54
    # Each was moved once, the first ones first, and none was read from two places.
    moved = [host_id for host_id, _ in stage.starts[80:]]
    assert set(moved[:MOVES_AT_ONCE]) == set(range(MOVES_AT_ONCE))
    assert sorted(moved) == list(range(50))
    assert set(stage.most_open.values()) == {1}
    assert stage.crew.counts().up == 130


async def test_no_more_than_a_few_move_at_a_time(stage: Stage) -> None:
    await stage.crew.follow(1, watch(*range(50)))
    await stage.settled()
    await stage.crew.follow(2, watch(*range(500)))
    await stage.settled()
    stage.starts.clear()
    await stage.crew.look()
    await stage.settled()
    assert len(stage.starts) == MOVES_AT_ONCE


async def test_hosts_wait_where_they_are_until_the_worker_runs(stage: Stage) -> None:
    await stage.crew.follow(1, watch(*range(50)))
    await stage.settled()
    await stage.crew.follow(2, watch(*range(60)))
    await stage.settled()
    for place in (1, 2):
        stage.loops[place].is_ready = False
    assert await stage.all_moved() == 0
    assert {stage.places[host_id] for host_id in range(50)} == {0}
    stage.loops[1].is_ready = stage.loops[2].is_ready = True
    await stage.all_moved()
    assert {stage.places[host_id] for host_id in range(50)} == {1, 2}


async def test_a_loop_without_hosts_is_given_up_and_what_it_brought_stays_counted(stage: Stage) -> None:
    await stage.crew.follow(1, watch(*range(50)))
    await stage.settled()
    await stage.crew.follow(2, watch(*range(60)))
    await stage.all_moved()
    assert len(stage.loops[0]) == 0
    assert stage.crew.counts().hosts == 60
    assert stage.crew.counts().scrapes == len(stage.starts) == 110


async def test_hosts_come_back_when_most_have_been_removed_for_long(stage: Stage) -> None:
    await stage.crew.follow(1, watch(*range(120)))
    await stage.settled()
    await stage.crew.follow(2, watch(*range(30)))
    await stage.all_moved()
    assert {stage.places[host_id] for host_id in range(30)} == {1, 2, 3}
    stage.now_s += 2 * worker_count.CALM_FOR_S
    await stage.all_moved()
    assert {stage.places[host_id] for host_id in range(30)} == {0}
    assert set(stage.most_open.values()) == {1}
    assert stage.crew.counts().up == 30


async def test_a_host_that_is_held_is_held_where_it_goes(stage: Stage) -> None:
    stage.refused = {3}
    await stage.crew.follow(1, watch(*range(50)))
    await stage.settled()
    stage.crew.hold([3], Hold.DOWN)
    assert stage.crew.counts().unreachable == {Reason.DIRECTORY_DOWN: 1}
    stage.starts.clear()
    await stage.crew.follow(2, watch(*range(60)))
    await stage.crew.look()
    await stage.crew.look()
    await until(lambda: stage.crew.counts().up == 59)
    # It waits without another try, which might lock the account.
    assert 3 not in {host_id for host_id, _ in stage.starts}
    assert stage.crew.counts().unreachable == {Reason.DIRECTORY_DOWN: 1}
    stage.refused = set()
    stage.crew.hold([3], Hold.NONE)
    await until(lambda: stage.crew.counts().up == 60)


async def test_a_blocked_host_that_moves_is_not_refused_three_times_more(stage: Stage) -> None:
    stage.refused = {3}
    blocked = HostStatus(3, HostState.BLOCKED, Reason.AUTH, "", 0, None)
    stage.crew.remember([blocked])
    await stage.crew.follow(1, watch(*range(50)))
    await until(lambda: stage.crew.counts().blocked == {Reason.AUTH: 1} and stage.crew.counts().up == 49)
    await stage.crew.follow(2, watch(*range(60)))
    for _ in range(3):
        await stage.crew.look()
    await until(lambda: stage.crew.counts().blocked == {Reason.AUTH: 1} and stage.crew.counts().up == 59)
    assert len([host_id for host_id, _ in stage.starts if host_id == 3]) == 2


async def test_a_person_who_wants_another_try_reaches_hosts_wherever_they_are(stage: Stage) -> None:
    stage.refused = {3, 59}
    await stage.crew.follow(1, watch(*range(50)))
    await stage.settled()
    await stage.crew.follow(2, watch(*range(60)))
    await stage.settled()
    stage.refused = set()
    stage.crew.retry_hosts([3, 59])
    await until(lambda: stage.crew.counts().up == 60)


async def test_a_host_that_was_removed_on_the_way_is_gone(stage: Stage) -> None:
    await stage.crew.follow(1, watch(*range(50)))
    await stage.settled()
    await stage.crew.follow(2, watch(*range(60)))
    await stage.settled()
    await asyncio.gather(stage.crew.look(), stage.crew.follow(3, watch(*range(10, 60))))
    await stage.all_moved()
    assert stage.crew.counts().up == len(stage.crew) == 50
    assert {host_id for host_id, number in stage.open.items() if number} == set(range(10, 60))
