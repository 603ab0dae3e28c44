import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from monitor_gui.closing import single_instance
from monitor_gui.closing.single_instance import SingleInstance, socket_path
from tests.command_line import ROOT

URL = "sqlite:////data/watchpost.db"


@pytest.fixture(autouse=True)
def runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime folder of the test's own, with a short name: a socket's may have 107 bytes."""
    folder = tmp_path_factory.mktemp("r")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


@pytest.fixture
def first(qapp: QApplication) -> Iterator[SingleInstance]:
    made = SingleInstance(URL)
    assert made.claim()
    yield made
    made.release()


def second_start(url: str = URL) -> "subprocess.Popen[str]":
    """Another process; prints whether it is the one."""
    script = (
        "import sys; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
        "from monitor_gui.closing.single_instance import SingleInstance; print(SingleInstance(sys.argv[1]).claim())"
    )
    return subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_a_second_start_shows_the_first_window_and_is_not_the_one(first: SingleInstance, qtbot: QtBot) -> None:
    with second_start() as other:
        qtbot.waitSignal(first.asked_to_show, timeout=60_000).wait()
        assert other.communicate(timeout=60)[0] == "False\n"


def test_another_database_is_another_matter(first: SingleInstance) -> None:
    with second_start("sqlite:////data/other.db") as other:
        assert other.communicate(timeout=60)[0] == "True\n"


def test_the_socket_is_for_this_user_alone(first: SingleInstance) -> None:
    assert Path(first.name).stat().st_mode & 0o077 == 0


def test_after_the_first_has_ended_the_next_is_the_one(first: SingleInstance) -> None:
    first.release()
    again = SingleInstance(URL)
    assert again.claim()
    again.release()
    again.release()


def test_the_file_of_one_that_was_killed_is_taken_over(qtbot: QtBot) -> None:
    dead = SingleInstance(URL)
    # Qt removes the file in good time; one that was killed leaves it.
    left = QLocalServer()
    assert left.listen(dead.name)
    kept = Path(dead.name).rename(f"{dead.name}.kept")
    left.close()
    kept.rename(dead.name)
    assert dead.claim()
    with second_start() as other:
        qtbot.waitSignal(dead.asked_to_show, timeout=60_000).wait()
        assert other.communicate(timeout=60)[0] == "False\n"
    dead.release()


def test_one_that_hangs_is_not_waited_for(first: SingleInstance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "_PATIENCE_MS", 50)
    # Nobody serves the first one's socket while this thread waits for its answer.
    assert not single_instance._ask_another(first.name)


def test_somebody_elses_socket_under_our_name_is_not_asked(
    first: SingleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert not single_instance._ask_another(first.name)


def test_users_and_databases_have_names_of_their_own(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {socket_path(url, user) for url in (URL, "sqlite:////x.db", "\udcff") for user in ("kim", "lee")}
    assert len(names) == 6
    assert all(Path(name).parent == runtime for name in names)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime / ("x" * 100)))
    assert len(os.fsencode(socket_path(URL, "kim"))) <= 107
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert Path(socket_path(URL, "kim")).parent.is_dir()
