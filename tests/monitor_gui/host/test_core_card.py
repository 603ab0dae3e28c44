"""The card of the cores."""

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from monitor_gui.host.core_card import CoreCard
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK
from storage.series import SeriesKey
from tests.monitor_gui.host.made_views import key, view
from tests.monitor_gui.host.painted import has_colour


@pytest.fixture
def card(appearance: Appearance, qtbot: QtBot) -> CoreCard:
    made = CoreCard(appearance)
    qtbot.addWidget(made)
    made.resize(1100, 100)
    made.show()
    return made


def cores(*usages: float) -> dict[SeriesKey, float]:
    return {key("cpu_core_usage_percent", cpu=str(core)): usage for core, usage in enumerate(usages)}


def test_the_load_is_said(card: CoreCard) -> None:
    card.show_view(view(), "")
    assert card.load.text() == "load 17.2 · 14.8 · 9.6"
    card.show_view(view({}), "")
    assert card.load.text() == "load {0} · {0} · {0}".format("\N{EN DASH}")


def test_cores_stand_in_their_natural_order(card: CoreCard) -> None:
    card.show_view(view(cores(*range(12))), "")
    assert list(card.grid.usages) == list(range(12))


def test_a_core_over_a_limit_has_its_colour_and_is_counted(card: CoreCard) -> None:
    card.show_view(view(cores(50, 85, 95)), "")
    picture = card.grab().toImage()
    assert has_colour(picture, DARK.warn)
    assert has_colour(picture, DARK.crit)
    assert card.grid.accessibleName() == "3 cores, 2 over a limit"


def test_the_fuller_a_cell_the_busier_its_core(card: CoreCard) -> None:
    filled = []
    for usage in (85.0, 89.0):
        card.show_view(view(cores(usage)), "")
        image = card.grab().toImage()
        filled.append(sum(image.pixelColor(500, y).name().upper() == DARK.warn for y in range(image.height())))
    assert 20 < filled[0] < filled[1]


@pytest.mark.parametrize("count", [0, 1, 2, 64, 256, 2000])
def test_any_number_of_cores(card: CoreCard, count: int) -> None:
    card.show_view(view(cores(*(float(core % 100) for core in range(count)))), "")
    assert not card.grab().isNull()
    assert card.grid.height() <= 160


def test_old_values_are_muted(card: CoreCard) -> None:
    card.show_view(view(cores(95)), "as of 14:05")
    picture = card.grab().toImage()
    assert has_colour(picture, DARK.off)
    assert not has_colour(picture, DARK.crit)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), -5.0, 1e300])
def test_no_number_breaks_it(card: CoreCard, odd: float) -> None:
    card.show_view(view(cores(odd, 5)), "")
    assert not card.grab().isNull()


def test_a_cell_says_which_core_it_is(card: CoreCard) -> None:
    card.show_view(view({key("cpu_core_usage_percent", cpu="<b>0</b>"): 94.0}), "")
    assert card.grid.tip_at(QPointF(20, 10)) == "<qt>core &lt;b&gt;0&lt;/b&gt;: 94%</qt>"
    assert card.grid.tip_at(QPointF(20, 999)) == ""
    at = QPoint(20, 10)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, card.grid.mapToGlobal(at))
    QApplication.sendEvent(card.grid, event)
    assert "94%" in QToolTip.text()
    QToolTip.hideText()
