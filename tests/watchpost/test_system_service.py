"""The unit of the machine, run by a real systemd: what it hardens must not keep the poller from its work."""

import json
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from storage.database import open_database
from storage.host import NewHost, Transport
from storage.hosts import add_host
from storage.latest import read_latest
from tests.eventually import eventually
from tests.real_user_systemd import user_systemd
from watchpost.systemd_unit import system_unit_text

UNIT = "watchpost.service"
NOT_HERE = re.compile(
    r"^(?:User|Group|PrivateTmp|ProtectHome|ProtectKernelLogs|ProtectKernelTunables)=.*\n", re.MULTILINE
)
"""What only the systemd of a machine can do; and the test's own folder lies in /tmp."""


class Service:
    """The service, and what systemd says of it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        state = folder / "home" / ".config" / "watchpost"
        self.url = f"sqlite:///{state}/watchpost.db"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        variables = {
            "HOME": str(state),
            # In place of the private one.
            "TMPDIR": str(state),
            "PYTHONPATH": environment["PYTHONPATH"],
            "WATCHPOST_HEALTH": str(self.port),
            "WATCHPOST_KEYRING": "encrypted-file",
        }
        text = NOT_HERE.sub(
            "", system_unit_text([sys.executable, "-m", "watchpost", "run", "--db", self.url], variables)
        )
        text = text.replace("RestartSec=15", "RestartSec=0").replace("WatchdogSec=120", "WatchdogSec=5")
        unit = folder / "home" / ".config" / "systemd" / "user" / UNIT
        unit.parent.mkdir(parents=True)
        unit.write_text(text)

    def tell(self, *arguments: str) -> str:
        """What systemctl answers."""
        done = subprocess.run(
            ["systemctl", "--user", *arguments], check=True, env=self._environment, capture_output=True, text=True
        )
        return done.stdout.strip()

    def says(self, name: str) -> str:
        """A property of the unit."""
        return self.tell("show", f"--property={name}", "--value", UNIT)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("machine")
    with user_systemd(folder / "systemd") as environment:
        made = Service(folder / "systemd", environment)
        made.tell("daemon-reload")
        # Returns when the poller has said that it is ready.
        made.tell("start", UNIT)
        yield made
        made.tell("stop", UNIT)


def test_it_is_ready_with_nothing_that_it_may_do(service: Service) -> None:
    status = Path("/proc", service.says("MainPID"), "status").read_text()
    said = dict(re.findall(r"^(\w+):\t(\S+)", status, re.MULTILINE))
    assert (said["NoNewPrivs"], said["Seccomp"]) == ("1", "2")
    assert int(said["CapEff"], 16) == int(said["CapBnd"], 16) == 0


def test_hosts_are_read_all_the_same_and_a_reload_keeps_the_process(service: Service) -> None:
    process = service.says("MainPID")
    database = open_database(service.url)
    try:
        with database.writing() as connection:
            add_host(connection, NewHost(name="here", transport=Transport.LOCAL, interval_s=1.0), 0)
        service.tell("reload", UNIT)

        def is_read() -> bool:
            with database.reading() as connection:
                return bool(read_latest(connection, since=0))

        eventually(is_read)
    finally:
        database.close()
    eventually(lambda: service.says("StatusText") == "1 of 1 hosts up")
    assert service.says("MainPID") == process
    assert service.says("ActiveState") == "active"


def test_its_health_port_answers(service: Service) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{service.port}/healthz", timeout=30) as answer:
        assert json.load(answer)["status"] in {"ready", "degraded"}


def test_its_folder_is_its_groups_to_read(service: Service) -> None:
    database = Path(service.url.removeprefix("sqlite:///"))
    assert database.parent.stat().st_mode & 0o7777 == 0o2750
    files = [database, Path(f"{database}-wal"), Path(f"{database}-shm")]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o640}


def test_one_that_hangs_is_started_anew(service: Service) -> None:
    process = service.says("MainPID")
    service.tell("kill", "--signal=STOP", UNIT)
    eventually(lambda: service.says("MainPID") not in {process, "0"} and service.says("ActiveState") == "active", 80)
