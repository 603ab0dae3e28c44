"""Hosts that are not registered."""

from pathlib import Path

import pytest

from poller.failure import SessionError
from storage.database import Database
from storage.host_keys import KeySource, trust_host_key
from tests.real_sshd import RealSshd, make_key, read_public_key
from watchpost.ad_hoc import find_ad_hoc


def known_hosts(home: Path, server: RealSshd, name: str | None = None) -> None:
    line = f"[{name or server.address}]:{server.port} {server.host_key().public_key}\n"
    (home / ".ssh" / "known_hosts").write_text(line, encoding="ascii")


async def test_a_key_in_known_hosts_is_trusted(home: Path, sshd: RealSshd) -> None:
    known_hosts(home, sshd)
    found = await find_ad_hoc(f"root@{sshd.address}:{sshd.port}", None)
    assert found is not None
    assert (found.host.username, found.host.address, found.host.port) == ("root", sshd.address, sshd.port)
    assert [key.public_key for key in found.target.trusted_keys] == [sshd.host_key().public_key]


async def test_a_key_that_the_database_trusts_is_trusted(home: Path, sshd: RealSshd, database: Database) -> None:
    with database.writing() as connection:
        trust_host_key(connection, sshd.host_key(), KeySource.PERSON, 0, replace=False)
    found = await find_ad_hoc(f"{sshd.address}:{sshd.port}", database)
    assert found is not None
    assert found.target.trusted_keys == (sshd.host_key(),)


async def test_an_alias_of_the_ssh_configuration_finds_the_key_of_what_it_stands_for(
    home: Path, sshd: RealSshd, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_hosts(home, sshd)
    text = f"Host box\n  HostName {sshd.address}\n  Port {sshd.port}\n"
    (home / ".ssh" / "config").write_text(text, encoding="ascii")
    found = await find_ad_hoc("box", None)
    assert found is not None
    assert len(found.target.trusted_keys) == 1


async def test_a_host_whose_certificate_an_authority_signs_needs_no_trusted_key(home: Path, tmp_path: Path) -> None:
    authority = read_public_key(make_key(tmp_path / "authority"))
    (home / ".ssh" / "known_hosts").write_text(f"@cert-authority 10.0.0.* {authority}\n", encoding="ascii")
    found = await find_ad_hoc("root@10.0.0.7", None)
    assert found is not None
    assert found.target.trusted_keys == ()


async def test_without_a_trusted_key_there_is_no_such_host(home: Path, database: Database) -> None:
    assert await find_ad_hoc("root@10.0.0.7", database) is None
    assert await find_ad_hoc("nonsense:port:", None) is None


async def test_a_broken_ssh_configuration_says_so(home: Path) -> None:
    (home / ".ssh" / "config").write_text("Port many\n", encoding="ascii")
    with pytest.raises(SessionError):
        await find_ad_hoc("box", None)
