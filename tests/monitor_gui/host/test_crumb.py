"""The way back."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.host.crumb import Crumb
from monitor_gui.theme.appearance import Appearance


def test_it_is_a_button_for_mouse_and_keyboard(appearance: Appearance, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    QPushButton(window)
    crumb = Crumb(appearance, "Fleet", window)
    crumb.setGeometry(10, 40, crumb.sizeHint().width(), 30)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    quiet = crumb.grab().toImage()
    with qtbot.waitSignal(crumb.clicked):
        QTest.mouseClick(crumb, Qt.MouseButton.LeftButton)
    crumb.setFocus()
    assert crumb.grab().toImage() != quiet
    with qtbot.waitSignal(crumb.clicked):
        QTest.keyClick(crumb, Qt.Key.Key_Space)
