"""The menu of a chart."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.charts.chart_menu import ChartMenu


def test_each_entry_says_what_is_wanted(qtbot: QtBot) -> None:
    ground = QWidget()
    qtbot.addWidget(ground)
    menu = ChartMenu(ground)
    said: list[object] = []
    menu.picture_wanted.connect(said.append)
    menu.values_wanted.connect(lambda: said.append("values"))
    for action in menu.actions():
        action.trigger()
    assert said == [False, "values", True]
    assert all("&" in action.text() for action in menu.actions())
