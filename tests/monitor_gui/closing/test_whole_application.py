"""The real program in a process of its own: ended by a signal, killed, and started a second time."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.poller_lock import poller_is_running
from tests.command_line import PROGRAM, program_environment
from tests.eventually import eventually


@pytest.fixture
def environment(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A login without a screen: windows are painted into memory."""
    runtime = tmp_path_factory.mktemp("r")
    runtime.chmod(0o700)
    mine = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime), "QT_QPA_PLATFORM": "offscreen"}
    return program_environment(mine)


@contextlib.contextmanager
def application(url: str, environment: dict[str, str], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The application with a poller of its own."""
    command = [*PROGRAM, "--db", url, "gui"]
    with (
        (folder / "gui.log").open("wb") as log,
        subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log) as process,
    ):
        try:
            # Not by the lock: it is also held while the database is made ready.
            eventually(lambda: _is_polling(folder) or process.poll() is not None, within_s=60)
            assert process.poll() is None, (folder / "gui.log").read_text()
            yield process
        finally:
            process.kill()


def _is_polling(home: Path) -> bool:
    log = home / ".local/state/watchpost/log/poller.log"
    return log.exists() and "poller_ready" in log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order_and_its_poller_first(
    database_url: str, environment: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    with application(database_url, environment, tmp_path) as process:
        process.send_signal(number)
        assert process.wait(40) == 0
        assert not poller_is_running(database_url)


def test_when_it_is_killed_its_poller_ends_by_itself(
    database_url: str, environment: dict[str, str], tmp_path: Path
) -> None:
    with application(database_url, environment, tmp_path) as process:
        process.kill()
        eventually(lambda: not poller_is_running(database_url))


def test_a_second_start_ends_at_once_and_leaves_the_first_as_it_is(
    database_url: str, environment: dict[str, str], tmp_path: Path
) -> None:
    with application(database_url, environment, tmp_path) as process:
        second = subprocess.run(
            [*PROGRAM, "--db", database_url, "gui"], check=False, env=environment, cwd=tmp_path, timeout=60
        )
        assert second.returncode == 0
        assert process.poll() is None
        assert poller_is_running(database_url)
