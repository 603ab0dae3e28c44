"""Several pollers through what takes longer than the suite may: frozen ones, a server that restarts, names taken."""

import json
import signal
from pathlib import Path

import pytest

from storage.database import Database
from storage.utc import now_ms
from tests.command_line import run_program
from tests.eventually import eventually
from tests.real_postgresql import RealPostgresql
from tests.several_pollers import SharedFleet, pollers_of

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]
FROZEN_MS = 20_000
NAMES = ("a", "b", "c")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """For the pollers."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def fleet(postgresql_database: Database) -> SharedFleet:
    """Of this machine, many times."""
    return SharedFleet(postgresql_database)


def read_for(fleet: SharedFleet, milliseconds: int) -> None:
    end = now_ms() + milliseconds
    eventually(lambda: fleet.all_are_read_since(end))


def test_a_frozen_poller_stores_nothing_of_what_another_has_read_by_then(fleet: SharedFleet, home: Path) -> None:
    url = fleet.database.url
    with pollers_of(home) as pollers:
        running = dict(zip(NAMES, pollers.start(**dict.fromkeys(NAMES, url)), strict=True))
        eventually(lambda: fleet.is_shared_by(*NAMES))
        read_for(fleet, 0)
        shares = fleet.shares()
        frozen = fleet.leader()
        running[frozen].process.send_signal(signal.SIGSTOP)
        frozen_at = now_ms()
        eventually(lambda: frozen not in fleet.shares())
        assert now_ms() - frozen_at < 60_000
        assert fleet.leader() != frozen
        eventually(lambda: fleet.all_are_read_since(frozen_at + FROZEN_MS))
        running[frozen].process.send_signal(signal.SIGCONT)
        eventually(lambda: "hosts_lost" in running[frozen].log)
        eventually(lambda: fleet.shares() == shares)
        read_for(fleet, 3_000)
        fleet.check_nothing_twice()


def test_when_the_server_restarts_everybody_keeps_their_hosts(
    fleet: SharedFleet, home: Path, postgresql_server: RealPostgresql
) -> None:
    url = fleet.database.url
    with pollers_of(home) as pollers:
        running = pollers.start(**dict.fromkeys(NAMES, url))
        eventually(lambda: fleet.is_shared_by(*NAMES))
        read_for(fleet, 12_000)
        shares = fleet.shares()
        with postgresql_server.down():
            down_at = now_ms()
            eventually(lambda: now_ms() > down_at + 30_000)
        up_at = now_ms()
        eventually(lambda: fleet.all_are_read_since(up_at + 12_000))
        assert fleet.shares() == shares
        for poller in running:
            after = poller.log[poller.log.index("recorder_spools") :]
            assert "recorder_caught_up" in after
            assert "hosts_taken_over" not in after
            assert "hosts_lost" not in after
        for own in fleet.readings().values():
            assert any(down_at + 5_000 < reading.ts < up_at for reading in own)
        fleet.check_nothing_twice()


def test_one_that_leaves_and_one_whose_name_is_taken(fleet: SharedFleet, home: Path) -> None:
    url = fleet.database.url
    with pollers_of(home) as pollers:
        leaves, stays = pollers.start(leaves=url, stays=url)
        eventually(lambda: fleet.is_shared_by("leaves", "stays"))
        refused = run_program("run", "--name", "stays", "--db", url, environment={"HOME": str(home)}, folder=home)
        assert refused.status == 1
        message = json.loads(refused.err)["message"]
        assert f"poller {stays.process.pid} on" in message
        assert "“stays”" in message
        upgrade = run_program("db", "upgrade", "--db", url, environment={"HOME": str(home)}, folder=home)
        assert upgrade.status == 1
        leaves.process.send_signal(signal.SIGTERM)
        assert leaves.process.wait(30) == 0
        eventually(lambda: fleet.is_shared_by("stays"))
        read_for(fleet, 0)
        fleet.check_nothing_twice()
