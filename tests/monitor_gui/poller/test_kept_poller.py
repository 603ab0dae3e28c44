from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.frame.notices import NoticeBar
from monitor_gui.poller.kept_poller import keep_poller
from monitor_gui.poller.passphrase_dialog import PassphraseDialog
from monitor_gui.workspace import Workspace
from tests.monitor_gui.surroundings import TestSurroundings


def test_a_keeper_that_needs_the_passphrase_asks_in_the_window(
    workspace: Workspace, surroundings: TestSurroundings, qtbot: QtBot
) -> None:
    surroundings.passphrase_needed = True
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    keeper = keep_poller(workspace, NoticeBar(workspace.appearance, window), window)
    keeper.begin()
    qtbot.waitUntil(lambda: window.findChild(PassphraseDialog) is not None)
    dialog = window.findChild(PassphraseDialog)
    assert isinstance(dialog, PassphraseDialog)
    dialog.reject()
    qtbot.waitUntil(lambda: surroundings.poller.said == ["start"])
    assert keeper.secrets_wait
