"""A link that carries nothing for a while, and carries on as if nothing had been."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.utc import now_ms
from tests.eventually import eventually
from tests.faults.wire import Wire, led_through_wires
from tests.fleet_process import Stored, fleet_process
from tests.running_poller import running_poller

HOSTS = 3


@pytest.fixture
def links(sqlite_url: str, database: Database, tmp_path: Path) -> Iterator[list[Wire]]:
    with fleet_process(sqlite_url, tmp_path, HOSTS), led_through_wires(database) as links:
        yield links


def cut_for(links: list[Wire], seconds: float) -> tuple[int, int]:
    """From when to when nothing came through, UTC milliseconds."""
    since = now_ms()
    for link in links:
        link.cut()
    time.sleep(seconds)
    until = now_ms()
    for link in links:
        link.mend()
    return since, until


def test_two_seconds_cost_no_reading_and_no_session(
    links: list[Wire], sqlite_url: str, stored: Stored, environment: dict[str, str], tmp_path: Path
) -> None:
    with running_poller(sqlite_url, "--interval", "1", environment=environment, folder=tmp_path) as poller:
        began = now_ms()
        eventually(lambda: stored.all_read_since(began + 1000, HOSTS))
        since, until = cut_for(links, 2.0)
        eventually(lambda: stored.all_read_since(until + 1000, HOSTS))
        log = poller.log
    assert all(any(since < ts < until for ts in moments) for moments in stored.readings().values())
    assert [len(sessions) for sessions in stored.sessions().values()] == [1] * HOSTS
    assert "unreachable" not in log


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seconds", [60.0, 600.0], ids=["a minute", "ten minutes"])
def test_a_long_one_ends_the_sessions_and_all_hosts_come_back_by_themselves(
    links: list[Wire], stored: Stored, environment: dict[str, str], tmp_path: Path, seconds: float
) -> None:
    with running_poller(stored.url, "--interval", "1", environment=environment, folder=tmp_path) as poller:
        began = now_ms()
        eventually(lambda: stored.all_read_since(began + 1000, HOSTS))
        before = stored.readings()
        _, until = cut_for(links, seconds)
        assert stored.states() == ["unreachable"] * HOSTS
        eventually(lambda: stored.all_read_since(until, HOSTS), within_s=180)
        assert poller.process.poll() is None
    after = stored.readings()
    assert all(set(moments) <= set(after[host_id]) for host_id, moments in before.items())
    assert stored.is_sound()
