"""The poller of the window: started, asked after and ended again and again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from storage.poller_lock import PollerLock, poller_is_running
from tests.command_line import PYTHONPATH
from tests.eventually import eventually
from watchpost.desktop_poller import DesktopPoller
from watchpost.poller_child import PollerDiedError


@pytest.fixture
def poller(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DesktopPoller]:
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)
    made = DesktopPoller(database_url, tmp_path / "log")
    yield made
    made.stop()


def children() -> list[int]:
    return [child.pid for child in psutil.Process().children() if _runs(child)]


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def death_of(poller: DesktopPoller) -> str:
    """Why it has died; nothing while it lives."""
    try:
        poller.check()
    except PollerDiedError as error:
        return error.message
    return ""


def test_it_can_be_started_and_ended_again_and_again(poller: DesktopPoller, database_url: str) -> None:
    for _ in range(2):
        poller.start()
        eventually(lambda: poller_is_running(database_url))
        poller.check()
        poller.stop()
        assert not poller_is_running(database_url)


def test_there_is_one_at_a_time(poller: DesktopPoller) -> None:
    before = children()
    poller.start()
    poller.start()
    assert len(children()) == len(before) + 1


def test_asking_after_and_ending_one_that_was_never_started_does_nothing(poller: DesktopPoller) -> None:
    poller.check()
    poller.stop()


def test_a_death_is_told_once_and_then_it_can_be_started_anew(
    poller: DesktopPoller, database_url: str, tmp_path: Path
) -> None:
    before = set(children())
    poller.start()
    eventually(lambda: "poller_ready" in (tmp_path / "log" / "poller.log").read_text())
    (pid,) = set(children()) - before
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: "SIGKILL" in death_of(poller))
    poller.check()
    poller.start()
    eventually(lambda: poller_is_running(database_url))


def test_one_that_is_refused_says_why(poller: DesktopPoller, database_url: str) -> None:
    with PollerLock(database_url):
        poller.start()
        eventually(lambda: "Another poller" in death_of(poller))
