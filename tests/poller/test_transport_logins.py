"""Logging in by both SSH libraries: the same keys, passwords, questions and ways, and the same words where it fails."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from poller.ssh.settings import SshTarget
from storage.connection_step import Step
from storage.reason import Reason
from tests.real_sshd import (
    Account,
    RealSshd,
    current_user,
    make_key,
    read_public_key,
    running_agent,
)
from tests.ssh_library import Library
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]


def by_password(server: RealSshd, account: Account) -> SshTarget:
    return replace(target_of(server), username=account.name, identity_file=None, secret=account.password)


# Keys and passwords.


async def test_a_password_logs_in(ssh: Library, start_sshd: StartSshd, account: Account) -> None:
    server = start_sshd("PasswordAuthentication yes")
    await ssh.logs_in(by_password(server, account))
    server.await_log(f"Accepted password for {account.name}")


async def test_a_wrong_password_is_refused_and_tried_once(
    ssh: Library, start_sshd: StartSshd, account: Account
) -> None:
    server = start_sshd("PasswordAuthentication yes")
    failure, steps = await ssh.failure_of(replace(by_password(server, account), secret="hunter2"))
    assert failure.reason is Reason.AUTH
    assert (
        failure.message == f"The host refused {account.name}: offered were 0 key files, the agent's keys, a password."
    )
    assert "hunter2" not in failure.message + failure.detail + failure.hint
    assert steps == [Step.NAME, Step.TCP, Step.HOST_KEY]
    assert server.log().count("Failed password") == 1


async def test_a_question_for_the_password_is_answered(ssh: Library, start_sshd: StartSshd, account: Account) -> None:
    server = start_sshd("UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods keyboard-interactive")
    await ssh.logs_in(by_password(server, account))
    server.await_log(f"Accepted keyboard-interactive/pam for {account.name}")


async def test_a_question_that_nobody_can_answer_is_told(ssh: Library, start_sshd: StartSshd, account: Account) -> None:
    server = start_sshd("UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods keyboard-interactive")
    failure, _ = await ssh.failure_of(replace(by_password(server, account), secret=None))
    assert failure.reason is Reason.AUTH
    assert "asks “Password:”, and no password is stored" in failure.message


async def test_a_key_and_then_a_password_log_in_together(ssh: Library, start_sshd: StartSshd, account: Account) -> None:
    server = start_sshd(
        "PasswordAuthentication yes",
        "AuthenticationMethods publickey,password",
        # Where the account may read it.
        f"AuthorizedKeysFile {account.home}/allowed",
    )
    (account.home / "allowed").write_text(read_public_key(server.identity))
    await ssh.logs_in(replace(by_password(server, account), identity_file=server.identity))
    server.await_log("Partial publickey for")
    server.await_log(f"Accepted password for {account.name}")


async def test_a_passphrase_opens_the_key_and_is_never_sent_as_a_password(
    ssh: Library, start_sshd: StartSshd, tmp_path: Path
) -> None:
    server = start_sshd("PasswordAuthentication yes")
    locked = make_key(tmp_path / "locked", passphrase="open sesame")
    target = replace(target_of(server), identity_file=locked, secret="open sesame")
    failure, _ = await ssh.failure_of(target)
    assert failure.reason is Reason.AUTH
    assert "Failed password" not in server.log()
    server.allow(locked)
    await ssh.logs_in(target)


async def test_an_rsa_key_logs_in_and_so_does_its_certificate(
    ssh: Library, start_sshd: StartSshd, tmp_path: Path, rsa_key: Path
) -> None:
    authority, key = make_key(tmp_path / "authority"), copy_of(rsa_key, tmp_path)
    server = start_sshd(f"TrustedUserCAKeys {authority}.pub")
    target = replace(target_of(server), identity_file=key)
    server.allow(key)
    await ssh.logs_in(target)
    (server.folder / "authorized_keys").write_text("")
    assert (await ssh.failure_of(target))[0].reason is Reason.AUTH
    _sign(authority, key)
    await ssh.logs_in(target)
    server.await_log("(serial 0) CA ED25519")


async def test_an_agent_logs_in_with_a_key_that_is_locked_in_its_file(
    ssh: Library, start_sshd: StartSshd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rsa_key: Path
) -> None:
    server = start_sshd()
    key = copy_of(rsa_key, tmp_path)
    server.allow(key)
    with running_agent(key) as agent:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
        _lock(key)
        await ssh.logs_in(replace(target_of(server), identity_file=key))


@pytest.fixture(scope="module")
def rsa_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests: making it takes half a second."""
    return make_key(tmp_path_factory.mktemp("rsa") / "key", "rsa")


def copy_of(key: Path, folder: Path) -> Path:
    """A key pair in another folder, to be changed there."""
    for path in (key, Path(f"{key}.pub")):
        shutil.copy(path, folder)
    return folder / key.name


async def test_a_locked_key_without_a_passphrase_says_what_is_missing(
    ssh: Library, sshd: RealSshd, tmp_path: Path
) -> None:
    locked = make_key(tmp_path / "locked", passphrase="open sesame")
    failure, _ = await ssh.failure_of(replace(target_of(sshd), identity_file=locked))
    assert failure.reason is Reason.CREDENTIAL
    assert str(locked) in failure.message


async def test_too_many_keys_are_a_refused_login(
    ssh: Library, start_sshd: StartSshd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = start_sshd("MaxAuthTries 1")
    keys = [make_key(tmp_path / f"stranger{number}") for number in range(3)]
    with running_agent(*keys) as agent:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
        failure, _ = await ssh.failure_of(replace(target_of(server), identity_file=None))
    assert failure.reason is Reason.AUTH


# The host's key.


async def test_an_unknown_host_key_is_refused_before_anything_is_offered(ssh: Library, start_sshd: StartSshd) -> None:
    server = start_sshd()
    failure, steps = await ssh.failure_of(replace(target_of(server), trusted_keys=()))
    assert failure.reason is Reason.HOST_KEY_UNKNOWN
    assert failure.host_key == server.host_key()
    assert server.host_key().fingerprint in failure.message
    assert steps == [Step.NAME, Step.TCP]
    assert "publickey" not in server.log()


async def test_a_changed_host_key_is_refused_with_both_fingerprints(
    ssh: Library, sshd: RealSshd, start_sshd: StartSshd
) -> None:
    expected = start_sshd().host_key()
    failure, _ = await ssh.failure_of(replace(target_of(sshd), trusted_keys=[expected]))
    assert failure.reason is Reason.HOST_KEY_CHANGED
    assert failure.host_key == sshd.host_key()
    assert expected.fingerprint in failure.message


async def test_any_one_of_a_hosts_keys_may_be_the_trusted_one(ssh: Library, start_sshd: StartSshd) -> None:
    server = start_sshd(kinds=("ed25519", "ecdsa"))
    await ssh.logs_in(replace(target_of(server), trusted_keys=[server.host_key("ecdsa")]))


def _lock(key: Path) -> None:
    subprocess.run(("ssh-keygen", "-q", "-p", "-a", "1", "-P", "", "-N", "open sesame", "-f", key), check=True)


def _sign(authority: Path, key: Path) -> None:
    """Makes a certificate beside the key, for whoever runs the tests."""
    subprocess.run(("ssh-keygen", "-q", "-s", authority, "-I", "test", "-n", current_user(), f"{key}.pub"), check=True)
