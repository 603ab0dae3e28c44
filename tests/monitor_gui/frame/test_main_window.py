"""The window shows one page at a time and leaves closing to whoever decides about it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from monitor_gui import startup_marks
from monitor_gui.frame.main_window import MainWindow
from monitor_gui.frame.page import Page
from monitor_gui.theme.appearance import Appearance


def _window(appearance: Appearance, qtbot: QtBot) -> MainWindow:
    window = MainWindow(appearance)
    qtbot.addWidget(window)
    for name in ("fleet", "hosts", "host"):
        window.add_page(name, Page())
    window.show()
    qtbot.waitExposed(window)
    return window


def test_ctrl_and_a_number_open_a_page(appearance: Appearance, qtbot: QtBot) -> None:
    window = _window(appearance, qtbot)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    with qtbot.waitSignal(window.navigated) as navigated:
        qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert navigated.args == ["hosts"]
    assert window.page is window.pages["hosts"]
    assert window.page.isVisible()


def test_a_host_stands_under_hosts(appearance: Appearance, qtbot: QtBot) -> None:
    window = _window(appearance, qtbot)
    window.navigate("host")
    marked = [button.accessibleName() for button in window.navigation.findChildren(QPushButton) if button.isChecked()]
    assert marked == ["Hosts"]


def test_a_page_that_is_not_there_changes_nothing(appearance: Appearance, qtbot: QtBot) -> None:
    window = _window(appearance, qtbot)
    window.navigate("fleet")
    with qtbot.assertNotEmitted(window.navigated):
        window.navigate("reports")
    assert window.current == "fleet"


def test_before_there_is_a_page_something_else_can_be_shown(appearance: Appearance, qtbot: QtBot) -> None:
    window = MainWindow(appearance)
    qtbot.addWidget(window)
    label = QLabel("Opening")
    window.show_alone(label)
    window.show()
    assert label.isVisible()
    assert window.page is None


def test_closing_is_asked_of_whoever_decides(appearance: Appearance, qtbot: QtBot) -> None:
    window = _window(appearance, qtbot)
    window.ask_before_closing()
    window.closing.connect(lambda event: event.ignore())
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()


def test_without_anybody_who_decides_it_closes(appearance: Appearance, qtbot: QtBot) -> None:
    window = _window(appearance, qtbot)
    assert window.close()


def test_its_place_is_restored_and_nonsense_is_no_place(appearance: Appearance, qtbot: QtBot) -> None:
    window = _window(appearance, qtbot)
    window.resize(901, 701)
    kept = window.saveGeometry()
    other = MainWindow(appearance)
    qtbot.addWidget(other)
    other.restore_place(QByteArray(b"nonsense"))
    other.restore_place(QByteArray())
    other.restore_place(kept)
    # The screen that is painted into memory is 800 pixels wide.
    assert other.height() == 701


def test_it_comes_to_the_front_from_hiding(appearance: Appearance, qtbot: QtBot) -> None:
    window = _window(appearance, qtbot)
    window.hide()
    window.bring_to_front()
    assert window.isVisible()
    window.showMinimized()
    window.bring_to_front()
    assert not window.isMinimized()


def test_the_first_paint_is_noted_where_that_is_wanted(
    appearance: Appearance, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = tmp_path / "marks"
    monkeypatch.setenv(startup_marks.VARIABLE, str(marks))
    monkeypatch.setattr(startup_marks, "_seen", set())
    window = _window(appearance, qtbot)
    qtbot.waitUntil(marks.exists)
    window.repaint()
    name, wall_ns, cpu_ns = marks.read_text().split()
    assert name == "first_paint"
    assert int(wall_ns) > 0
    assert int(cpu_ns) > 0
