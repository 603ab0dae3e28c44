"""The probe over both SSH libraries and real servers of three kinds, and every way in which that fails."""

import asyncio
import contextlib
import gc
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from poller.probe_start.probe_options import ProbeOptions
from poller.stream.decode import Decoder, Hello
from poller.stream.session import Session
from storage.connection_step import Step
from storage.host import Reader
from storage.reason import Reason
from storage.scrape import Scrape
from tests.collected import Collected
from tests.eventually import eventually
from tests.probe_stand_in import pid_in, stand_in, streaming
from tests.real_dropbear import running_dropbear
from tests.real_peer import RealPeer, peer_account
from tests.real_sshd import Account, RealSshd
from tests.real_tinyssh import running_tinyssh
from tests.ssh_library import ASYNCSSH, PARAMIKO, Library
from tests.ssh_target import target_of

StartSshd = Callable[..., RealSshd]
Server = RealSshd | RealPeer
UNTIL_PYTHON = [Step.NAME, Step.TCP, Step.HOST_KEY, Step.LOGIN, Step.PYTHON]
UNTIL_LOGIN = UNTIL_PYTHON[:-1]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, sshd: RealSshd) -> Iterator[dict[str, Server]]:
    """A server of each kind."""
    with (
        peer_account() as account,
        running_dropbear(tmp_path_factory.mktemp("dropbear"), account) as dropbear,
        running_tinyssh(tmp_path_factory.mktemp("tinyssh"), account) as tinyssh,
    ):
        yield {"openssh": sshd, "dropbear": dropbear, "tinyssh": tinyssh}


@pytest.fixture(
    params=[
        (ASYNCSSH, "openssh"),
        (ASYNCSSH, "dropbear"),
        (ASYNCSSH, "tinyssh"),
        (PARAMIKO, "openssh"),
        # Not tinyssh: it knows one cipher alone, and paramiko does not have that one.
        (PARAMIKO, "dropbear"),
    ],
    ids=lambda pair: f"{pair[0].name} to {pair[1]}",
)
def pair(request: pytest.FixtureRequest, servers: dict[str, Server]) -> tuple[Library, Server]:
    """A library and a server that have an algorithm in common."""
    library, name = request.param
    return library, servers[name]


async def test_a_host_says_who_it_is_and_sends_readings_until_closed(pair: tuple[Library, Server]) -> None:
    ssh, server = pair
    steps: list[Step] = []
    sink, decoder = Collected(), Decoder(1)
    connection = await ssh.start_probe(target_of(server), ProbeOptions(interval_s=0.2), sink, steps.append)
    await sink.until(lambda: sum(line.startswith(b'{"n":') for line in sink.received) >= 2)
    await connection.close()
    said = [decoder.decode(line, 1.79e9) for line in sink.received]
    assert isinstance(said[0], Hello)
    assert len([scrape for scrape in said if isinstance(scrape, Scrape)]) >= 2
    assert steps == UNTIL_PYTHON
    assert sink.failures == []


async def test_closing_ends_the_probe_on_the_host_and_is_not_told_as_an_end(pair: tuple[Library, Server]) -> None:
    ssh, server = pair
    sink = Collected()
    connection = await ssh.start(target_of(server), streaming(), sink)
    pid = pid_in(await sink.line())
    assert psutil.pid_exists(pid)
    await connection.close()
    await asyncio.to_thread(eventually, lambda: _is_gone(pid))
    assert sink.failures == []
    await connection.close()


# A login that leads to no probe.


async def test_an_account_without_a_shell_has_no_shell(ssh: Library, start_sshd: StartSshd) -> None:
    failure, steps = await ssh.failure_of(target_of(start_sshd("ForceCommand /usr/sbin/nologin")))
    assert failure.reason is Reason.NO_SHELL
    assert "not available" in failure.message
    assert steps == UNTIL_LOGIN


async def test_a_host_that_opens_no_session_has_no_shell(ssh: Library, start_sshd: StartSshd) -> None:
    failure, steps = await ssh.failure_of(target_of(start_sshd("MaxSessions 0")))
    assert failure.reason is Reason.NO_SHELL
    assert failure.message == "The login works, but the host opened no session: open failed."
    assert "MaxSessions 0" in failure.hint
    assert steps == UNTIL_LOGIN


async def test_one_session_is_enough(ssh: Library, start_sshd: StartSshd) -> None:
    async with ssh.streaming_from(target_of(start_sshd("MaxSessions 1"))):
        pass


@pytest.mark.parametrize(
    ("command", "words"),
    [("echo no", "no"), ('exec rbash -c "$SSH_ORIGINAL_COMMAND"', "restricted")],
    ids=["another command", "a restricted shell"],
)
async def test_a_host_that_runs_something_else_says_what_it_said(
    ssh: Library, start_sshd: StartSshd, command: str, words: str
) -> None:
    failure, _ = await ssh.failure_of(target_of(start_sshd(f"ForceCommand {command}")))
    assert failure.reason in {Reason.NO_SHELL, Reason.RESTRICTED}
    assert words in failure.message


async def test_a_host_that_allows_file_transfer_alone_is_restricted(ssh: Library, start_sshd: StartSshd) -> None:
    failure, _ = await ssh.failure_of(target_of(start_sshd("ForceCommand internal-sftp")))
    assert failure.reason is Reason.RESTRICTED


async def test_a_host_without_python_says_so(ssh: Library, start_sshd: StartSshd) -> None:
    failure, _ = await ssh.failure_of(target_of(start_sshd(_path("/nonexistent"))))
    assert failure.reason is Reason.NO_PYTHON


@pytest.mark.parametrize("script", ["exit 96", "echo Unknown option: -I >&2; exit 2"], ids=["3.5", "2.7"])
async def test_a_host_with_an_old_python_says_so(
    ssh: Library, start_sshd: StartSshd, tmp_path: Path, script: str
) -> None:
    _fake_python(tmp_path / "bin", script)
    failure, _ = await ssh.failure_of(target_of(start_sshd(_path(f"{tmp_path}/bin"))))
    assert failure.reason is Reason.PYTHON_TOO_OLD


async def test_a_login_that_waits_for_a_person_runs_into_the_start_timeout(ssh: Library, start_sshd: StartSshd) -> None:
    server = start_sshd('ForceCommand echo "Choose a menu entry:"; cat >/dev/null')
    # Time enough to come that far on a busy machine.
    failure, steps = await ssh.failure_of(replace(target_of(server), start_timeout_s=6.0))
    assert failure.reason is Reason.TIMEOUT
    assert failure.detail == "Choose a menu entry:"
    assert steps == UNTIL_LOGIN


async def test_psutil_that_is_wanted_and_missing_is_told(ssh: Library, start_sshd: StartSshd, tmp_path: Path) -> None:
    # A fresh environment has no psutil, whatever this machine has.
    venv.create(tmp_path / "bare", symlinks=True)
    server = start_sshd(_path(f"{tmp_path}/bare/bin"))
    sink = Collected()
    connection = await ssh.start_probe(target_of(server), ProbeOptions(reader=Reader.PSUTIL), sink, lambda _: None)
    try:
        assert (await sink.failure()).reason is Reason.PSUTIL_MISSING
    finally:
        await connection.close()


async def test_a_server_with_which_a_library_has_nothing_in_common_says_so(servers: dict[str, Server]) -> None:
    failure, steps = await PARAMIKO.failure_of(target_of(servers["tinyssh"]))
    assert failure.reason is Reason.PROTOCOL
    assert "no algorithm in common" in failure.message
    assert "asyncssh" in failure.hint
    assert steps == [Step.NAME, Step.TCP]


async def test_a_connection_is_compressed_where_that_is_asked_for(ssh: Library, start_sshd: StartSshd) -> None:
    server = start_sshd("LogLevel DEBUG1")
    async with ssh.streaming_from(replace(target_of(server), compression=True)):
        server.await_log("MAC: <implicit> compression: zlib@openssh.com")


# A session that ends.


async def test_a_probe_that_raises_has_crashed_and_its_last_words_are_told(ssh: Library, sshd: RealSshd) -> None:
    async with ssh.session(target_of(sshd), stand_in("marker()\nraise OSError('no \\x1b[31m/proc')")) as sink:
        failure = await sink.failure()
    assert failure.reason is Reason.PROBE_CRASHED
    assert failure.message.endswith("OSError: no \ufffd[31m/proc")
    assert len(sink.failures) == 1


async def test_a_probe_that_is_killed_has_crashed(ssh: Library, sshd: RealSshd) -> None:
    async with ssh.streaming_from(target_of(sshd)) as sink:
        psutil.Process(pid_in(sink.received[0])).kill()
        failure = await sink.failure()
    assert failure.reason is Reason.PROBE_CRASHED
    assert "KILL" in failure.message


async def test_a_probe_that_fails_before_its_marker_has_crashed(ssh: Library, sshd: RealSshd) -> None:
    failure, _ = await ssh.failure_of(target_of(sshd), stand_in("raise ImportError('no module')"))
    assert failure.reason is Reason.PROBE_CRASHED
    assert failure.message.endswith("ImportError: no module")


async def test_a_connection_that_dies_is_lost_and_told_once(ssh: Library, start_sshd: StartSshd) -> None:
    server = start_sshd()
    async with ssh.streaming_from(target_of(server)) as sink:
        server.drop_sessions()
        assert (await sink.failure()).reason is Reason.LOST
    assert len(sink.failures) == 1


async def test_a_connection_that_stalls_is_noticed_and_let_go(ssh: Library, start_sshd: StartSshd) -> None:
    server = start_sshd()
    session = Session(1, age_limit_s=0.5, on_scrape=lambda _: None, wall_clock=time.time)
    program = streaming()
    connection = await ssh.start_command(target_of(server), program.command, program.source, session)
    stalled = []
    for process in psutil.Process(server.process.pid).children(recursive=True):
        # The one that let us in is about to end.
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.name() == "sshd":
                process.suspend()
                stalled.append(process)
    session.watch_age()
    try:
        assert (await session.ended_with).reason is Reason.SILENT
        async with asyncio.timeout(60):
            await connection.close()
    finally:
        for process in stalled:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


async def test_a_dying_sessions_half_line_is_not_handed_on(ssh: Library, sshd: RealSshd) -> None:
    async with ssh.session(target_of(sshd), stand_in("marker()\nsay(b'whole\\nha')\nos.kill(os.getpid(), 9)")) as sink:
        await sink.failure()
    assert sink.received == [b"whole"]


async def test_a_line_of_50_megabytes_ends_its_own_session_alone_in_bounded_memory(
    ssh: Library, sshd: RealSshd
) -> None:
    talkative = stand_in("marker()\nfor _ in range(50):\n    say(b'x' * 2**20)\nsay(b'\\n')")
    async with ssh.streaming_from(target_of(sshd)) as neighbour:
        gc.collect()
        before = psutil.Process().memory_info().rss
        async with ssh.session(target_of(sshd), talkative) as sink:
            assert (await sink.failure()).reason is Reason.BAD_LINE
        gc.collect()
        # What else this process does meanwhile is far less than that line.
        assert psutil.Process().memory_info().rss - before < 40 * 2**20
        assert neighbour.failures == []
    assert sink.received == []


async def test_banners_and_a_talkative_shell_are_skipped(
    ssh: Library, start_sshd: StartSshd, tmp_path: Path, account: Account
) -> None:
    (tmp_path / "banner").write_bytes(b"Authorised use only \xff\xfe\n" * 20)
    (account.home / ".bashrc").write_text(
        "echo Welcome back; echo warning: disk almost full >&2; printf 'no newline'\n"
    )
    server = start_sshd(f"Banner {tmp_path}/banner", "PasswordAuthentication yes")
    target = replace(target_of(server), username=account.name, identity_file=None, secret=account.password)
    async with ssh.streaming_from(target) as sink:
        assert sink.received[0].startswith(b'{"pid": ')
    (account.home / ".bashrc").unlink()


async def test_a_start_that_is_given_up_leaves_nothing_on_either_side(ssh: Library, start_sshd: StartSshd) -> None:
    server = start_sshd()
    before = len(asyncio.all_tasks())
    task = asyncio.create_task(ssh.start(target_of(server), stand_in("wait_for_end_of_input()"), Collected()))
    await asyncio.to_thread(server.await_log, "Starting session")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(eventually, lambda: not psutil.Process(server.process.pid).children())
    assert len(asyncio.all_tasks()) == before


async def test_many_sessions_run_side_by_side(ssh: Library, sshd: RealSshd) -> None:
    sinks = [Collected() for _ in range(8)]
    program = streaming()
    connections = await asyncio.gather(*(ssh.start(target_of(sshd), program, sink) for sink in sinks))
    assert len({await sink.line() for sink in sinks}) == len(sinks)
    await asyncio.gather(*(connection.close() for connection in connections))


def _is_gone(pid: int) -> bool:
    """Whether a process has ended; whose child it was may take two seconds to notice."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def _path(folder: str) -> str:
    """A line of sshd_config: this PATH, and no start-up files of a shell that would change it."""
    return f"SetEnv PATH={folder} HOME=/nonexistent"


def _fake_python(folder: Path, script: str) -> None:
    folder.mkdir()
    file = folder / "python3"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
