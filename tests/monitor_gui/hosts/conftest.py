"""A real server and a real collector for what is done about hosts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.frame.notices import NoticeBar
from monitor_gui.hosts.host_actions import HostActions
from monitor_gui.workspace import Workspace
from storage.database import Database
from tests.monitor_gui.hosts.bench import Bench
from tests.real_sshd import RealSshd, running_sshd
from tests.running_poller import running_poller


@pytest.fixture
def nobody_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No collector is being started: nobody has to wait for one."""
    monkeypatch.setattr("monitor_gui.hosts.patience.START_S", 0.1)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealSshd]:
    """A server with ordinary settings, shared by the tests of a file."""
    with running_sshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server


@pytest.fixture
def collector(database_url: str, tmp_path: Path) -> Iterator[None]:
    """A collector on the database, with an empty home and the secrets of the test."""
    (tmp_path / "home" / ".ssh").mkdir(parents=True, mode=0o700)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "watchpost").symlink_to(tmp_path)
    (tmp_path / "passphrase").write_text("correct horse")
    environment = {
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "WATCHPOST_KEYRING": "encrypted-file",
        "WATCHPOST_KEYRING_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
    }
    with running_poller(database_url, environment=environment, folder=tmp_path):
        yield


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """What dialogs belong to."""
    shown = QWidget()
    shown.resize(1280, 800)
    qtbot.addWidget(shown)
    shown.show()
    return shown


@pytest.fixture
def notices(workspace: Workspace, window: QWidget) -> NoticeBar:
    """Where it is said how things went."""
    return NoticeBar(workspace.appearance, window)


@pytest.fixture
def actions(workspace: Workspace, notices: NoticeBar, window: QWidget) -> HostActions:
    """What can be done."""
    return HostActions(workspace, notices, window)


@pytest.fixture
def bench(workspace: Workspace, database: Database, qtbot: QtBot, window: QWidget, tmp_path: Path) -> Bench:
    """The tools of these tests."""
    return Bench(workspace, database, qtbot, window, tmp_path)
