"""A poller that is killed while a fleet is being read."""

from pathlib import Path

from storage.utc import now_ms
from tests.eventually import eventually
from tests.fleet_process import Stored, fleet_process
from tests.running_poller import running_poller

HOSTS = 30


def test_what_it_had_stored_stays_and_the_next_one_goes_on_and_nothing_is_there_twice(
    sqlite_url: str, stored: Stored, environment: dict[str, str], tmp_path: Path
) -> None:
    with fleet_process(sqlite_url, tmp_path, HOSTS):
        with running_poller(sqlite_url, "--interval", "1", environment=environment, folder=tmp_path) as poller:
            began = now_ms()
            eventually(lambda: stored.all_read_since(began + 2000, HOSTS))
            acknowledged = stored.readings()
            poller.process.kill()
            poller.process.wait()
        assert stored.is_sound()
        with running_poller(sqlite_url, "--interval", "1", environment=environment, folder=tmp_path):
            began = now_ms()
            eventually(lambda: stored.all_read_since(began, HOSTS))
    after = stored.readings()
    assert stored.is_sound()
    for host_id, moments in acknowledged.items():
        assert set(moments) <= set(after[host_id])
        assert len(after[host_id]) == len(set(after[host_id]))
