"""One worker at its end of the socket, in this process."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from structlog.testing import capture_logs

from poller.assignment import Assignment
from poller.crew.frames import framed
from poller.crew.local_crew import LocalCrew
from poller.crew.messages import End, Follow, ToWorker, encode
from poller.crew.worker import Worker
from poller.failure import SessionError
from poller.probe_start.probe_options import ProbeOptions
from poller.retry import Hold
from poller.transport import ProbeConnection
from storage.host import Host
from storage.host_status import HostStatus
from storage.reason import HostState, Reason

DEADLINE_S = 60.0
WATCHED = [
    Assignment(Host(id=number, name=f"h{number}", address="h", revision=0), ProbeOptions()) for number in (1, 2, 3)
]


class Stage:
    """A worker and what it tried to reach; every try fails the way it is told to."""

    def __init__(self, sock: socket.socket) -> None:
        self.tries: list[str] = []
        self.failures: list[Exception] = []
        self._sock = sock

    async def start_probe(self, host: Host, *_: object) -> ProbeConnection:
        self.tries.append(host.name)
        raise self.failures.pop(0) if self.failures else SessionError(Reason.HOST_KEY_UNKNOWN)

    def tell(self, message: ToWorker) -> None:
        self._sock.sendall(framed(encode(message)))


@asynccontextmanager
async def working(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Stage, asyncio.Task[bool]]]:
    ours, theirs = socket.socketpair()
    stage = Stage(ours)
    monkeypatch.setattr("poller.crew.worker.start_probe", stage.start_probe)
    monkeypatch.setattr("poller.crew.worker.FOLLOW_S", 0.01)
    with ours, theirs:
        task = asyncio.create_task(Worker(theirs).run())
        try:
            yield stage, task
        finally:
            stage.tell(End())
            await asyncio.wait_for(task, DEADLINE_S)


async def until(condition: object) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.005)


async def test_a_host_whose_supervisor_failed_by_a_fault_of_ours_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with working(monkeypatch) as (stage, task):
        stage.failures = [RuntimeError("a fault of ours")]
        stage.tell(Follow(1, WATCHED[:1]))
        await until(lambda: stage.tries == ["h1", "h1"])
        stage.tell(End())
        assert await asyncio.wait_for(task, DEADLINE_S)


async def test_a_worker_that_can_follow_no_more_ends_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(LocalCrew, "start", fail)
    with capture_logs() as logs:
        async with working(monkeypatch) as (stage, task):
            stage.tell(Follow(1, []))
            assert not await asyncio.wait_for(asyncio.shield(task), DEADLINE_S)
    assert [str(log["exc_info"]) for log in logs if log["event"] == "worker_fault"] == ["no"]


async def test_hosts_that_are_held_are_not_tried_because_their_worker_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    last = [HostStatus(number, HostState.UNREACHABLE, Reason.DIRECTORY_DOWN, "", 0, None) for number in (1, 2)]
    async with working(monkeypatch) as (stage, _):
        stage.tell(Follow(1, WATCHED, [], last, {1: Hold.DOWN, 2: Hold.WAIT, 3: Hold.DOWN}))
        await until(lambda: "h3" in stage.tries)
        assert stage.tries == ["h3"]


async def test_where_others_left_off_is_known_of_hosts_that_move_in_later(monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = HostStatus(2, HostState.BLOCKED, Reason.AUTH, "", 0, None)
    async with working(monkeypatch) as (stage, _):
        stage.tell(Follow(1, WATCHED[:1]))
        await until(lambda: stage.tries == ["h1"])
        stage.failures = [SessionError(Reason.AUTH)]
        with capture_logs() as logs:
            stage.tell(Follow(2, WATCHED[1:2], [], [blocked]))
            await until(lambda: len([log for log in logs if log.get("host") == "h2"]) == 2)
        # One more refusal blocks it, not three.
        assert [log["state"] for log in logs if log.get("host") == "h2"] == [HostState.CONNECTING, HostState.BLOCKED]


def test_an_order_comes_out_as_it_went_in() -> None:
    order = Follow(1, WATCHED, [7], [], {1: Hold.DOWN})
    assert msgspec.msgpack.decode(encode(order), type=Follow) == order


def test_a_worker_has_nothing_of_the_database_or_the_keyring_loaded() -> None:
    code = (
        "import sys, poller.crew.worker; print(*({'sqlalchemy', 'sqlite3', 'keyring', 'typer'} & sys.modules.keys()))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=DEADLINE_S)
    assert shown.stdout.split() == []
