"""Sessions in one event loop."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest
from structlog.testing import capture_logs

from poller.assignment import Assignment
from poller.crew.local_crew import LocalCrew
from poller.failure import SessionError
from poller.probe_start.probe_options import ProbeOptions
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


class Clock:
    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


class Connection:
    async def close(self) -> None:
        """Nothing is left of it."""


class Stage:
    """A crew, its hosts, and what it recorded."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.sinks: dict[int, ProbeSink] = {}
        self.starts: list[int] = []
        self.states: list[HostStatus] = []
        self.alerts: list[AlertChange] = []
        self.scrapes: list[Scrape] = []
        self.crew = LocalCrew(self._start, self, clock=self.clock)

    def record_scrape(self, scrape: Scrape) -> None:
        self.scrapes.append(scrape)

    def record_state(self, change: HostStatus) -> None:
        self.states.append(change)

    def record_alerts(self, changes: Sequence[AlertChange]) -> None:
        self.alerts += changes

    def state(self, host_id: int) -> tuple[HostState, Reason | None]:
        return next((status.state, status.reason) for status in reversed(self.states) if status.host_id == host_id)

    async def _start(self, assignment: Assignment, sink: ProbeSink) -> ProbeConnection:
        self.sinks[assignment.host.id] = sink
        self.starts.append(assignment.host.id)
        sink.lines([msgspec.json.encode(line) for line in LINES])
        return Connection()


@asynccontextmanager
async def crewed(*host_ids: int) -> AsyncIterator[Stage]:
    stage = Stage()
    await stage.crew.start([])
    await stage.crew.follow(1, [watch(host_id) for host_id in host_ids])
    try:
        await until(lambda: stage.crew.counts().up == len(host_ids))
        yield stage
    finally:
        await stage.crew.end()


async def until(condition: object) -> None:
    async with asyncio.timeout(30):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.005)


def watch(host_id: int) -> Assignment:
    return Assignment(Host(id=host_id, name=f"h{host_id}", address="h", revision=0), ProbeOptions())


async def test_what_hosts_bring_is_recorded_and_counted() -> None:
    async with crewed(1, 2) as stage:
        assert {scrape.host_id for scrape in stage.scrapes} == {1, 2}
        assert stage.crew.counts().scrapes == 2
        stage.sinks[1].ended(SessionError(Reason.LOST))
        await until(lambda: stage.crew.counts().failures == {Reason.LOST: 1})


async def test_a_connection_that_died_while_this_machine_slept_is_made_anew_and_the_host_stays_up() -> None:
    with capture_logs() as logs:
        async with crewed(1, 2) as stage:
            stage.clock.now_s += 8 * 3600
            stage.sinks[1].ended(SessionError(Reason.LOST))
            await until(lambda: stage.starts.count(1) == 2)
            assert stage.state(1) == (HostState.UP, None)
            assert HostState.UNREACHABLE not in {status.state for status in stage.states}
    assert [log["seconds"] for log in logs if log["event"] == "machine_slept"] == [8 * 3600]


async def test_a_host_that_refuses_us_after_a_sleep_is_told_all_the_same() -> None:
    async with crewed(1) as stage:
        stage.clock.now_s += 8 * 3600
        stage.sinks[1].ended(SessionError(Reason.REFUSED))
        await until(lambda: stage.state(1) == (HostState.UNREACHABLE, Reason.REFUSED))


async def test_hosts_for_which_there_is_no_room_are_told_so_once_and_cost_the_others_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with capture_logs() as logs:
        async with crewed(1, 2) as stage:
            monkeypatch.setattr("poller.crew.local_crew.descriptor_limit", lambda: 203)
            for mark in (2, 3):
                await stage.crew.follow(mark, [watch(host_id) for host_id in (5, 4, 3, 2, 1)])
            assert stage.state(4) == stage.state(3) == (HostState.UNREACHABLE, Reason.NO_ROUTE)
            assert "205" in next(status.detail for status in stage.states if status.host_id == 4)
            await until(lambda: stage.crew.counts().up == 3)
            assert stage.starts == [1, 2, 5]
            monkeypatch.setattr("poller.crew.local_crew.descriptor_limit", lambda: None)
            await stage.crew.follow(4, [watch(host_id) for host_id in (5, 4, 3, 2, 1)])
            await until(lambda: stage.crew.counts().up == 5)
    told = [(log["needed"], log["left_out"]) for log in logs if log["event"] == "too_few_descriptors"]
    assert told == [(205, 2)]
