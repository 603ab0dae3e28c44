"""What can be done to a host out of tiles or table."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.fleet.host_actions import HostActions
from monitor_gui.fleet.tile_view import TileView
from monitor_gui.theme.appearance import Appearance
from tests.monitor_gui.fleet.made_looks import pictured

pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
"""An open menu would; painted into memory it cannot."""


@pytest.fixture
def view(qtbot: QtBot, appearance: Appearance) -> TileView:
    model = FleetModel()
    model.show_look(pictured(6))
    made = TileView(model, appearance)
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(800, 400)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


@pytest.fixture
def actions(view: TileView, appearance: Appearance) -> HostActions:
    model = view.model()
    assert isinstance(model, FleetModel)
    view.setCurrentIndex(model.index_of(4))
    return HostActions(view, model, appearance)


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Qt.Key.Key_Return, "opened"),
        (Qt.Key.Key_Enter, "opened"),
        (Qt.Key.Key_F2, "wants_edit"),
        (Qt.Key.Key_Delete, "wants_remove"),
    ],
)
def test_keys_act_on_the_current_host(
    actions: HostActions, view: TileView, qtbot: QtBot, key: Qt.Key, signal: str
) -> None:
    with qtbot.waitSignal(getattr(actions, signal)) as told:
        qtbot.keyClick(view, key)
    assert told.args == [4]


def test_keys_with_modifiers_are_others(actions: HostActions, view: TileView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(actions.wants_remove):
        qtbot.keyClick(view, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)


def test_without_a_current_host_nothing_happens(actions: HostActions, view: TileView, qtbot: QtBot) -> None:
    view.setCurrentIndex(view.model().index(-1, 0))
    with qtbot.assertNotEmitted(actions.opened):
        qtbot.keyClick(view, Qt.Key.Key_Return)


def test_a_double_click_opens(actions: HostActions, view: TileView, qtbot: QtBot) -> None:
    spot = view.visualRect(view.currentIndex()).center()
    with qtbot.waitSignal(actions.opened) as told:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert told.args == [4]


def test_the_menu_offers_all_of_it(actions: HostActions, qtbot: QtBot) -> None:
    menu = actions.menu()
    for text, signal in (
        ("Open", actions.opened),
        ("Edit…", actions.wants_edit),
        ("Test the connection…", actions.wants_test),
        ("Try again now", actions.wants_retry),
        ("Remove…", actions.wants_remove),
    ):
        action = next(each for each in menu.actions() if each.text().partition("\t")[0] == text)
        with qtbot.waitSignal(signal) as told:
            action.trigger()
        assert told.args == [4]
    menu.close()


def asked(view: TileView, reason: QContextMenuEvent.Reason, spot: QPoint) -> QMenu | None:
    """Asks for the menu, and gives the one that opened."""
    target = view.viewport() if reason is QContextMenuEvent.Reason.Mouse else view
    QApplication.sendEvent(target, QContextMenuEvent(reason, spot, view.viewport().mapToGlobal(spot)))
    opened = QApplication.activePopupWidget()
    return opened if isinstance(opened, QMenu) else None


def test_a_right_click_chooses_the_host_under_it(actions: HostActions, view: TileView) -> None:
    spot = view.visualRect(view.model().index(0, 1)).center()
    menu = asked(view, QContextMenuEvent.Reason.Mouse, spot)
    assert menu is not None
    assert view.currentIndex().row() == 0
    menu.close()


def test_a_right_click_beside_all_hosts_opens_nothing(actions: HostActions, view: TileView) -> None:
    assert asked(view, QContextMenuEvent.Reason.Mouse, QPoint(798, 390)) is None


def test_the_menu_key_opens_it_for_the_current_host(actions: HostActions, view: TileView) -> None:
    menu = asked(view, QContextMenuEvent.Reason.Keyboard, QPoint())
    assert menu is not None
    menu.close()
    view.setCurrentIndex(view.model().index(-1, 0))
    assert asked(view, QContextMenuEvent.Reason.Keyboard, QPoint()) is None
