"""The probe on hosts and accounts of every kind, over real SSH."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from poller.failure import SessionError
from poller.probe_start.forced_command import authorized_key_line
from poller.probe_start.probe_options import ProbeOptions
from poller.ssh.settings import SshTarget
from poller.ssh.transport import start_ssh
from poller.stream.decode import Decoder, Hello
from storage.connection_step import Step
from storage.host import Reader
from storage.reason import Reason
from storage.scrape import Scrape
from tests.busybox_host import busybox_host
from tests.collected import Collected
from tests.eventually import eventually
from tests.real_sshd import Account, RealSshd, read_public_key, running_sshd, throwaway_account
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]
AUTO = ProbeOptions()
WITH_PASSWORD = "PasswordAuthentication yes"


@contextlib.asynccontextmanager
async def watched(target: SshTarget, options: ProbeOptions = AUTO) -> AsyncIterator[tuple[Hello, Scrape]]:
    """A session; yields its greeting and its first reading."""
    sink, decoder, steps = Collected(), Decoder(1), list[Step]()
    connection = await start_ssh(target, options, sink, steps.append)
    try:
        await sink.until(lambda: any(line.startswith(b'{"n":') for line in sink.received))
        said = [decoder.decode(line, 1.79e9) for line in sink.received]
        hello, reading = said[0], said[-1]
        assert isinstance(hello, Hello)
        assert isinstance(reading, Scrape)
        assert steps == [Step.NAME, Step.TCP, Step.HOST_KEY, Step.LOGIN, Step.PYTHON]
        yield hello, reading
    finally:
        await connection.close()


def login_of(server: RealSshd, account: Account) -> SshTarget:
    """With the account's password: it may not read the keys in our folder."""
    return replace(target_of(server), username=account.name, identity_file=None, secret=account.password)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSshd]:
    """A server that takes passwords."""
    with running_sshd(tmp_path_factory.mktemp("sshd"), WITH_PASSWORD) as server:
        yield server


async def failure_of(target: SshTarget, options: ProbeOptions = AUTO) -> SessionError:
    with pytest.raises(SessionError) as caught:
        await start_ssh(target, options, Collected())
    return caught.value


def value(reading: Scrape, name: str) -> float:
    """The value of a series without labels, or the first of those with that name."""
    for vector in reading.vectors:
        for series, number in zip(vector.layout.series, vector.values, strict=True):
            if series.name == name:
                return float(number)
    raise LookupError(name)


def probes(owner: str) -> list[psutil.Process]:
    """Processes of a user that are a probe."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess):
            if "watchpost_probe" in " ".join(process.cmdline()) and process.username() == owner:
                found.append(process)
    return found


# A host without Python.


async def test_a_host_with_nothing_but_busybox_is_read_by_its_shell(tmp_path: Path) -> None:
    with busybox_host(tmp_path / "host") as (server, account):
        async with watched(login_of(server, account)) as (hello, reading):
            assert hello.reader == "shell"
            assert hello.inventory["distribution"] == "Busybox and nothing else"
            assert hello.inventory["cpu_count"] == os.cpu_count()
            assert value(reading, "memory_total_bytes") == psutil.virtual_memory().total
            assert value(reading, "cpu_seconds_total") == pytest.approx(psutil.cpu_times().user, abs=60)
            assert value(reading, "boot_time_seconds") == pytest.approx(psutil.boot_time(), abs=1)
            assert value(reading, "filesystem_size_bytes") == pytest.approx(
                psutil.disk_usage("/var/lib").total, rel=1e-3
            )
            assert value(reading, "tcp_connections") >= 1
            assert reading.processes
            assert probes(account.name)
        await asyncio.to_thread(eventually, lambda: not probes(account.name))


async def test_a_reader_that_was_asked_for_is_not_replaced_by_the_shell(tmp_path: Path) -> None:
    with busybox_host(tmp_path / "host") as (server, account):
        target = login_of(server, account)
        failure = await failure_of(target, ProbeOptions(reader=Reader.PROC))
        assert failure.reason is Reason.NO_PYTHON
        assert "shell" in failure.hint


async def test_the_shell_is_the_reader_where_it_was_asked_for(sshd: RealSshd) -> None:
    async with watched(target_of(sshd), ProbeOptions(reader=Reader.SHELL)) as (hello, _):
        assert hello.reader == "shell"


async def test_an_old_python_is_no_hindrance(start_sshd: StartSshd, tmp_path: Path) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python3").write_text("#!/bin/sh\nexit 96\n")
    (folder / "python3").chmod(0o755)
    server = start_sshd(f"SetEnv PATH={folder}:/usr/sbin:/usr/bin:/bin HOME=/nonexistent")
    async with watched(target_of(server)) as (hello, _):
        assert hello.reader == "shell"


# Accounts.


@pytest.mark.parametrize("login_shell", ["/usr/bin/fish", "/bin/tcsh"])
async def test_an_account_may_have_any_shell(sshd: RealSshd, login_shell: str) -> None:
    with throwaway_account(login_shell) as account:
        async with watched(login_of(sshd, account)) as (hello, _):
            assert hello.reader == "proc"


async def test_a_restricted_shell_is_named(sshd: RealSshd) -> None:
    with throwaway_account("/bin/rbash") as account:
        failure = await failure_of(login_of(sshd, account))
    assert failure.reason is Reason.RESTRICTED
    assert "restricted" in failure.message
    assert "watchpost hosts authorized-key" in failure.hint


async def test_an_account_for_file_transfer_is_named(start_sshd: StartSshd) -> None:
    failure = await failure_of(target_of(start_sshd("ForceCommand internal-sftp")))
    assert failure.reason is Reason.RESTRICTED
    assert "sftp" in failure.message


async def test_a_command_that_is_forced_instead_of_ours_is_quoted(start_sshd: StartSshd) -> None:
    failure = await failure_of(target_of(start_sshd("ForceCommand echo Only backups here.; exit 7")))
    assert failure.reason is Reason.NO_SHELL
    assert "Only backups here." in failure.message
    assert "authorized-key" in failure.hint


# A key that is held to the probe.


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSshd]:
    """A server that lets its key do nothing but what the line of authorized_keys says."""
    with running_sshd(tmp_path_factory.mktemp("held")) as server:
        (server.folder / "authorized_keys").write_text(authorized_key_line(read_public_key(server.identity)) + "\n")
        yield server


@pytest.mark.parametrize("reader", [Reader.AUTO, Reader.SHELL])
async def test_a_key_that_is_held_to_the_probe_runs_it_by_any_reader(held: RealSshd, reader: Reader) -> None:
    async with watched(target_of(held), ProbeOptions(reader=reader)) as (hello, _):
        assert hello.reader == ("proc" if reader is Reader.AUTO else reader)


def by_hand(server: RealSshd, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What OpenSSH's client gets with that key."""
    command = ["ssh", "-F", "none", "-i", str(server.identity), "-p", str(server.port), *arguments]
    options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
    return subprocess.run(
        [*command[:3], *options, *command[3:]], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60
    )


@pytest.mark.parametrize("wish", [[], ["-tt"], ["-s"]], ids=["a command", "a terminal", "a subsystem"])
def test_a_key_that_is_held_to_the_probe_runs_nothing_else(held: RealSshd, wish: list[str]) -> None:
    done = by_hand(held, *wish, held.address, "sftp" if wish == ["-s"] else "id")
    assert done.returncode in {95, 255}
    assert done.stdout == b""


def test_a_key_that_is_held_to_the_probe_forwards_nothing(held: RealSshd) -> None:
    done = by_hand(held, "-W", f"127.0.0.1:{held.port}", held.address)
    assert done.stdout == b""
    assert b"prohibited" in done.stderr


# sudo.


@pytest.fixture(scope="module")
def sudoer() -> Iterator[Account]:
    """An account that may run /bin/sh as root without a password."""
    with throwaway_account() as account:
        rule = Path(f"/etc/sudoers.d/{account.name}")
        rule.write_text(f"{account.name} ALL=(root) NOPASSWD: /bin/sh\n")
        rule.chmod(0o440)
        try:
            yield account
        finally:
            rule.unlink()


@pytest.mark.parametrize("reader", [Reader.PROC, Reader.SHELL])
async def test_with_sudo_the_probe_is_root(sshd: RealSshd, sudoer: Account, reader: Reader) -> None:
    before = {process.pid for process in probes("root")}
    target = login_of(sshd, sudoer)
    async with watched(target, ProbeOptions(reader=reader, sudo=True)) as (hello, _):
        assert hello.reader == reader
        fresh = [process for process in probes("root") if process.pid not in before]
        assert fresh
        assert {process.name() for process in probes(sudoer.name)} <= {"sudo"}
    await asyncio.to_thread(eventually, lambda: not {process.pid for process in probes("root")} - before)


async def test_who_is_root_already_needs_no_sudo(start_sshd: StartSshd) -> None:
    server = start_sshd("SetEnv PATH=/bin HOME=/nonexistent")
    async with watched(target_of(server), ProbeOptions(sudo=True)) as (hello, _):
        assert hello.reader in {"proc", "shell"}


async def test_a_sudo_that_asks_for_a_password_is_named_with_the_line_that_helps(
    sshd: RealSshd, account: Account
) -> None:
    failure = await failure_of(login_of(sshd, account), ProbeOptions(sudo=True))
    assert failure.reason is Reason.SUDO
    assert "ALL=(root) NOPASSWD: /bin/sh" in failure.hint


async def test_a_sudo_that_is_not_there_is_named(start_sshd: StartSshd, account: Account) -> None:
    server = start_sshd("SetEnv PATH=/nonexistent HOME=/nonexistent", WITH_PASSWORD)
    failure = await failure_of(login_of(server, account), ProbeOptions(sudo=True))
    assert failure.reason is Reason.SUDO
