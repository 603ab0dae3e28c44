"""Real pollers that share hosts on a real PostgreSQL: one is killed, one cut off from the database; both come back."""

from pathlib import Path

import pytest

from storage.database import Database
from storage.utc import now_ms
from tests.eventually import eventually
from tests.real_postgresql import RealPostgresql
from tests.several_pollers import SharedFleet, pollers_of
from tests.socket_proxy import SocketProxy


@pytest.mark.timeout(600)
def test_hosts_are_read_on_when_a_poller_dies_and_one_is_cut_off_and_once_they_are_back(
    postgresql_server: RealPostgresql, postgresql_database: Database, home: Path
) -> None:
    url, fleet = postgresql_database.url, SharedFleet(postgresql_database)
    with SocketProxy(postgresql_server) as proxy, pollers_of(home) as pollers:
        _, dies, lonely = pollers.start(stays=url, dies=url, lonely=proxy.url(url))
        eventually(lambda: fleet.is_shared_by("stays", "dies", "lonely"))
        shared_at = now_ms()
        eventually(lambda: fleet.all_are_read_since(shared_at))
        shares = fleet.shares()

        dies.process.kill()
        proxy.stop_forwarding()
        cut_at = now_ms()
        eventually(lambda: fleet.is_shared_by("stays"))
        taken_at = now_ms()
        eventually(lambda: fleet.all_are_read_since(taken_at))
        assert fleet.leader() == "stays"
        eventually(lambda: "recorder_spools" in lonely.log)

        proxy.forward_again()
        pollers.start(dies=url)
        eventually(lambda: "recorder_caught_up" in lonely.log)
        eventually(lambda: fleet.shares() == shares)
        back_at = now_ms()
        eventually(lambda: fleet.all_are_read_since(back_at))

        # What the one that was cut off had read until its hosts were taken over is there.
        readings = fleet.readings()
        for host_id in shares["lonely"]:
            assert any(cut_at < reading.ts for reading in readings[host_id] if reading.session_at < cut_at)
        fleet.check_nothing_twice()
