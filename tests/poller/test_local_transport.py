"""The probe of this machine, as a real child process, and how it fails."""

import asyncio
import gc
import os
import sys
from pathlib import Path

import psutil
import pytest

from poller.failure import SessionError
from poller.local_transport import start_child, start_local
from poller.probe_start.probe_options import ProbeOptions
from poller.stream.decode import Decoder, Hello
from poller.transport import ProbeConnection
from storage.host import Reader
from storage.reason import Reason
from storage.scrape import Scrape
from tests.collected import Collected
from tests.probe_stand_in import pid_in, stand_in, streaming


async def start(body: str, sink: Collected, timeout_s: float = 30.0, size: int | None = None) -> ProbeConnection:
    program = stand_in(body, size)
    return await start_child(("/bin/sh", "-c", program.command), program.source, sink, timeout_s)


async def start_streaming(sink: Collected) -> ProbeConnection:
    program = streaming()
    return await start_child(("/bin/sh", "-c", program.command), program.source, sink)


def children() -> list[psutil.Process]:
    """All but a database server, which other tests of this process may have started and share."""
    found: list[psutil.Process] = psutil.Process().children(recursive=True)
    return [child for child in found if _name(child) != "postgres"]


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return ""


async def test_this_machine_says_who_it_is_and_sends_readings() -> None:
    sink, decoder = Collected(), Decoder(1)
    connection = await start_local(ProbeOptions(interval_s=0.2), sink)
    try:
        await sink.until(lambda: sum(line.startswith(b'{"n":') for line in sink.received) >= 2)
    finally:
        await connection.close()
    said = [decoder.decode(line, 1.79e9) for line in sink.received]
    assert isinstance(said[0], Hello)
    assert said[0].inventory["hostname"] == os.uname().nodename
    assert len([scrape for scrape in said if isinstance(scrape, Scrape)]) >= 2
    assert sink.failures == []
    assert children() == []


async def test_closing_ends_the_probe_and_is_not_told_as_an_end() -> None:
    sink = Collected()
    connection = await start_streaming(sink)
    pid = pid_in(await sink.line())
    assert psutil.pid_exists(pid)
    await connection.close()
    assert not psutil.pid_exists(pid)
    assert sink.failures == []
    await connection.close()


async def test_a_probe_is_given_the_time_to_end_by_itself(tmp_path: Path) -> None:
    farewell = tmp_path / "farewell"
    connection = await start(f"marker()\nwait_for_end_of_input()\nopen({str(farewell)!r}, 'w').close()", Collected())
    await connection.close()
    assert farewell.exists()


async def test_a_probe_that_ignores_the_end_of_its_input_is_ended_by_force() -> None:
    sink = Collected()
    connection = await start(
        "import signal\nsignal.signal(15, signal.SIG_IGN)\nmarker()\nsay(b'x\\n')\nsignal.pause()", sink
    )
    await sink.line()
    await connection.close()
    assert children() == []


async def test_a_probe_that_is_killed_has_crashed() -> None:
    sink = Collected()
    connection = await start_streaming(sink)
    psutil.Process(pid_in(await sink.line())).kill()
    failure = await sink.failure()
    await connection.close()
    assert failure.reason is Reason.PROBE_CRASHED
    assert "signal KILL" in failure.message
    assert len(sink.failures) == 1


async def test_a_probe_that_raises_has_crashed_and_its_last_words_are_told() -> None:
    sink = Collected()
    connection = await start("marker()\nraise MemoryError('all gone')", sink)
    failure = await sink.failure()
    await connection.close()
    assert failure.reason is Reason.PROBE_CRASHED
    assert failure.message.endswith("MemoryError: all gone")


async def test_a_dying_probes_half_line_is_not_handed_on() -> None:
    sink = Collected()
    connection = await start("marker()\nsay(b'whole\\nha')", sink)
    failure = await sink.failure()
    await connection.close()
    assert failure.reason is Reason.LOST
    assert sink.received == [b"whole"]


async def test_a_line_of_50_megabytes_ends_the_session_in_bounded_memory() -> None:
    sink = Collected()
    gc.collect()
    before = psutil.Process().memory_info().rss
    connection = await start("marker()\nfor _ in range(50):\n    say(b'x' * 2**20)\nsay(b'\\n')", sink)
    failure = await sink.failure()
    await connection.close()
    assert failure.reason is Reason.BAD_LINE
    gc.collect()
    # What else this process does meanwhile is far less than that line.
    assert psutil.Process().memory_info().rss - before < 40 * 2**20
    assert children() == []


async def test_a_child_that_never_reads_runs_into_the_deadline_and_is_reaped() -> None:
    with pytest.raises(SessionError) as caught:
        await start_child((sys.executable, "-c", "import time;time.sleep(600)"), b"x" * 2**20, Collected(), 0.3)
    assert caught.value.reason is Reason.TIMEOUT
    assert children() == []


async def test_a_probe_that_gets_too_little_of_its_source_waits_no_longer_than_the_deadline() -> None:
    with pytest.raises(SessionError) as caught:
        await start("pass", Collected(), 0.5, size=10**6)
    assert caught.value.reason is Reason.TIMEOUT
    assert children() == []


async def test_a_start_that_is_given_up_leaves_no_child() -> None:
    task = asyncio.create_task(start("wait_for_end_of_input()", Collected()))
    while not children():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == []


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 96", Reason.PYTHON_TOO_OLD),
        ("exit 97", Reason.NO_PYTHON),
        ("echo This account is currently not available.; exit 1", Reason.NO_SHELL),
        ("echo Unknown option: -I >&2; exit 2", Reason.PYTHON_TOO_OLD),
    ],
)
async def test_a_command_that_becomes_no_probe_says_why(script: str, reason: Reason) -> None:
    with pytest.raises(SessionError) as caught:
        await start_child(("/bin/sh", "-c", script), b"", Collected())
    assert caught.value.reason is reason


async def test_a_command_that_is_not_there_fails_without_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="No such file"):
        await start_child((str(tmp_path / "missing"),), b"", Collected())


async def test_in_a_bundle_the_machines_own_python_runs_the_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/nonexistent/watchpost")
    sink = Collected()
    connection = await start_local(ProbeOptions(), sink)
    assert (await sink.line()).startswith(b'{"watchpost"')
    await connection.close()


async def test_this_machine_is_read_by_its_shell_where_that_is_asked_for() -> None:
    sink = Collected()
    connection = await start_local(ProbeOptions(interval_s=0.2, reader=Reader.SHELL), sink)
    try:
        await sink.until(lambda: sum(line.startswith(b'{"n":') for line in sink.received) >= 2)
    finally:
        await connection.close()
    assert sink.received[0].startswith(b'{"watchpost":1,"reader":"shell"')
    assert sink.failures == []
    assert children() == []
