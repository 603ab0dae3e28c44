"""Logging in to a real OpenSSH server, and every way in which that fails."""

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from poller.failure import SessionError
from poller.ssh.configuration import read_configuration
from poller.ssh.host_key_judgement import judge_host_key
from poller.ssh.login import log_in
from poller.ssh.settings import SshTarget
from storage.connection_step import Step
from storage.reason import Reason
from tests.real_sshd import ADDRESS, Account, RealSshd, free_port, make_key, running_agent
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]


@contextlib.asynccontextmanager
async def logged_in(target: SshTarget) -> AsyncIterator[list[Step]]:
    """A login to a host; yields the steps that passed."""
    steps: list[Step] = []
    judge = partial(judge_host_key, target.trusted_keys)
    connection = await log_in(target, await read_configuration(target), judge, steps.append)
    try:
        yield list(dict.fromkeys(steps))
    finally:
        connection.close()
        await connection.wait_closed()


async def failure_of(target: SshTarget) -> tuple[SessionError, list[Step]]:
    """How a login fails that must fail, and the steps that passed before."""
    steps: list[Step] = []
    judge = partial(judge_host_key, target.trusted_keys)
    with pytest.raises(SessionError) as caught:
        await log_in(target, await read_configuration(target), judge, steps.append)
    return caught.value, list(dict.fromkeys(steps))


async def test_a_login_passes_its_steps_in_order(sshd: RealSshd) -> None:
    async with logged_in(target_of(sshd)) as steps:
        assert steps == [Step.NAME, Step.TCP, Step.HOST_KEY, Step.LOGIN]


async def test_aes_128_gcm_is_what_a_server_of_today_agrees_to(sshd: RealSshd) -> None:
    target = target_of(sshd)
    connection = await log_in(target, await read_configuration(target), lambda _: None, lambda _: None)
    assert connection.get_extra_info("recv_cipher") == "aes128-gcm@openssh.com"
    assert connection.get_extra_info("recv_compression") == "none"
    connection.close()
    await connection.wait_closed()


async def test_a_login_that_is_given_up_closes_its_connection() -> None:
    gone = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        gone.set()
        writer.close()

    async with await asyncio.start_server(say_nothing, ADDRESS, 0) as server:
        port = server.sockets[0].getsockname()[1]
        target = SshTarget(ADDRESS, port, ssh_config=None)
        steps: list[Step] = []
        task = asyncio.create_task(log_in(target, await read_configuration(target), lambda _: None, steps.append))
        while Step.TCP not in steps:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(60):
            await gone.wait()


# Logging in.


async def test_a_password_logs_in(start_sshd: StartSshd, account: Account) -> None:
    server = start_sshd("PasswordAuthentication yes")
    target = replace(target_of(server), username=account.name, identity_file=None, secret=account.password)
    async with logged_in(target):
        server.await_log(f"Accepted password for {account.name}")


async def test_a_wrong_password_is_refused_and_tried_once(start_sshd: StartSshd, account: Account) -> None:
    server = start_sshd("PasswordAuthentication yes")
    failure, steps = await failure_of(
        replace(target_of(server), username=account.name, identity_file=None, secret="hunter2")
    )
    assert failure.reason is Reason.AUTH
    assert account.name in failure.message
    assert "hunter2" not in failure.message + failure.detail + failure.hint
    assert steps == [Step.NAME, Step.TCP, Step.HOST_KEY]
    server.await_log("Connection closed by authenticating user")
    assert server.log().count("Failed password") == 1


async def test_keyboard_interactive_with_one_prompt_takes_the_password(start_sshd: StartSshd, account: Account) -> None:
    server = start_sshd("UsePAM yes", "KbdInteractiveAuthentication yes", "AuthenticationMethods keyboard-interactive")
    target = replace(target_of(server), username=account.name, identity_file=None, secret=account.password)
    async with logged_in(target):
        server.await_log(f"Accepted keyboard-interactive/pam for {account.name}")


async def test_a_passphrase_opens_the_key_and_is_never_sent_as_a_password(
    start_sshd: StartSshd, tmp_path: Path, account: Account
) -> None:
    server = start_sshd("PasswordAuthentication yes")
    locked = make_key(tmp_path / "locked", passphrase="open sesame")
    target = replace(target_of(server), identity_file=locked, secret="open sesame")
    failure, _ = await failure_of(target)
    assert failure.reason is Reason.AUTH
    server.await_log("Connection closed by authenticating user")
    assert "password" not in server.log().lower().replace("no password", "")
    server.allow(locked)
    async with logged_in(target):
        pass


async def test_a_locked_key_without_a_passphrase_says_what_is_missing(sshd: RealSshd, tmp_path: Path) -> None:
    locked = make_key(tmp_path / "locked", passphrase="open sesame")
    failure, _ = await failure_of(replace(target_of(sshd), identity_file=locked))
    assert failure.reason is Reason.CREDENTIAL
    assert str(locked) in failure.message
    assert "passphrase" in failure.hint


async def test_a_missing_key_file_says_so_without_a_connection(tmp_path: Path) -> None:
    target = SshTarget(ADDRESS, free_port(), identity_file=tmp_path / "nowhere", ssh_config=None)
    failure, steps = await failure_of(target)
    assert failure.reason is Reason.CREDENTIAL
    assert "does not exist" in failure.message
    assert steps == []


async def test_a_key_that_the_host_does_not_know_is_refused(sshd: RealSshd, tmp_path: Path) -> None:
    failure, steps = await failure_of(replace(target_of(sshd), identity_file=make_key(tmp_path / "stranger")))
    assert failure.reason is Reason.AUTH
    assert "1 key file" in failure.message
    assert steps == [Step.NAME, Step.TCP, Step.HOST_KEY]


async def test_the_agent_logs_in(sshd: RealSshd, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_agent(sshd.identity) as agent:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
        async with logged_in(replace(target_of(sshd), identity_file=None)):
            pass


async def test_the_agent_opens_a_locked_key(start_sshd: StartSshd, monkeypatch: pytest.MonkeyPatch) -> None:
    server = start_sshd()
    with running_agent(server.identity) as agent:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
        _lock(server.identity)
        async with logged_in(target_of(server)):
            pass


async def test_an_agent_that_has_gone_is_as_good_as_none(sshd: RealSshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nonexistent/agent")
    async with logged_in(target_of(sshd)):
        pass


async def test_the_default_keys_log_in(sshd: RealSshd, home: Path) -> None:
    (home / ".ssh/id_ed25519").write_bytes(sshd.identity.read_bytes())
    async with logged_in(replace(target_of(sshd), identity_file=None)):
        pass


async def test_too_many_keys_are_a_refused_login(
    start_sshd: StartSshd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    server = start_sshd("MaxAuthTries 1")
    keys = [make_key(tmp_path / f"stranger{number}") for number in range(3)]
    with running_agent(*keys) as agent:
        monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
        failure, _ = await failure_of(replace(target_of(server), identity_file=None))
    assert failure.reason is Reason.AUTH


# Host keys.


async def test_an_unknown_host_key_is_refused_before_anything_is_offered(sshd: RealSshd) -> None:
    failure, steps = await failure_of(replace(target_of(sshd), trusted_keys=()))
    assert failure.reason is Reason.HOST_KEY_UNKNOWN
    assert failure.host_key == sshd.host_key()
    assert sshd.host_key().fingerprint in failure.message
    assert steps == [Step.NAME, Step.TCP]


async def test_a_changed_host_key_is_refused_with_both_fingerprints(sshd: RealSshd, start_sshd: StartSshd) -> None:
    expected = start_sshd().host_key()
    failure, _ = await failure_of(replace(target_of(sshd), trusted_keys=[expected]))
    assert failure.reason is Reason.HOST_KEY_CHANGED
    assert failure.host_key == sshd.host_key()
    assert expected.fingerprint in failure.message
    assert sshd.host_key().fingerprint in failure.message


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
async def test_any_one_of_a_hosts_keys_may_be_the_trusted_one(start_sshd: StartSshd, kind: str) -> None:
    server = start_sshd(kinds=("ed25519", "ecdsa", "rsa"))
    async with logged_in(replace(target_of(server), trusted_keys=[server.host_key(kind)])):
        pass


# What does not answer as it should.


async def test_a_name_that_does_not_exist_is_dns() -> None:
    failure, steps = await failure_of(SshTarget("nonexistent.invalid", ssh_config=None))
    assert (failure.reason, steps) == (Reason.DNS, [])


async def test_a_closed_port_is_refused() -> None:
    failure, steps = await failure_of(SshTarget(ADDRESS, free_port(), ssh_config=None))
    assert (failure.reason, steps) == (Reason.REFUSED, [Step.NAME])


async def test_a_server_that_says_nothing_runs_into_the_login_timeout() -> None:
    with socket.create_server((ADDRESS, 0)) as server:
        port = server.getsockname()[1]
        failure, steps = await failure_of(SshTarget(ADDRESS, port, login_timeout_s=0.2, ssh_config=None))
    assert (failure.reason, steps) == (Reason.TIMEOUT, [Step.NAME, Step.TCP])


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        (b"SSH-1.5-ancient\r\n", Reason.PROTOCOL),
        (b"\xff" * 100_000, Reason.PROTOCOL),
        (b"SSH-2.0-x\r\n" + b"\0" * 64, Reason.PROTOCOL),
        (b"SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a\x14" + b"\xff" * 10, Reason.LOST),
        (b"", Reason.LOST),
    ],
    ids=["version 1", "noise", "zeros", "half a packet", "hung up"],
)
async def test_a_server_that_does_not_speak_ssh_is_told_from_one_that_does(greeting: bytes, reason: Reason) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.readline()
            writer.write(greeting)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, ADDRESS, 0) as server:
        port = server.sockets[0].getsockname()[1]
        failure, steps = await failure_of(SshTarget(ADDRESS, port, login_timeout_s=5, ssh_config=None))
    assert failure.reason is reason
    assert steps == [Step.NAME, Step.TCP]


def _lock(key: Path) -> None:
    subprocess.run(("ssh-keygen", "-q", "-p", "-a", "1", "-P", "", "-N", "open sesame", "-f", key), check=True)
