"""A database that dies, or that somebody else holds, while a poller reads a fleet."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from storage.database_url import database_path
from storage.utc import now_ms
from tests.eventually import eventually
from tests.fleet_process import FleetProcess, Stored, fleet_process
from tests.real_postgresql import RealPostgresql
from tests.running_poller import RunningPoller, running_poller

HOSTS = 10
TOLD_ONCE = ("recorder_spools", "recorder_writes_again", "recorder_caught_up")
MOMENTS_MS = 5_000
MINUTE_MS = 60_000
pytestmark = pytest.mark.timeout(600)


class Scene:
    """A fleet, a poller that reads it, and what comes of it."""

    def __init__(self, fleet: FleetProcess, poller: RunningPoller, stored: Stored) -> None:
        self._fleet = fleet
        self._poller = poller
        self._stored = stored

    def is_read(self) -> None:
        """Waits until all hosts are read from now on."""
        since = now_ms()
        eventually(lambda: self._stored.all_read_since(since + 1000, HOSTS))

    def is_spooled_for(self, milliseconds: int) -> None:
        """Waits until the database has been away for so long, and readings go to the disk."""
        since = now_ms()
        eventually(lambda: "recorder_spools" in self._poller.log)
        eventually(lambda: now_ms() > since + milliseconds, within_s=120)

    def check_nothing_is_lost(self, told_once: Sequence[str] = TOLD_ONCE) -> None:
        """Everything that the hosts have sent is stored, once, and each of these changes was told once."""
        eventually(lambda: "recorder_caught_up" in self._poller.log)
        self.is_read()
        sent = self._fleet.sent
        # What was under way when the hosts last counted may be of a moment later.
        eventually(lambda: self._stored.count_until(sent.at) >= sent.readings - HOSTS)
        readings = self._stored.readings()
        assert all(len(own) == len(set(own)) for own in readings.values())
        self.check_no_host_has_noticed()
        events = Counter(line["event"] for line in self._told())
        assert [events[event] for event in told_once] == [1] * len(told_once), events
        # Told once for each thing that the server says of itself on its way: it breaks off, is gone, and starts.
        assert events["recorder_cannot_write"] <= 4
        assert events["chore_failed"] <= 4

    def check_no_host_has_noticed(self) -> None:
        """All are up, with the session that they have had from the beginning."""
        assert [len(sessions) for sessions in self._stored.sessions().values()] == [1] * HOSTS
        assert self._stored.states() == ["up"] * HOSTS
        states = [line["state"] for line in self._told() if line["event"] == "host_state"]
        assert "unreachable" not in states

    def _told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._poller.log.splitlines()]


@pytest.fixture
def scene(stored: Stored, environment: dict[str, str], tmp_path: Path) -> Iterator[Scene]:
    """One in which all hosts have been read."""
    with ExitStack() as stack:
        fleet = stack.enter_context(fleet_process(stored.url, tmp_path, HOSTS))
        poller = running_poller(stored.url, "--interval", "1", environment=environment, folder=tmp_path)
        found = Scene(fleet, stack.enter_context(poller), stored)
        found.is_read()
        yield found


@pytest.mark.parametrize(
    ("end", "away_ms"),
    [
        pytest.param(RealPostgresql.kill, MOMENTS_MS, id="kill -9, for moments"),
        pytest.param(RealPostgresql.kill, MINUTE_MS, marks=pytest.mark.soak, id="kill -9, for a minute"),
        pytest.param(RealPostgresql.stop, MOMENTS_MS, marks=pytest.mark.soak, id="pg_ctl stop -m fast"),
        pytest.param(RealPostgresql.break_off, MOMENTS_MS, marks=pytest.mark.soak, id="pg_ctl stop -m immediate"),
    ],
)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_dies_costs_no_reading_and_no_session(
    scene: Scene, postgresql_server: RealPostgresql, end: Callable[[RealPostgresql], None], away_ms: int
) -> None:
    end(postgresql_server)
    try:
        scene.is_spooled_for(away_ms)
    finally:
        postgresql_server.start()
    scene.check_nothing_is_lost()


@pytest.mark.soak
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_hangs_costs_no_reading_and_no_session(scene: Scene, postgresql_server: RealPostgresql) -> None:
    with postgresql_server.frozen():
        scene.is_spooled_for(30_000)
    scene.check_nothing_is_lost(told_once=("recorder_spools", "recorder_caught_up"))


@contextmanager
def held(url: str) -> Iterator[None]:
    """Another program writes, and does not come to an end."""
    with closing(sqlite3.connect(database_path(url), timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.soak
def test_a_file_that_another_program_holds_costs_no_reading_and_no_session(scene: Scene, sqlite_url: str) -> None:
    with held(sqlite_url):
        scene.is_spooled_for(20_000)
    scene.check_nothing_is_lost()


@pytest.mark.soak
def test_a_backup_that_takes_the_place_of_the_file_is_what_is_written_to_from_then_on(
    scene: Scene, sqlite_url: str
) -> None:
    path = Path(database_path(sqlite_url))
    backup = path.with_name("backup.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    scene.is_read()
    backup.rename(path)
    for ending in ("-wal", "-shm"):
        path.with_name(f"{path.name}{ending}").unlink()
    scene.is_read()
    scene.check_no_host_has_noticed()
