import os
import platform
import subprocess
import sys

import psycopg
import pytest

from storage.errors import DatabaseUnavailableError, PollerRunningError, WatchpostError
from storage.poller_lock import PollerLock, poller_is_running
from tests.eventually import eventually
from tests.real_postgresql import RealPostgresql

HOLDER = """
import sys
from storage.poller_lock import PollerLock
lock = PollerLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""
TAKE = "SELECT pg_try_advisory_lock(30576, 2)"


def test_the_lock_is_held_by_one_at_a_time_and_free_afterwards(postgresql_url: str) -> None:
    assert not poller_is_running(postgresql_url)
    lock = PollerLock(postgresql_url)
    for _ in range(2):
        with lock:
            assert poller_is_running(postgresql_url)
            with pytest.raises(PollerRunningError, match=f"poller {os.getpid()} on "):
                PollerLock(postgresql_url).acquire()
        assert not poller_is_running(postgresql_url)
    lock.release()


def test_another_database_of_the_server_has_a_lock_of_its_own(
    postgresql_server: RealPostgresql, postgresql_url: str
) -> None:
    with postgresql_server.new_database() as other, PollerLock(postgresql_url), PollerLock(other):
        pass


def test_a_poller_in_another_process_is_seen_and_its_death_frees_the_lock(postgresql_url: str) -> None:
    command = [sys.executable, "-c", HOLDER, postgresql_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(PollerRunningError, match=f"poller {holder.pid} on "):
            PollerLock(postgresql_url).acquire()
        holder.kill()
        holder.wait()
    with PollerLock(postgresql_url):
        pass


def test_after_a_restart_of_the_server_the_lock_is_taken_again(
    postgresql_server: RealPostgresql, postgresql_url: str
) -> None:
    losses: list[WatchpostError] = []
    with PollerLock(postgresql_url, on_lost=losses.append):
        with postgresql_server.down():
            pass
        eventually(lambda: poller_is_running(postgresql_url))
        with pytest.raises(PollerRunningError):
            PollerLock(postgresql_url).acquire()
    assert not poller_is_running(postgresql_url)
    assert losses == []


def test_a_poller_that_another_one_has_replaced_is_told(postgresql_server: RealPostgresql, postgresql_url: str) -> None:
    losses: list[WatchpostError] = []
    with PollerLock(postgresql_url, on_lost=losses.append):
        with postgresql_server.down():
            pass
        with psycopg.connect(postgresql_url, autocommit=True, application_name="watchpost poller 7 on web2") as other:
            assert other.execute(TAKE).fetchone() == (True,)
            eventually(lambda: losses)
    assert isinstance(losses[0], PollerRunningError)
    assert "poller 7 on web2" in losses[0].message


def test_a_connection_that_the_server_does_not_know_to_be_gone_is_waited_for(
    postgresql_server: RealPostgresql, postgresql_url: str
) -> None:
    losses: list[WatchpostError] = []
    own_name = f"watchpost poller {os.getpid()} on {platform.node()}"[:63]
    with PollerLock(postgresql_url, on_lost=losses.append):
        with postgresql_server.down():
            pass
        with psycopg.connect(postgresql_url, autocommit=True, application_name=own_name) as ghost:
            assert ghost.execute(TAKE).fetchone() == (True,)
            tried = "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"
            before = ghost.execute(tried).fetchone()
            eventually(lambda: ghost.execute(tried).fetchone() != before)
        eventually(lambda: poller_is_running(postgresql_url))
    assert losses == []


def test_letting_go_while_the_server_is_away_ends_at_once(
    postgresql_server: RealPostgresql, postgresql_url: str
) -> None:
    lock = PollerLock(postgresql_url)
    lock.acquire()
    with postgresql_server.down():
        lock.release()
        with pytest.raises(DatabaseUnavailableError, match="cannot be reached"):
            poller_is_running(postgresql_url)
        with pytest.raises(DatabaseUnavailableError, match="cannot be reached"):
            lock.acquire()


def test_pollers_of_different_names_get_along_and_those_of_one_name_do_not(postgresql_url: str) -> None:
    with PollerLock(postgresql_url, name="berlin"), PollerLock(postgresql_url, name="paris"):
        assert poller_is_running(postgresql_url)
        assert poller_is_running(postgresql_url, "paris")
        assert not poller_is_running(postgresql_url, "rome")
        with pytest.raises(PollerRunningError, match=f"poller {os.getpid()} on .* under the name “paris”") as caught:
            PollerLock(postgresql_url, name="paris").acquire()
        assert "--name" in caught.value.hint
    assert not poller_is_running(postgresql_url)


def test_who_needs_the_database_alone_waits_for_the_last_poller_and_keeps_all_away(postgresql_url: str) -> None:
    berlin, paris = PollerLock(postgresql_url, name="berlin"), PollerLock(postgresql_url, name="paris")
    with berlin, paris, pytest.raises(PollerRunningError, match="poller"):
        PollerLock(postgresql_url).acquire()
    with PollerLock(postgresql_url):
        for place in (berlin, paris):
            with pytest.raises(PollerRunningError):
                place.acquire()
    with berlin:
        assert poller_is_running(postgresql_url, "berlin")


def test_after_a_restart_of_the_server_all_pollers_are_there_again(
    postgresql_server: RealPostgresql, postgresql_url: str
) -> None:
    losses: list[WatchpostError] = []
    names = ("berlin", "paris")
    berlin, paris = (PollerLock(postgresql_url, name=name, on_lost=losses.append) for name in names)
    with berlin, paris:
        with postgresql_server.down():
            pass
        for name in names:
            eventually(lambda name=name: poller_is_running(postgresql_url, name))  # type: ignore[misc]
    assert losses == []
