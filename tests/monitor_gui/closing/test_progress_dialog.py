import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.closing.progress_dialog import ProgressDialog, installing, stopping
from monitor_gui.theme.appearance import Appearance
from storage.errors import WatchpostError


@pytest.fixture
def dialog(appearance: Appearance, qtbot: QtBot) -> ProgressDialog:
    window = QWidget()
    qtbot.addWidget(window)
    made = stopping(window)
    qtbot.addWidget(made)
    made.window_kept = window  # type: ignore[attr-defined]
    made.open()
    return made


def test_while_it_lasts_it_cannot_be_closed(dialog: ProgressDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    dialog.close()
    assert dialog.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_what_went_wrong_stays_until_it_was_read(dialog: ProgressDialog, qtbot: QtBot, key: Qt.Key) -> None:
    before = dialog.height()
    dialog.show_failure("It did not end well.", WatchpostError("x" * 300, hint="Look at \x1b its log."), "&Close")
    assert dialog.isVisible()
    assert dialog.height() > before
    (button,) = dialog.findChildren(QPushButton)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(button, key)


def test_there_is_one_for_the_service(appearance: Appearance, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    assert installing(window).parent() is window
