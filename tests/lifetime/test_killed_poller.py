"""A poller that is killed leaves nothing on its hosts: no process, no file."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from storage.database import Database
from storage.host import NewHost, Transport
from storage.host_keys import KeySource, trust_host_key
from storage.hosts import add_host
from tests.eventually import eventually
from tests.lifetime.bare_host import BareHost, bare_host
from tests.lifetime.probes import is_gone, open_files, probes_below
from tests.real_sshd import RealSshd, current_user, running_sshd
from tests.running_poller import running_poller


@pytest.fixture
def host(tmp_path: Path) -> Iterator[BareHost]:
    home = Path("/var/lib/misc")
    with bare_host(home) as host:
        yield host


@pytest.fixture
def sshd(host: BareHost, tmp_path: Path) -> Iterator[RealSshd]:
    with running_sshd(tmp_path / "sshd", host.force_command, f"SetEnv HOME={host.places[0]}") as server:
        yield server


def test_it_leaves_no_process_and_no_file_whatever_carries_its_sessions(
    sshd: RealSshd, host: BareHost, database: Database, database_url: str, tmp_path: Path
) -> None:
    with database.writing() as connection:
        trust_host_key(connection, sshd.host_key(), KeySource.PERSON, 0, replace=False)
        add_host(connection, NewHost(name="local", transport=Transport.LOCAL), 0)
        add_host(connection, _over_ssh(sshd, Transport.SSH), 0)
        add_host(connection, _over_ssh(sshd, Transport.PARAMIKO), 0)
    server = psutil.Process(sshd.process.pid)
    environment = {"HOME": str(tmp_path)}
    with running_poller(database_url, "--interval", "1", environment=environment, folder=tmp_path) as poller:
        running = psutil.Process(poller.process.pid)
        eventually(lambda: poller.log.count('"state": "up"') == 3)
        probes = [*probes_below(running), *probes_below(server)]
        assert len(probes) == 3
        for probe in probes:
            files = open_files(probe)
            assert all(
                file in {"pipe", "socket", "/dev/null"} or file.startswith(("/proc/", "/sys/")) for file in files
            )
        poller.process.kill()
        poller.process.wait()
        eventually(lambda: all(map(is_gone, probes)))
    eventually(lambda: not server.children())
    assert host.files() == []


def _over_ssh(sshd: RealSshd, transport: Transport) -> NewHost:
    return NewHost(
        name=transport.value,
        transport=transport,
        address=sshd.address,
        port=sshd.port,
        username=current_user(),
        identity_file=str(sshd.identity),
    )
