"""The navigation leads to pages, by mouse and keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from monitor_gui.frame.main_window import destinations
from monitor_gui.frame.navigation import Navigation
from monitor_gui.theme.appearance import Appearance


def _shown(appearance: Appearance, qtbot: QtBot) -> Navigation:
    navigation = Navigation(appearance, destinations())
    qtbot.addWidget(navigation)
    navigation.resize(212, 600)
    navigation.show()
    qtbot.waitExposed(navigation)
    return navigation


def test_a_click_leads_to_a_page(appearance: Appearance, qtbot: QtBot) -> None:
    navigation = _shown(appearance, qtbot)
    with qtbot.waitSignal(navigation.chosen) as chosen:
        qtbot.mouseClick(navigation.findChildren(QPushButton)[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ["hosts"]


def test_up_and_down_stop_at_the_ends(appearance: Appearance, qtbot: QtBot) -> None:
    navigation = _shown(appearance, qtbot)
    said: list[str] = []
    navigation.chosen.connect(said.append)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_A):
        qtbot.keyClick(navigation, key)
    assert said == ["hosts", "fleet"]


def test_the_page_that_is_shown_is_marked(appearance: Appearance, qtbot: QtBot) -> None:
    navigation = _shown(appearance, qtbot)
    with qtbot.assertNotEmitted(navigation.chosen):
        navigation.select("hosts")
    assert [button.isChecked() for button in navigation.findChildren(QPushButton)] == [False, True]


def test_the_drawings_follow_the_theme(appearance: Appearance, qtbot: QtBot) -> None:
    navigation = _shown(appearance, qtbot)
    before = navigation.grab().toImage()
    appearance.toggle()
    assert navigation.grab().toImage() != before
