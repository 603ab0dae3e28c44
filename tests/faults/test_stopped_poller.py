"""A poller that does not run for a while: its machine was suspended, or held it up."""

import signal
import time
from pathlib import Path

import pytest

from storage.utc import now_ms
from tests.eventually import eventually
from tests.fleet_process import Stored, fleet_process
from tests.running_poller import running_poller

HOSTS = 10


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "seconds", [4.0, pytest.param(25.0, marks=pytest.mark.soak)], ids=["shortly", "longer than a silent host may be"]
)
def test_no_host_is_held_responsible_for_it_and_what_came_meanwhile_is_stored(
    sqlite_url: str, stored: Stored, environment: dict[str, str], tmp_path: Path, seconds: float
) -> None:
    with (
        fleet_process(sqlite_url, tmp_path, HOSTS),
        running_poller(sqlite_url, "--interval", "1", environment=environment, folder=tmp_path) as poller,
    ):
        began = now_ms()
        eventually(lambda: stored.all_read_since(began + 1000, HOSTS))
        since = now_ms()
        poller.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        until = now_ms()
        poller.process.send_signal(signal.SIGCONT)
        eventually(lambda: stored.all_read_since(until + 1000, HOSTS))
        log = poller.log
    assert all(any(since < ts < until for ts in moments) for moments in stored.readings().values())
    assert [len(sessions) for sessions in stored.sessions().values()] == [1] * HOSTS
    assert "unreachable" not in log
