"""A whole poller whose database goes away, with this machine as its host."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from poller.engine import Poller, PollerSettings
from storage.database import Database, open_database
from storage.database_url import database_path
from storage.host import NewHost, Transport
from storage.host_states import read_host_states
from storage.hosts import add_host
from storage.latest import read_latest
from storage.reason import HostState
from storage.secret_keeper import KeyringChoice, SecretKeeper
from storage.spool.spool import Spool
from tests.no_secrets import NoSecrets
from tests.ready_hook import ReadyHook

SETTINGS = PollerSettings(version="test", interval_s=0.5)


@pytest.fixture
def impatient_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database with this machine as its host, that gives up waiting for a lock after 50 ms."""
    monkeypatch.setattr("storage.sqlite.BUSY_TIMEOUT_S", 0.05)
    opened = open_database(database_url)
    with opened.writing() as connection:
        add_host(connection, NewHost(name="this", transport=Transport.LOCAL), 0)
    yield opened
    opened.close()


@pytest.fixture
def other(database_url: str) -> Iterator[sqlite3.Connection]:
    """Another program with the same file."""
    with closing(sqlite3.connect(database_path(database_url), isolation_level=None)) as connection:
        yield connection


class Run:
    """One poller from its start to its end."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.spool = Spool(folder, patience_s=0.1)
        keeper = SecretKeeper(KeyringChoice.SYSTEM, NoSecrets())
        hook = ReadyHook()
        self.poller = Poller(database, keeper, SETTINGS, spool=self.spool, hooks=hook)
        self._stop = asyncio.Event()
        self._ready = hook.ready
        self._task = asyncio.create_task(self.poller.run(self._stop))

    async def ready(self) -> None:
        """Until it polls."""
        async with asyncio.timeout(60):
            await self._ready.wait()

    async def end(self) -> int:
        """As SIGTERM ends it; returns its exit code."""
        self._stop.set()
        return await self._task


async def newest(database: Database, after: int = 0) -> int:
    """When the newest reading was taken, once there is one later than `after`."""
    async with asyncio.timeout(60):
        while True:
            with database.reading() as connection:
                found = read_latest(connection, since=0)
            if found and found[1].ts > after:
                return found[1].ts
            await asyncio.sleep(0.02)


async def spooled(run: Run, count: int) -> None:
    """Until so much is in the spool."""
    async with asyncio.timeout(60):
        while len(run.spool) < count:
            await asyncio.sleep(0.02)


async def test_an_outage_is_told_once_keeps_the_host_up_and_costs_nothing_over_the_end_of_the_poller(
    impatient_database: Database, other: sqlite3.Connection, tmp_path: Path
) -> None:
    database = impatient_database
    with capture_logs() as logs:
        run = Run(database, tmp_path / "spool")
        await run.ready()
        before = await newest(database)
        other.execute("BEGIN IMMEDIATE")
        await spooled(run, 5)
        assert run.poller.up_count == 1
        assert await run.end() == 0
    events = [log["event"] for log in logs]
    for told in ("recorder_cannot_write", "recorder_spools", "poller_leaves_spool"):
        assert events.count(told) == 1, told
    assert events.count("chore_failed") <= 1
    assert "poller_stopped_with_loss" not in events
    left = len(run.spool)
    assert left >= 5
    other.execute("ROLLBACK")
    with database.reading() as connection:
        assert read_host_states(connection)[1].state is HostState.UP
    second = Run(database, tmp_path / "spool")
    await second.ready()
    await newest(database, before + 2_000)
    assert await second.end() == 0
    assert len(second.spool) == 0
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM head WHERE cadence = 0 AND ts > ?", (before,)).scalar()
    assert rows is not None
    assert rows >= left - 2
