"""The ways to a host by both SSH libraries, and what stands at their end besides a server that lets one in."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from poller.failure import SessionError
from poller.ssh.settings import SshTarget
from storage.connection_step import Step
from storage.reason import Reason
from tests.eventually import eventually
from tests.real_sshd import (
    ADDRESS,
    RealSshd,
    current_user,
    free_port,
    make_key,
)
from tests.ssh_library import Library
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]
# For a key that it does not know, the server asks a program that takes longer than anybody waits.
_SLOW = ("AuthorizedKeysCommand /usr/bin/sleep 60", "AuthorizedKeysCommandUser root")


async def test_a_host_behind_a_jump_host_is_reached_through_it(
    ssh: Library, sshd: RealSshd, start_sshd: StartSshd, home: Path
) -> None:
    jump = start_sshd()
    target = behind(sshd, jump, home)
    failure, steps = await ssh.failure_of(target)
    assert failure.reason is Reason.HOST_KEY_UNKNOWN
    assert "Jump host gate" in failure.message
    assert steps == []
    know(home, jump)
    await ssh.logs_in(target)
    jump.await_log("Disconnected from")


async def test_what_a_jump_host_does_not_reach_says_why(ssh: Library, start_sshd: StartSshd, home: Path) -> None:
    jump, host = start_sshd(), start_sshd(name="host")
    know(home, jump)
    target = behind(host, jump, home)
    host.stop()
    failure, steps = await ssh.failure_of(target)
    assert failure.reason is Reason.REFUSED
    assert failure.message.startswith("The jump host does not get through to the host")
    assert steps == []


async def test_a_proxy_command_is_the_way_to_a_host(ssh: Library, sshd: RealSshd, home: Path) -> None:
    script = home / "relay"
    script.write_text(f"#!/bin/bash\nexec 3<>/dev/tcp/{ADDRESS}/{sshd.port}\ncat <&3 &\ncat >&3\n")
    script.chmod(0o755)
    config = home / ".ssh/config"
    config.write_text(f"Host far\n User {current_user()}\n IdentityFile {sshd.identity}\n ProxyCommand {script}\n")
    target = SshTarget("far", trusted_keys=[sshd.host_key()], ssh_config=config)
    await ssh.logs_in(target)
    script.write_text("#!/bin/sh\nexit 3\n")
    failure, _ = await ssh.failure_of(target)
    assert failure.reason is Reason.NO_ROUTE
    assert "exit status 3" in failure.message


# What does not answer as it should.


async def test_a_name_that_does_not_exist_is_dns(ssh: Library) -> None:
    failure, steps = await ssh.failure_of(SshTarget("nonexistent.invalid", ssh_config=None))
    assert (failure.reason, steps) == (Reason.DNS, [])


async def test_a_closed_port_is_refused(ssh: Library) -> None:
    failure, steps = await ssh.failure_of(SshTarget(ADDRESS, free_port(), ssh_config=None))
    assert (failure.reason, steps) == (Reason.REFUSED, [Step.NAME])


async def test_an_address_that_does_not_answer_runs_into_the_connect_timeout(ssh: Library) -> None:
    with socket.socket() as full:
        full.bind((ADDRESS, 0))
        full.listen(0)
        port = full.getsockname()[1]
        # The queue of those that wait to be accepted is full with the first; the next ones get no answer.
        waiting = [socket.socket() for _ in range(3)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex((ADDRESS, port))
        target = SshTarget(ADDRESS, port, connect_timeout_s=0.3, ssh_config=None)
        failure, steps = await ssh.failure_of(target)
        for sock in waiting:
            sock.close()
    assert (failure.reason, steps) == (Reason.TIMEOUT, [Step.NAME])


async def test_a_server_that_says_nothing_runs_into_the_login_timeout(ssh: Library) -> None:
    with socket.create_server((ADDRESS, 0)) as server:
        port = server.getsockname()[1]
        failure, steps = await ssh.failure_of(SshTarget(ADDRESS, port, login_timeout_s=0.3, ssh_config=None))
    assert (failure.reason, steps) == (Reason.TIMEOUT, [Step.NAME, Step.TCP])


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", Reason.LOST),
        (b"SSH-1.5-ancient\r\n", Reason.PROTOCOL),
        (b"SSH-2.0-\xff\xfe\r\n", Reason.PROTOCOL),
        (b"\xff" * 100_000, Reason.PROTOCOL),
        (b"SSH-2.0-x\r\n" + b"\xff" * 64, Reason.PROTOCOL),
        (b"Exceeded MaxStartups\r\n", Reason.LOST),
        (b"", Reason.LOST),
    ],
    ids=[
        "a web server",
        "version 1",
        "a greeting of bytes",
        "noise",
        "a huge packet",
        "full",
        "hung up",
    ],
)
async def test_a_server_that_does_not_speak_ssh_is_told_from_one_that_does(
    ssh: Library, greeting: bytes, reason: Reason
) -> None:
    failure, steps = await failure_at(ssh, greeting)
    assert failure.reason is reason
    assert steps == [Step.NAME, Step.TCP]
    assert failure.hint


async def failure_at(ssh: Library, greeting: bytes) -> tuple[SessionError, list[Step]]:
    """How a start fails at a server that says this and hangs up."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.readline()
            writer.write(greeting)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, ADDRESS, 0) as server:
        port = server.sockets[0].getsockname()[1]
        return await ssh.failure_of(SshTarget(ADDRESS, port, login_timeout_s=5, ssh_config=None))


async def test_a_server_that_is_full_is_lost_and_tried_again(ssh: Library, start_sshd: StartSshd) -> None:
    server = start_sshd("MaxStartups 1:100:1")
    with socket.create_connection((server.address, server.port)) as first:
        # Its greeting: the only place is taken.
        assert first.recv(64).startswith(b"SSH-2.0-")
        failure, steps = await ssh.failure_of(target_of(server))
    assert failure.reason is Reason.LOST
    assert "MaxStartups" in failure.hint
    assert steps == [Step.NAME, Step.TCP]


async def test_a_server_that_gives_up_on_a_slow_login_is_lost(
    ssh: Library, start_sshd: StartSshd, tmp_path: Path
) -> None:
    server = start_sshd("LoginGraceTime 1", *_SLOW)
    failure, steps = await ssh.failure_of(replace(target_of(server), identity_file=make_key(tmp_path / "stranger")))
    assert failure.reason is Reason.LOST
    assert steps == [Step.NAME, Step.TCP, Step.HOST_KEY]


async def test_a_server_that_dies_in_the_middle_of_a_login_is_lost(
    ssh: Library, start_sshd: StartSshd, tmp_path: Path
) -> None:
    server = start_sshd(*_SLOW)
    target = replace(target_of(server), identity_file=make_key(tmp_path / "stranger"))
    outcome = asyncio.create_task(ssh.failure_of(target))
    await asyncio.to_thread(eventually, lambda: "sleep" in _programs_below(server))
    server.drop_sessions()
    assert (await outcome)[0].reason is Reason.LOST


def _programs_below(server: RealSshd) -> list[str]:
    """What runs for the server's sessions."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.name() for child in psutil.Process(server.process.pid).children(recursive=True)]
    return []


def behind(host: RealSshd, jump: RealSshd, home: Path) -> SshTarget:
    """A host that the configuration puts behind a jump host; both let the same key in."""
    host.allow(jump.identity)
    config = home / ".ssh/config"
    config.write_text(
        f"Host gate\n HostName {ADDRESS}\n Port {jump.port}\n"
        f"Host db\n HostName {ADDRESS}\n Port {host.port}\n ProxyJump gate\n"
        f"Host *\n User {current_user()}\n IdentityFile {jump.identity}\n UserKnownHostsFile {home}/.ssh/known_hosts\n"
    )
    return SshTarget("db", trusted_keys=[host.host_key()], ssh_config=config)


def know(home: Path, server: RealSshd) -> None:
    """Puts a server into the user's known_hosts."""
    with (home / ".ssh/known_hosts").open("a") as file:
        file.write(f"[{ADDRESS}]:{server.port} {server.host_key().public_key}\n")
