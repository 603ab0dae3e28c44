"""What paramiko is there for, servers of long ago, and what a hostile server must not do to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from poller.paramiko_ssh.bounds import UNREAD_LIMIT
from poller.paramiko_ssh.keys import signatures_for
from poller.ssh.host_key_policy import scan
from poller.ssh.settings import SshTarget
from storage.reason import Reason
from tests.real_sshd import ADDRESS, RealSshd, make_key, read_public_key
from tests.ssh_library import ASYNCSSH, PARAMIKO

StartSshd = Callable[..., RealSshd]
OLD = ("HostKeyAlgorithms ssh-rsa", "PubkeyAcceptedAlgorithms +ssh-rsa", "MACs hmac-sha1")


@pytest.mark.parametrize(
    ("exchange", "cipher"),
    [
        ("diffie-hellman-group14-sha1", "aes128-cbc"),
        ("diffie-hellman-group-exchange-sha1", "aes256-ctr"),
        ("diffie-hellman-group1-sha1", "3des-cbc"),
    ],
)
async def test_a_server_that_knows_sha_1_alone_is_reached(start_sshd: StartSshd, exchange: str, cipher: str) -> None:
    server = start_sshd(*OLD, f"KexAlgorithms {exchange}", f"Ciphers {cipher}", kinds=("rsa",))
    target = old_target(server)
    failure, _ = await ASYNCSSH.failure_of(target)
    # The server may hang up before asyncssh has seen what it offers.
    assert failure.reason is Reason.LOST or (failure.reason is Reason.PROTOCOL and "`paramiko`" in failure.hint)
    async with PARAMIKO.streaming_from(target):
        pass
    assert await scan(replace(target, trusted_keys=())) == server.host_key("rsa")


def old_target(server: RealSshd) -> SshTarget:
    """As `target_of`, with a key that old servers know, too."""
    key = make_key(server.folder / "rsa", "rsa")
    server.allow(key)
    return SshTarget(
        server.address,
        server.port,
        server.user,
        identity_file=key,
        trusted_keys=[server.host_key("rsa")],
        ssh_config=None,
    )


@pytest.mark.parametrize(
    ("kind", "accepted", "tried"),
    [
        ("ssh-ed25519", None, ["ssh-ed25519"]),
        ("ssh-ed25519-cert-v01@openssh.com", ["rsa-sha2-256"], ["ssh-ed25519"]),
        ("ssh-rsa", ["ssh-ed25519", "rsa-sha2-256", "ssh-rsa"], ["rsa-sha2-256"]),
        # It does not say what it takes: it may be of today, or so old that SHA-1 is all it knows.
        ("ssh-rsa", None, ["rsa-sha2-512", "ssh-rsa"]),
        ("ssh-rsa-cert-v01@openssh.com", ["ssh-rsa"], ["ssh-rsa"]),
        ("ssh-rsa", ["ssh-ed25519"], []),
        ("sk-ssh-ed25519@openssh.com", None, []),
    ],
)
def test_a_key_is_tried_with_what_the_server_may_take(kind: str, accepted: list[str] | None, tried: list[str]) -> None:
    ours = ("ssh-ed25519", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")
    assert signatures_for(kind, ours, accepted) == tried


async def test_a_server_that_sends_more_than_it_is_allowed_to_is_hung_up_on(tmp_path: Path) -> None:
    async with careless_server(tmp_path) as target:
        failure, _ = await PARAMIKO.failure_of(target)
    # Else nothing would be read before the start is given up, 60 s later, and all of it kept.
    assert failure.reason is Reason.BAD_LINE


@asynccontextmanager
async def careless_server(folder: Path) -> AsyncIterator[SshTarget]:
    """A server that does not care for how much its peer wants to have."""
    host_key, key = make_key(folder / "host"), make_key(folder / "key")

    async def pour(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.channel.__dict__["_send_window"] = 2**31
        process.stderr.write(b"x" * 4 * UNREAD_LIMIT)
        await process.wait_closed()

    async with asyncssh.listen(
        ADDRESS,
        0,
        server_host_keys=[str(host_key)],
        authorized_client_keys=asyncssh.import_authorized_keys(read_public_key(key)),
        process_factory=pour,
        encoding=None,
        line_editor=False,
    ) as server:
        target = SshTarget(ADDRESS, server.get_port(), "anybody", identity_file=key, ssh_config=None)
        yield replace(target, trusted_keys=[await scan(target)])
