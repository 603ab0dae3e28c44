"""Until the first page is there the window says what it waits for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from monitor_gui.frame.opening_view import OpeningView
from monitor_gui.theme.appearance import Appearance
from storage.errors import DatabaseNewerError


def _texts(view: OpeningView) -> str:
    return " ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def test_it_says_nothing_for_a_moment_then_what_it_does(appearance: Appearance, qtbot: QtBot) -> None:
    view = OpeningView(appearance)
    qtbot.addWidget(view)
    view.show()
    assert _texts(view) == ""
    qtbot.waitUntil(lambda: "Opening the database" in _texts(view))


def test_a_failure_is_told_with_what_to_do_and_can_be_tried_again(appearance: Appearance, qtbot: QtBot) -> None:
    view = OpeningView(appearance)
    qtbot.addWidget(view)
    view.show()
    view.show_failure(DatabaseNewerError("It was made by a <b>newer</b> Watchpost.", hint="Update this one."))
    assert "<b>newer</b>" in _texts(view)
    assert "Update this one." in _texts(view)
    assert "keeps trying" in _texts(view)
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in view.findChildren(QLabel) if label.text())
    with qtbot.waitSignal(view.wants_retry):
        qtbot.mouseClick(view.findChild(QPushButton), Qt.MouseButton.LeftButton)
