"""A laptop that sleeps: nothing of it runs, its steady clock stands still, and all else goes on.

The kernel's own part is left out: connections stay as they are unless a test cuts them.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from storage.utc import now_ms
from tests.eventually import eventually
from tests.faults.standing_clock import SECONDS
from tests.faults.wire import Wire, led_through_wires
from tests.fleet_process import FleetProcess, Stored, fleet_process
from tests.running_poller import RunningPoller, running_poller

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1200)]
HOSTS = 5


class Laptop:
    """A poller on a machine that can sleep."""

    def __init__(self, poller: RunningPoller, stood: Path) -> None:
        self._poller = poller
        self._stood = stood

    def fall_asleep(self) -> None:
        """From now on nothing runs."""
        self._poller.process.send_signal(signal.SIGSTOP)
        # Until it has taken effect.
        os.waitid(os.P_PID, self._poller.process.pid, os.WSTOPPED | os.WNOWAIT)
        self._asleep_at = time.monotonic()

    def wake(self) -> None:
        """Everything runs again."""
        before = SECONDS.unpack(self._stood.read_bytes())[0]
        with self._stood.open("r+b") as file:
            file.write(SECONDS.pack(before + time.monotonic() - self._asleep_at))
        self._poller.process.send_signal(signal.SIGCONT)

    def told(self, event: str) -> list[dict[str, Any]]:
        """What its log says of something."""
        lines = [json.loads(line) for line in self._poller.log.splitlines()]
        return [line for line in lines if line["event"] == event]

    def blamed(self) -> list[dict[str, Any]]:
        """Hosts that it has called unreachable."""
        return [line for line in self.told("host_state") if line["state"] == "unreachable"]


@pytest.fixture
def fleet(sqlite_url: str, tmp_path: Path) -> Iterator[FleetProcess]:
    with fleet_process(sqlite_url, tmp_path, HOSTS) as fleet:
        yield fleet


@pytest.fixture
def links(fleet: FleetProcess, database: Database) -> Iterator[list[Wire]]:
    """The network between laptop and hosts."""
    with led_through_wires(database) as links:
        yield links


@pytest.fixture
def laptop(links: list[Wire], stored: Stored, environment: dict[str, str], tmp_path: Path) -> Iterator[Laptop]:
    """One that reads all hosts, one for each link."""
    stood = tmp_path / "stood"
    stood.write_bytes(SECONDS.pack(0.0))
    program = (sys.executable, "-m", "tests.faults.standing_clock", str(stood))
    with ExitStack() as stack:
        poller = running_poller(
            stored.url, "--interval", "1", environment=environment, folder=tmp_path, program=program
        )
        found = Laptop(stack.enter_context(poller), stood)
        began = now_ms()
        eventually(lambda: stored.all_read_since(began + 1000, len(links)))
        yield found


def test_what_hosts_have_kept_meanwhile_is_stored_and_no_session_is_lost(laptop: Laptop, stored: Stored) -> None:
    since = now_ms()
    laptop.fall_asleep()
    time.sleep(60)
    until = now_ms()
    laptop.wake()
    eventually(lambda: stored.all_read_since(until + 1000, HOSTS))
    assert [round(line["seconds"], -1) for line in laptop.told("machine_slept")] == [60]
    assert all(any(since < ts < until for ts in moments) for moments in stored.readings().values())
    assert [len(sessions) for sessions in stored.sessions().values()] == [1] * HOSTS
    assert not laptop.blamed()


def test_hosts_whose_connections_are_gone_are_read_again_as_soon_as_there_is_a_network_and_none_is_blamed(
    laptop: Laptop, stored: Stored, fleet: FleetProcess, links: list[Wire]
) -> None:
    laptop.fall_asleep()
    for link in links:
        link.cut()
    fleet.vanish()
    time.sleep(120)
    fleet.come_back()
    laptop.wake()
    # For as long as a wireless network takes.
    time.sleep(8)
    until = now_ms()
    for link in links:
        link.mend()
    eventually(lambda: stored.all_read_since(until, HOSTS))
    assert len(laptop.told("machine_slept")) == 1
    assert not laptop.blamed()


def test_hosts_that_slept_with_it_as_virtual_machines_do_go_on_without_a_new_session(
    laptop: Laptop, stored: Stored, fleet: FleetProcess
) -> None:
    fleet.freeze()
    laptop.fall_asleep()
    time.sleep(60)
    until = now_ms()
    fleet.thaw()
    laptop.wake()
    eventually(lambda: stored.all_read_since(until + 1000, HOSTS))
    assert [len(sessions) for sessions in stored.sessions().values()] == [1] * HOSTS
    assert not laptop.blamed()


def test_it_may_sleep_again_and_again(laptop: Laptop, stored: Stored) -> None:
    for _ in range(3):
        laptop.fall_asleep()
        time.sleep(40)
        until = now_ms()
        laptop.wake()
        eventually(lambda until=until: stored.all_read_since(until + 1000, HOSTS))  # type: ignore[misc]
    assert len(laptop.told("machine_slept")) == 3
    assert not laptop.blamed()
