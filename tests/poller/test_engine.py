"""A whole poller against real hosts: this machine, and a real sshd."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import psutil
import pytest

from poller.engine import Poller, PollerSettings
from storage.database import Database
from storage.host import Host, NewHost, Transport
from storage.host_keys import KeySource, trust_host_key
from storage.host_states import HostStatus, read_host_states
from storage.hosts import add_host, edit_host, remove_host
from storage.latest import Latest, read_latest
from storage.pollers import live_pollers
from storage.reason import HostState, Reason
from storage.schema import pollers
from storage.secret_keeper import KeyringChoice, SecretKeeper
from storage.series import SeriesKey
from tests.no_secrets import NoSecrets
from tests.ready_hook import ReadyHook
from tests.real_sshd import RealSshd, current_user

THIS_MACHINE = NewHost(name="this", transport=Transport.LOCAL)
CPU = SeriesKey("cpu_usage_percent")
T = TypeVar("T")


@asynccontextmanager
async def polling(database: Database, interval_s: float = 0.5, workers: int = 0) -> AsyncIterator[asyncio.Task[int]]:
    """A running poller; on leaving it is stopped as SIGTERM stops it."""
    keeper = SecretKeeper(KeyringChoice.SYSTEM, NoSecrets())
    stop, hook = asyncio.Event(), ReadyHook()
    settings = PollerSettings(version="test", interval_s=interval_s, workers=workers)
    poller = Poller(database, keeper, settings, hooks=hook)
    task = asyncio.create_task(poller.run(stop))
    try:
        async with asyncio.timeout(120):
            await hook.ready.wait()
        yield task
    finally:
        stop.set()
        await task


async def until(look: Callable[[], T | None], within_s: float = 120.0) -> T:
    """Looks again and again until there is something to see."""
    async with asyncio.timeout(within_s):
        while (seen := await asyncio.to_thread(look)) is None:
            await asyncio.sleep(0.02)
        return seen


def add(database: Database, host: NewHost) -> Host:
    with database.writing() as connection:
        return add_host(connection, host, int(time.time() * 1000))


def over_ssh(sshd: RealSshd, name: str = "web") -> NewHost:
    return NewHost(
        name=name,
        address=sshd.address,
        port=sshd.port,
        username=current_user(),
        identity_file=str(sshd.identity),
    )


def trust(database: Database, sshd: RealSshd) -> None:
    with database.writing() as connection:
        trust_host_key(connection, sshd.host_key(), KeySource.PERSON, 0, replace=False)


def latest(database: Database, host: Host) -> Callable[[], Latest | None]:
    """The newest reading, once it has rates in it."""

    def look() -> Latest | None:
        with database.reading() as connection:
            found = read_latest(connection, since=0, host_ids=[host.id], with_processes=True).get(host.id)
        return found if found is not None and CPU in found.values else None

    return look


def state(database: Database, host: Host, wanted: HostState) -> Callable[[], HostStatus | None]:
    def look() -> HostStatus | None:
        with database.reading() as connection:
            found = read_host_states(connection).get(host.id)
        return found if found is not None and found.state is wanted else None

    return look


async def test_this_machine_and_a_server_with_nothing_but_sshd_and_python_stand_side_by_side(
    database: Database, sshd: RealSshd
) -> None:
    trust(database, sshd)
    hosts = [add(database, THIS_MACHINE), add(database, over_ssh(sshd))]
    async with polling(database):
        readings = [await until(latest(database, host)) for host in hosts]
    for reading in readings:
        assert 0 <= reading.values[CPU] <= 100
        assert reading.values[SeriesKey("memory_total_bytes")] == psutil.virtual_memory().total
        assert any(key.name == "filesystem_used_percent" for key in reading.values)
        assert reading.processes
        assert abs(reading.ts / 1000 - time.time()) < 60


async def test_a_poller_with_workers_stores_what_they_read_and_leaves_none_of_them(
    database: Database, sshd: RealSshd
) -> None:
    trust(database, sshd)
    hosts = [add(database, THIS_MACHINE), add(database, over_ssh(sshd))]
    async with polling(database, workers=2):
        for host in hosts:
            await until(latest(database, host))
        workers = children("poller.crew.worker")
        assert len(workers) == 2
    _ended, alive = psutil.wait_procs(workers, timeout=60)
    assert not alive
    assert not probes()


async def test_a_host_that_is_added_removed_or_edited_meanwhile_is_noticed(database: Database) -> None:
    async with polling(database):
        host = add(database, THIS_MACHINE)
        await until(state(database, host, HostState.UP))
        with database.writing() as connection:
            edit_host(connection, "this", {"name": "renamed"})
        await until(latest(database, host))
        with database.writing() as connection:
            remove_host(connection, "renamed", 2)
        await until(lambda: None if probes() else True)


async def test_an_unknown_host_key_blocks_until_it_is_trusted_and_then_nobody_has_to_restart_anything(
    database: Database, sshd: RealSshd
) -> None:
    host = add(database, over_ssh(sshd))
    async with polling(database):
        blocked = await until(state(database, host, HostState.BLOCKED))
        assert blocked.reason is Reason.HOST_KEY_UNKNOWN
        assert sshd.host_key().fingerprint in blocked.detail
        trust(database, sshd)
        await until(state(database, host, HostState.UP))


async def test_one_host_that_is_down_does_not_keep_the_others_from_being_read(
    database: Database, sshd: RealSshd
) -> None:
    trust(database, sshd)
    down = add(database, NewHost(name="down", address="127.0.0.1", port=1))
    up = add(database, over_ssh(sshd))
    async with polling(database):
        assert (await until(state(database, down, HostState.UNREACHABLE))).reason is Reason.REFUSED
        await until(latest(database, up))


async def test_a_session_that_is_cut_comes_back_and_leaves_a_gap_instead_of_a_rate(
    database: Database, sshd: RealSshd
) -> None:
    trust(database, sshd)
    host = add(database, over_ssh(sshd))
    async with polling(database):
        first = await until(latest(database, host))
        # Nobody is let in again before it was seen that the session is lost.
        with sshd.paused():
            sshd.drop_sessions()
            lost = await until(state(database, host, HostState.UNREACHABLE))
        assert lost.reason is Reason.LOST
        again = await until(lambda: newer(database, host, first.ts + 1000))
        assert again.ts > first.ts


def newer(database: Database, host: Host, ts: int) -> Latest | None:
    found = latest(database, host)()
    return found if found is not None and found.ts > ts else None


async def test_a_database_in_which_it_is_not_known_is_told_that_it_lives(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look() -> str | None:
        with database.reading() as connection:
            return next((poller.id for poller in live_pollers(connection, int(time.time() * 1000))), None)

    monkeypatch.setattr("poller.engine.HEARTBEAT_S", 0.1)
    async with polling(database):
        known = await until(look)
        with database.writing() as connection:
            connection.execute(pollers.delete())
        assert await until(look) == known


async def test_after_the_end_everything_is_flushed_and_no_probe_is_left(database: Database) -> None:
    host = add(database, THIS_MACHINE)
    async with polling(database) as task:
        await until(latest(database, host))
    assert task.result() == 0
    assert not probes()
    with database.reading() as connection:
        assert live_pollers(connection, int(time.time() * 1000)) == []


def probes() -> list[psutil.Process]:
    """Children of this process that are probes."""
    return children("watchpost_probe")


def children(word: str) -> list[psutil.Process]:
    """Children of this process, and theirs, with a word in their command line."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if any(word in each for each in child.cmdline()):
                found.append(child)
    return found
