"""Which hosts have a supervisor."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from poller.fleet import Fleet
from poller.supervisor import Edges, Supervisor
from poller.transport import ProbeConnection, ProbeSink
from storage.host import Host


class Idle:
    """A probe that runs and says nothing."""

    def __init__(self, running: set[str], name: str) -> None:
        self._running, self._name = running, name
        running.add(name)

    async def close(self) -> None:
        self._running.discard(self._name)


class World:
    """Counts which hosts' probes run."""

    def __init__(self) -> None:
        self.running: set[str] = set()
        self.starts: list[str] = []
        edges = Edges(
            start=self.start,
            gate=asyncio.Semaphore(10),
            record_scrape=lambda scrape, interval_s: None,
            record_status=lambda status: None,
            wall_clock=lambda: 0.0,
        )
        self.options: dict[str, object] = {}
        self.fleet = Fleet(
            lambda host: Supervisor(host, 5.0, edges), lambda host: (host.address, self.options.get(host.name))
        )

    async def start(self, host: Host, interval_s: float, sink: ProbeSink) -> ProbeConnection:
        self.starts.append(host.name)
        return Idle(self.running, host.name)

    async def until_running(self, *names: str) -> None:
        async with asyncio.timeout(5):
            while self.running != set(names):
                await asyncio.sleep(0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    await world.fleet.end()


def host(host_id: int, name: str, revision: int = 1) -> Host:
    return Host(id=host_id, name=name, address=name, revision=revision)


async def test_every_enabled_host_is_watched(world: World) -> None:
    await world.fleet.follow(1, [host(1, "a"), host(2, "b"), replace(host(3, "c"), enabled=False)])
    await world.until_running("a", "b")
    assert len(world.fleet) == 2


async def test_a_removed_host_loses_its_probe_and_the_others_keep_theirs(world: World) -> None:
    await world.fleet.follow(2, [host(1, "a"), host(2, "b")])
    await world.until_running("a", "b")
    await world.fleet.follow(3, [host(2, "b")])
    assert world.running == {"b"}
    assert world.starts == ["a", "b"]


async def test_an_edited_host_is_connected_anew(world: World) -> None:
    await world.fleet.follow(4, [host(1, "a")])
    await world.until_running("a")
    await world.fleet.follow(5, [host(1, "renamed", revision=2)])
    await world.until_running("renamed")


async def test_following_the_same_hosts_again_changes_nothing(world: World) -> None:
    for revision in (1, 1, 2):
        await world.fleet.follow(revision, [host(1, "a")])
        await world.until_running("a")
    assert world.starts == ["a"]


async def test_a_host_that_is_asked_something_else_is_connected_anew_and_the_others_are_left_alone(
    world: World,
) -> None:
    hosts = [host(1, "a"), host(2, "b")]
    await world.fleet.follow((1, 1), hosts)
    await world.until_running("a", "b")
    world.options["b"] = "another check"
    await world.fleet.follow((1, 2), hosts)
    await world.until_running("a", "b")
    assert world.starts == ["a", "b", "b"]


async def test_the_end_leaves_no_probe(world: World) -> None:
    await world.fleet.follow(7, [host(1, "a"), host(2, "b")])
    await world.until_running("a", "b")
    await world.fleet.end()
    assert world.running == set()
