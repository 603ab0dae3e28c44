"""Scanning a real server for its key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from poller.failure import SessionError
from poller.ssh.host_key_policy import scan, scan_host_key
from poller.ssh.settings import SshTarget
from storage.reason import Reason
from tests.real_sshd import ADDRESS, RealSshd, free_port

StartSshd = Callable[..., RealSshd]


async def test_the_key_that_a_host_presents_is_brought_back_as_it_would_be_trusted(sshd: RealSshd) -> None:
    assert await scan_host_key(ADDRESS, sshd.port) == sshd.host_key()


async def test_nothing_is_offered_to_a_host_that_is_only_scanned(start_sshd: StartSshd, home: Path) -> None:
    server = start_sshd()
    (home / ".ssh/id_ed25519").write_bytes(server.identity.read_bytes())
    await scan_host_key(ADDRESS, server.port)
    server.await_log("Disconnected from")
    assert "user" not in server.log()
    assert "publickey" not in server.log()


async def test_of_several_keys_the_strongest_is_shown(start_sshd: StartSshd) -> None:
    server = start_sshd(kinds=("rsa", "ecdsa", "ed25519"))
    assert await scan_host_key(ADDRESS, server.port) == server.host_key("ed25519")


async def test_of_several_keys_the_one_of_the_trusted_kind_is_shown(start_sshd: StartSshd) -> None:
    server = start_sshd(kinds=("rsa", "ed25519"))
    target = SshTarget(ADDRESS, server.port, trusted_keys=[server.host_key("rsa")], ssh_config=None)
    assert await scan(target) == server.host_key("rsa")


async def test_an_alias_is_scanned_where_the_configuration_has_it_but_the_key_is_the_aliass(
    sshd: RealSshd, home: Path
) -> None:
    (home / ".ssh/config").write_text(f"Host db\n HostName {ADDRESS}\n Port {sshd.port}\n")
    key = await scan_host_key("db")
    assert (key.address, key.port) == ("db", 22)
    assert key.public_key == sshd.host_key().public_key


async def test_a_host_that_does_not_get_as_far_as_its_key_says_why() -> None:
    with pytest.raises(SessionError) as caught:
        await scan_host_key(ADDRESS, free_port())
    assert caught.value.reason is Reason.REFUSED
