"""What the colours of a chart stand for."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from monitor_gui.charts.legend import Legend, LegendEntry
from monitor_gui.theme.appearance import Appearance
from storage.quantities import ABSENT


@pytest.fixture
def legend(appearance: Appearance, qtbot: QtBot) -> Legend:
    made = Legend(appearance, [LegendEntry("total", 0), LegendEntry("user", 1)])
    qtbot.addWidget(made)
    return made


def test_without_values_there_are_dashes(legend: Legend) -> None:
    assert legend.values == (ABSENT, ABSENT)


def test_values_are_spoken_as_well(legend: Legend) -> None:
    legend.show_values(["94%", "59%"])
    assert legend.accessibleName() == "total 94%, user 59%"


def test_it_grows_with_its_values(legend: Legend) -> None:
    narrow = legend.sizeHint().width()
    legend.show_values(["94%", "1 234 567 Mb/s"])
    assert legend.sizeHint().width() > narrow


def test_muted_values_look_otherwise(legend: Legend, qapp: QApplication) -> None:
    legend.resize(legend.sizeHint())
    legend.show_values(["94%", "59%"])
    current = legend.grab().toImage()
    legend.show_values(["94%", "59%"], muted=True)
    assert legend.grab().toImage() != current


def test_what_has_no_room_is_left_out(legend: Legend) -> None:
    legend.show_values(["94%", "59%"])
    legend.resize(legend.sizeHint().width() // 2 + 10, 18)
    narrow = legend.grab().toImage()
    legend.show_values(["94%", "11%"])
    assert legend.grab().toImage() == narrow
