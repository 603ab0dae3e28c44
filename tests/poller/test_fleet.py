"""Which hosts have a supervisor."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from poller.assignment import Assignment
from poller.crew.crew import KEY_REASONS, LOGIN_REASONS
from poller.crew.gate import Gate
from poller.failure import SessionError
from poller.fleet import Fleet
from poller.probe_start.probe_options import ProbeOptions
from poller.supervisor import Edges, Supervisor
from poller.transport import ProbeConnection, ProbeSink
from storage.host import Host
from storage.reason import Reason


class Idle:
    """A probe that runs and says nothing."""

    def __init__(self, running: set[str], name: str, may_close: asyncio.Event) -> None:
        self._running, self._name, self._may_close = running, name, may_close
        running.add(name)

    async def close(self) -> None:
        await self._may_close.wait()
        self._running.discard(self._name)


class World:
    """Counts which hosts' probes run."""

    def __init__(self) -> None:
        self.running: set[str] = set()
        self.starts: list[str] = []
        self.failures: dict[str, Reason] = {}
        self.may_close = asyncio.Event()
        self.may_close.set()
        self.at_start: Callable[[], None] = lambda: None
        edges = Edges(
            start=self.start,
            gate=Gate(10).place,
            record_scrape=lambda scrape, interval_s: None,
            record_status=lambda status: None,
            wall_clock=lambda: 0.0,
        )
        self.fleet = Fleet(lambda assignment: Supervisor(assignment, edges))

    async def start(self, assignment: Assignment, _sink: ProbeSink) -> ProbeConnection:
        name = assignment.host.name
        self.starts.append(name)
        self.at_start()
        if name in self.failures:
            await asyncio.sleep(0)
            raise SessionError(self.failures[name], "as the test says")
        return Idle(self.running, name, self.may_close)

    async def until_running(self, *names: str) -> None:
        async with asyncio.timeout(60):
            while self.running != set(names):
                await asyncio.sleep(0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    await world.fleet.end()


def watch(host_id: int, name: str, interval_s: float = 5.0) -> Assignment:
    return Assignment(Host(id=host_id, name=name, address=name, revision=0), ProbeOptions(interval_s=interval_s))


async def test_every_host_is_watched(world: World) -> None:
    await world.fleet.follow(1, [watch(1, "a"), watch(2, "b")])
    await world.until_running("a", "b")
    assert len(world.fleet) == 2


async def test_a_removed_host_loses_its_probe_and_the_others_keep_theirs(world: World) -> None:
    await world.fleet.follow(2, [watch(1, "a"), watch(2, "b")])
    await world.until_running("a", "b")
    await world.fleet.follow(3, [watch(2, "b")])
    assert world.running == {"b"}
    assert world.starts == ["a", "b"]


async def test_a_poller_that_ends_while_a_session_is_being_closed_lets_it_be_closed(world: World) -> None:
    await world.fleet.follow(2, [watch(1, "a"), watch(2, "b")])
    await world.until_running("a", "b")
    world.may_close.clear()
    following = asyncio.create_task(world.fleet.follow(3, [watch(2, "b")]))
    await asyncio.sleep(0)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    ending = asyncio.create_task(world.fleet.end())
    await asyncio.sleep(0)
    assert not ending.done()
    world.may_close.set()
    await ending
    assert world.running == set()


async def test_an_edited_host_is_connected_anew(world: World) -> None:
    await world.fleet.follow(4, [watch(1, "a")])
    await world.until_running("a")
    await world.fleet.follow(5, [watch(1, "renamed")])
    await world.until_running("renamed")


async def test_following_the_same_hosts_again_changes_nothing(world: World) -> None:
    for revision in (1, 1, 2):
        await world.fleet.follow(revision, [watch(1, "a")])
        await world.until_running("a")
    assert world.starts == ["a"]


async def test_a_host_that_is_asked_something_else_is_connected_anew_and_the_others_are_left_alone(
    world: World,
) -> None:
    await world.fleet.follow((1, 1), [watch(1, "a"), watch(2, "b")])
    await world.until_running("a", "b")
    await world.fleet.follow((1, 2), [watch(1, "a"), watch(2, "b", interval_s=9.0)])
    await world.until_running("a", "b")
    assert world.starts == ["a", "b", "b"]


async def test_the_end_leaves_no_probe(world: World) -> None:
    await world.fleet.follow(7, [watch(1, "a"), watch(2, "b")])
    await world.until_running("a", "b")
    await world.fleet.end()
    assert world.running == set()


async def test_a_key_that_is_trusted_while_a_host_is_being_tried_is_tried_once_more_and_no_more(world: World) -> None:
    def trusted() -> None:
        if len(world.starts) == 1:
            world.fleet.retry(KEY_REASONS)

    world.at_start = trusted
    world.failures = {"a": Reason.HOST_KEY_UNKNOWN}
    await world.fleet.follow(1, [watch(1, "a")])
    await until(lambda: len(world.starts) == 2)
    await turns()
    assert world.starts == ["a", "a"]


async def test_what_helps_against_something_else_brings_no_other_try(world: World) -> None:
    world.at_start = lambda: world.fleet.retry(LOGIN_REASONS)
    world.failures = {"a": Reason.HOST_KEY_UNKNOWN}
    await world.fleet.follow(1, [watch(1, "a")])
    await until(lambda: bool(world.starts))
    await turns()
    assert world.starts == ["a"]


async def test_only_the_hosts_that_are_meant_get_another_try(world: World) -> None:
    world.failures = {"a": Reason.HOST_KEY_UNKNOWN, "b": Reason.HOST_KEY_UNKNOWN}
    await world.fleet.follow(1, [watch(1, "a"), watch(2, "b")])
    await until(lambda: len(world.starts) == 2)
    await turns()
    world.fleet.retry(KEY_REASONS, [2, 4711])
    await until(lambda: len(world.starts) == 3)
    await turns()
    assert sorted(world.starts) == ["a", "b", "b"]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0)


async def turns() -> None:
    """Gives everybody time to do what must not be done."""
    for _ in range(50):
        await asyncio.sleep(0)
