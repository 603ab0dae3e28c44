"""The probe over a real OpenSSH server, and every way in which that fails."""

import asyncio
import contextlib
import venv
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from poller.decode import Decoder, Hello
from poller.failure import SessionError
from poller.probe_options import ProbeOptions
from poller.ssh_transport import SshTarget, start_command_over_ssh, start_ssh
from poller.transport import ProbeConnection
from storage.connection_step import Step
from storage.host import Reader
from storage.reason import Reason
from storage.scrape import Scrape
from tests.collected import Collected
from tests.eventually import eventually
from tests.probe_stand_in import StandIn, pid_in, stand_in, streaming
from tests.real_sshd import Account, RealSshd
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]
UNTIL_PYTHON = [Step.NAME, Step.TCP, Step.HOST_KEY, Step.LOGIN, Step.PYTHON]


async def start(target: SshTarget, program: StandIn, sink: Collected) -> ProbeConnection:
    return await start_command_over_ssh(target, program.command, program.source, sink)


@contextlib.asynccontextmanager
async def session(target: SshTarget, program: StandIn) -> AsyncIterator[Collected]:
    """A session with a stand-in; yields its sink."""
    sink = Collected()
    connection = await start(target, program, sink)
    try:
        yield sink
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def streaming_from(target: SshTarget) -> AsyncIterator[Collected]:
    """A session with a stand-in that lives until it is closed; its lines are there."""
    async with session(target, streaming()) as sink:
        await sink.line(3)
        yield sink


async def failure_of(target: SshTarget, program: StandIn | None = None) -> tuple[SessionError, list[Step]]:
    """How a start fails that must fail, and the steps that passed before."""
    steps: list[Step] = []
    sink = Collected()
    program = program or streaming()
    with pytest.raises(SessionError) as caught:
        await start_command_over_ssh(target, program.command, program.source, sink, steps.append)
    assert sink.failures == []
    return caught.value, steps


async def test_a_host_says_who_it_is_and_sends_readings_until_closed(sshd: RealSshd) -> None:
    steps: list[Step] = []
    sink, decoder = Collected(), Decoder(1)
    connection = await start_ssh(target_of(sshd), ProbeOptions(interval_s=0.2), sink, steps.append)
    await sink.until(lambda: sum(line.startswith(b'{"n":') for line in sink.received) >= 2)
    await connection.close()
    said = [decoder.decode(line, 1.79e9) for line in sink.received]
    assert isinstance(said[0], Hello)
    assert len([scrape for scrape in said if isinstance(scrape, Scrape)]) >= 2
    assert steps == UNTIL_PYTHON
    assert sink.failures == []


async def test_closing_ends_the_probe_on_the_host_and_is_not_told_as_an_end(sshd: RealSshd) -> None:
    sink = Collected()
    connection = await start(target_of(sshd), streaming(), sink)
    pid = pid_in(await sink.line())
    assert psutil.pid_exists(pid)
    await connection.close()
    await asyncio.to_thread(eventually, lambda: not psutil.pid_exists(pid))
    assert sink.failures == []
    await connection.close()


# A login that leads to no probe.


async def test_an_account_without_a_shell_has_no_shell(start_sshd: StartSshd) -> None:
    failure, steps = await failure_of(target_of(start_sshd("ForceCommand /usr/sbin/nologin")))
    assert failure.reason is Reason.NO_SHELL
    assert "not available" in failure.message
    assert steps == UNTIL_PYTHON[:-1]


async def test_a_host_that_opens_no_session_has_no_shell(start_sshd: StartSshd) -> None:
    failure, _ = await failure_of(target_of(start_sshd("MaxSessions 0")))
    assert failure.reason is Reason.NO_SHELL


async def test_a_host_that_allows_file_transfer_alone_has_no_shell(start_sshd: StartSshd) -> None:
    failure, _ = await failure_of(target_of(start_sshd("ForceCommand internal-sftp")))
    assert failure.reason is Reason.NO_SHELL


async def test_a_host_without_python_says_so(start_sshd: StartSshd) -> None:
    failure, _ = await failure_of(target_of(start_sshd(_path("/nonexistent"))))
    assert failure.reason is Reason.NO_PYTHON


@pytest.mark.parametrize("script", ["exit 96", "echo Unknown option: -I >&2; exit 2"], ids=["3.5", "2.7"])
async def test_a_host_with_an_old_python_says_so(start_sshd: StartSshd, tmp_path: Path, script: str) -> None:
    _fake_python(tmp_path / "bin", script)
    failure, _ = await failure_of(target_of(start_sshd(_path(f"{tmp_path}/bin"))))
    assert failure.reason is Reason.PYTHON_TOO_OLD


async def test_a_login_that_waits_for_a_person_runs_into_the_start_timeout(start_sshd: StartSshd) -> None:
    server = start_sshd('ForceCommand echo "Choose a menu entry:"; cat >/dev/null')
    failure, steps = await failure_of(replace(target_of(server), start_timeout_s=3.0))
    assert failure.reason is Reason.TIMEOUT
    assert failure.detail == "Choose a menu entry:"
    assert steps == UNTIL_PYTHON[:-1]


async def test_psutil_that_is_wanted_and_missing_is_told(start_sshd: StartSshd, tmp_path: Path) -> None:
    # A fresh environment has no psutil, whatever this machine has.
    venv.create(tmp_path / "bare", symlinks=True)
    server = start_sshd(_path(f"{tmp_path}/bare/bin"))
    sink = Collected()
    connection = await start_ssh(target_of(server), ProbeOptions(reader=Reader.PSUTIL), sink)
    try:
        assert (await sink.failure()).reason is Reason.PSUTIL_MISSING
    finally:
        await connection.close()


# A session that ends.


async def test_a_probe_that_raises_has_crashed_and_its_last_words_are_told(sshd: RealSshd) -> None:
    async with session(target_of(sshd), stand_in("marker()\nraise OSError('no \\x1b[31m/proc')")) as sink:
        failure = await sink.failure()
    assert failure.reason is Reason.PROBE_CRASHED
    assert failure.message.endswith("OSError: no \ufffd[31m/proc")
    assert len(sink.failures) == 1


async def test_a_probe_that_is_killed_has_crashed(sshd: RealSshd) -> None:
    async with streaming_from(target_of(sshd)) as sink:
        psutil.Process(pid_in(sink.received[0])).kill()
        failure = await sink.failure()
    assert failure.reason is Reason.PROBE_CRASHED
    assert "KILL" in failure.message


async def test_a_probe_that_fails_before_its_marker_has_crashed(sshd: RealSshd) -> None:
    failure, _ = await failure_of(target_of(sshd), stand_in("raise ImportError('no module')"))
    assert failure.reason is Reason.PROBE_CRASHED
    assert failure.message.endswith("ImportError: no module")


async def test_a_connection_that_dies_is_lost_and_told_once(start_sshd: StartSshd) -> None:
    server = start_sshd()
    async with streaming_from(target_of(server)) as sink:
        server.drop_sessions()
        assert (await sink.failure()).reason is Reason.LOST
    assert len(sink.failures) == 1


async def test_a_dying_sessions_half_line_is_not_handed_on(sshd: RealSshd) -> None:
    async with session(target_of(sshd), stand_in("marker()\nsay(b'whole\\nha')\nos.kill(os.getpid(), 9)")) as sink:
        await sink.failure()
    assert sink.received == [b"whole"]


async def test_a_line_of_50_megabytes_ends_its_own_session_alone_in_bounded_memory(sshd: RealSshd) -> None:
    talkative = stand_in("marker()\nfor _ in range(50):\n    say(b'x' * 2**20)\nsay(b'\\n')")
    async with streaming_from(target_of(sshd)) as neighbour:
        before = psutil.Process().memory_info().rss
        async with session(target_of(sshd), talkative) as sink:
            assert (await sink.failure()).reason is Reason.BAD_LINE
        assert psutil.Process().memory_info().rss - before < 30 * 2**20
        assert neighbour.failures == []
    assert sink.received == []


async def test_banners_and_a_talkative_shell_are_skipped(
    start_sshd: StartSshd, tmp_path: Path, account: Account
) -> None:
    (tmp_path / "banner").write_bytes(b"Authorised use only \xff\xfe\n" * 20)
    (account.home / ".bashrc").write_text(
        "echo Welcome back; echo warning: disk almost full >&2; printf 'no newline'\n"
    )
    server = start_sshd(f"Banner {tmp_path}/banner", "PasswordAuthentication yes")
    target = replace(target_of(server), username=account.name, identity_file=None, secret=account.password)
    async with streaming_from(target) as sink:
        assert sink.received[0].startswith(b'{"pid": ')
    (account.home / ".bashrc").unlink()


async def test_a_start_that_is_given_up_leaves_nothing_on_either_side(start_sshd: StartSshd) -> None:
    server = start_sshd()
    before = len(asyncio.all_tasks())
    task = asyncio.create_task(start(target_of(server), stand_in("wait_for_end_of_input()"), Collected()))
    await asyncio.to_thread(server.await_log, "Starting session")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(eventually, lambda: not psutil.Process(server.process.pid).children())
    assert len(asyncio.all_tasks()) == before


async def test_many_sessions_run_side_by_side(sshd: RealSshd) -> None:
    sinks = [Collected() for _ in range(20)]
    program = streaming()
    connections = await asyncio.gather(*(start(target_of(sshd), program, sink) for sink in sinks))
    assert len({await sink.line() for sink in sinks}) == len(sinks)
    await asyncio.gather(*(connection.close() for connection in connections))


def _path(folder: str) -> str:
    """A line of sshd_config: this PATH, and no start-up files of a shell that would change it."""
    return f"SetEnv PATH={folder} HOME=/nonexistent"


def _fake_python(folder: Path, script: str) -> None:
    folder.mkdir()
    file = folder / "python3"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
