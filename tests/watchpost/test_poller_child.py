import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from storage.poller_lock import PollerLock, poller_is_running
from tests.command_line import PYTHONPATH, CommandLine
from tests.eventually import eventually
from watchpost.log_setup import SIZE_LIMIT
from watchpost.poller_child import PollerChild, PollerDiedError, _how_it_ended, last_words, own_program


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)


@pytest.fixture
def child(database_url: str, tmp_path: Path) -> Iterator[PollerChild]:
    started = PollerChild(database_url, tmp_path / "log")
    yield started
    if psutil.pid_exists(started.pid):
        started.stop()


def test_a_child_polls_until_it_is_stopped_and_logs_to_its_file(child: PollerChild, database_url: str) -> None:
    child.wait_until_polling(30)
    assert poller_is_running(database_url)
    eventually(lambda: "poller_ready" in child.log_path.read_text())
    child.stop()
    assert not poller_is_running(database_url)
    assert "poller_stopped" in child.log_path.read_text()
    assert child.log_path.stat().st_mode & 0o077 == 0 or child.log_path.parent.stat().st_mode & 0o077 == 0


def test_a_child_that_cannot_poll_is_told_with_its_last_word(database_url: str, tmp_path: Path) -> None:
    with PollerLock(database_url):
        child = PollerChild(database_url, tmp_path / "log")
        eventually(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
        with pytest.raises(PollerDiedError, match="Another poller") as caught:
            child.wait_until_polling(30)
        with pytest.raises(PollerDiedError, match="status 1"):
            child.stop()
    assert str(child.log_path) in caught.value.hint


def test_a_child_that_was_killed_is_told(child: PollerChild) -> None:
    child.wait_until_polling(30)
    eventually(lambda: "poller_ready" in child.log_path.read_text())
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(PollerDiedError, match=r"^The poller was ended by SIGKILL\.$"):
        child.stop()


def test_a_child_ends_when_whoever_started_it_is_gone(child: PollerChild, database_url: str) -> None:
    child.wait_until_polling(30)
    eventually(lambda: "poller_ready" in child.log_path.read_text())
    # What happens to the pipe when this process dies.
    stdin = child._process.stdin
    assert stdin is not None
    stdin.close()
    assert child._process.wait(30) == 0
    assert not poller_is_running(database_url)
    assert "poller_stopped" in child.log_path.read_text()
    with pytest.raises(PollerDiedError, match="status 0"):
        child.stop()


@pytest.fixture
def database_with_secret(cli: CommandLine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a credential whose secret lies in the encrypted file."""
    monkeypatch.setenv("WATCHPOST_KEYRING", "encrypted-file")
    (tmp_path / "passphrase").write_text("open sesame\n")
    with monkeypatch.context() as known:
        known.setenv("WATCHPOST_KEYRING_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
        assert cli("credentials", "add", "office", "--db", database_url, stdin="hunter2\n").status == 0
    (tmp_path / "passphrase").unlink()
    return database_url


@pytest.mark.parametrize(("passphrase", "usable"), [("open sesame", True), ("barley", False)], ids=["right", "other"])
def test_a_passphrase_reaches_the_child_and_nothing_that_others_can_read(
    database_with_secret: str, tmp_path: Path, passphrase: str, *, usable: bool
) -> None:
    child = PollerChild(database_with_secret, tmp_path / "log", passphrase=passphrase)
    child.wait_until_polling(30)
    process = psutil.Process(child.pid)
    assert passphrase not in " ".join([*process.cmdline(), *process.environ().values()])
    eventually(lambda: "poller_ready" in child.log_path.read_text())
    child.stop()
    assert ("keyring_unavailable" not in child.log_path.read_text()) is usable


def test_a_log_that_has_grown_large_is_set_aside(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "poller.log").write_bytes(b"x" * (SIZE_LIMIT + 1))
    child = PollerChild(database_url, tmp_path)
    child.wait_until_polling(30)
    child.stop()
    assert (tmp_path / "poller.log.1").stat().st_size == SIZE_LIMIT + 1
    assert (tmp_path / "poller.log").stat().st_size < SIZE_LIMIT


def test_a_log_folder_that_cannot_be_made_is_told(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PollerDiedError, match="cannot be started"):
        PollerChild(database_url, tmp_path / "file" / "log")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["Traceback", "ValueError: x"], "ValueError: x"),
        (['{"event": "a", "level": "error"}', '{"event": "b", "level": "info"}', ""], "a"),
        (['{"event": "a", "level": "critical", "message": "It is\\u001b full."}'], "It is\ufffd full."),
        (['{"event": "poller_ready", "level": "info"}', "[1]"], ""),
        ([], ""),
    ],
)
def test_the_last_words_are_what_a_person_should_know(lines: list[str], words: str) -> None:
    assert last_words(lines) == words


def test_an_unknown_signal_is_told_by_its_number(database_url: str, tmp_path: Path) -> None:
    assert _how_it_ended(-63) == "was ended by signal 63"


def test_a_bundle_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_program() == [sys.executable, "-P", "-m", "watchpost"]
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert own_program() == [sys.executable]
