"""Keys that known_hosts has, trusted for many hosts at a time."""

from pathlib import Path

import pytest

from poller.ssh.known_keys import trust_known_keys
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host, NewHost, Transport
from storage.host_keys import HostKey, fingerprint_of, trusted_keys
from storage.hosts import add_host

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMzv3dPOLAVl+tnkl2fSiSRbR+9/Yq1aqG/VbGeaJ0qX"


@pytest.fixture
def hosts(database: Database, home: Path) -> list[Host]:
    (home / ".ssh" / "config").write_text("Host shop\n HostName 10.0.0.2\n Port 2222\n")
    new = (
        NewHost(name="here", transport=Transport.LOCAL),
        NewHost(name="web", address="10.0.0.1"),
        NewHost(name="alias", address="shop"),
        NewHost(name="stranger", address="10.0.0.9"),
    )
    with database.writing() as connection:
        return [add_host(connection, host, 0) for host in new]


async def test_hosts_that_known_hosts_has_are_trusted_also_by_what_their_alias_stands_for(
    database: Database, home: Path, hosts: list[Host]
) -> None:
    (home / ".ssh" / "known_hosts").write_text(f"10.0.0.1 {PUBLIC_KEY}\n[10.0.0.2]:2222 {PUBLIC_KEY}\n")
    assert [host.name for host in await trust_known_keys(database, hosts, 1_000)] == ["web", "alias"]
    expected = [HostKey("shop", 22, "ssh-ed25519", PUBLIC_KEY, fingerprint_of(PUBLIC_KEY))]
    with database.reading() as connection:
        assert trusted_keys(connection, "shop", 22) == expected
        assert trusted_keys(connection, "10.0.0.9", 22) == []


async def test_without_known_hosts_nothing_is_trusted(database: Database, hosts: list[Host]) -> None:
    assert await trust_known_keys(database, hosts, 1_000) == []


async def test_known_hosts_that_cannot_be_read_are_told(database: Database, home: Path, hosts: list[Host]) -> None:
    (home / ".ssh" / "known_hosts").mkdir()
    with pytest.raises(WatchpostError):
        await trust_known_keys(database, hosts, 1_000)
