"""The moment that is looked at."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from monitor_gui.charts.crosshair import Crosshair, CrosshairItem
from monitor_gui.charts.decimate import Window
from monitor_gui.charts.plot import MARGIN_RIGHT, Plot
from monitor_gui.charts.time_axis import HEIGHT
from monitor_gui.charts.value_ticks import PERCENT
from monitor_gui.theme.tokens import DARK

PLOT = Plot(46, 8, 500, 200, Window(0, 1000, 100, 1), PERCENT)


def test_it_tells_only_when_it_moves(qtbot: QtBot) -> None:
    crosshair = Crosshair()
    moves: list[int | None] = []
    crosshair.moved.connect(lambda: moves.append(crosshair.at))
    for at in (None, 5, 5, 6, None, None):
        crosshair.move_to(at)
    assert moves == [5, 6, None]


def test_only_a_strip_around_it_is_painted(qapp: QApplication) -> None:
    item = CrosshairItem()
    item.show_at(PLOT, DARK, 500, (), "14:05:30")
    strip = item.boundingRect()
    assert strip.width() < 100
    assert strip.center().x() == 296


def test_the_time_stays_on_the_chart_at_its_edges(qapp: QApplication) -> None:
    item = CrosshairItem()
    for at in (0, 1000):
        item.show_at(PLOT, DARK, at, (), "21 Sep 14:05")
        strip = item.boundingRect()
        assert strip.left() >= 0
        assert strip.right() <= PLOT.right + MARGIN_RIGHT
        assert strip.bottom() <= PLOT.bottom + HEIGHT
