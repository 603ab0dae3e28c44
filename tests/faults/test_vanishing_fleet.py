"""All hosts vanish at once, and return at once."""

from pathlib import Path

import pytest

from storage.utc import now_ms
from tests.eventually import eventually
from tests.fleet_process import Stored, fleet_process
from tests.running_poller import running_poller


@pytest.mark.timeout(600)
@pytest.mark.parametrize("hosts", [50, pytest.param(1000, marks=pytest.mark.soak)])
def test_all_are_called_unreachable_and_all_come_back(
    sqlite_url: str, stored: Stored, environment: dict[str, str], tmp_path: Path, hosts: int
) -> None:
    with (
        fleet_process(sqlite_url, tmp_path, hosts) as fleet,
        running_poller(sqlite_url, environment=environment, folder=tmp_path) as poller,
    ):
        eventually(lambda: stored.states() == ["up"] * hosts, within_s=120)
        before = stored.readings()
        fleet.vanish()
        eventually(lambda: stored.states() == ["unreachable"] * hosts, within_s=60)
        fleet.come_back()
        returned = now_ms()
        # The longest that a host waits for its next try is a minute, and as much again where the machine is slow.
        eventually(lambda: stored.all_read_since(returned, hosts), within_s=180)
        eventually(lambda: stored.states() == ["up"] * hosts)
        assert poller.process.poll() is None
    after = stored.readings()
    assert all(set(moments) <= set(after[host_id]) for host_id, moments in before.items())
