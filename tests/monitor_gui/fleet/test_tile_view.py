"""Hosts as tiles: what is where, and where the keys lead."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QEnterEvent
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from monitor_gui.fleet.fleet_filter import FleetFilter
from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.fleet.tile_view import GUTTER, TileView
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK, LIGHT
from tests.monitor_gui.fleet.made_looks import pictured
from tests.monitor_gui.fleet.painted import count, grabbed, holds

WIDTH = 1180 + GUTTER


@pytest.fixture
def view(qtbot: QtBot, appearance: Appearance) -> TileView:
    """Twenty-three hosts in five columns: four full rows and three more."""
    model = FleetModel()
    model.show_look(pictured(23))
    made = TileView(model, appearance)
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(WIDTH, 500)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    return made


def go_to(view: TileView, place: int) -> None:
    view.setCurrentIndex(view.model().index(place, 1))


def test_tiles_lie_where_a_pointer_finds_them(view: TileView) -> None:
    for place in (0, 4, 5, 11):
        index = view.model().index(place, 1)
        assert view.indexAt(view.visualRect(index).center()).row() == place
    assert not view.indexAt(QPoint(view.width() - 2, 5)).isValid()


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        (6, Qt.Key.Key_Left, 5),
        (4, Qt.Key.Key_Right, 5),
        (6, Qt.Key.Key_Up, 1),
        (6, Qt.Key.Key_Down, 11),
        (1, Qt.Key.Key_Up, 1),
        (0, Qt.Key.Key_Left, 0),
        (22, Qt.Key.Key_Right, 22),
        (17, Qt.Key.Key_Down, 22),
        (18, Qt.Key.Key_Down, 22),
        (21, Qt.Key.Key_Down, 21),
        (11, Qt.Key.Key_Home, 0),
        (11, Qt.Key.Key_End, 22),
        (1, Qt.Key.Key_PageDown, 16),
        (16, Qt.Key.Key_PageUp, 1),
        (6, Qt.Key.Key_PageUp, 1),
    ],
)
def test_keys_lead_from_tile_to_tile(view: TileView, qtbot: QtBot, start: int, key: Qt.Key, end: int) -> None:
    go_to(view, start)
    qtbot.keyClick(view, key)
    assert view.currentIndex().row() == end


def test_the_first_key_chooses_the_first_tile(view: TileView, qtbot: QtBot) -> None:
    view.setCurrentIndex(view.model().index(-1, 0))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.currentIndex().row() == 0


def test_without_hosts_keys_lead_nowhere(view: TileView, qtbot: QtBot) -> None:
    model = view.model()
    assert isinstance(model, FleetModel)
    model.set_filter(FleetFilter(words="nothing like it"))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert not view.currentIndex().isValid()


def test_typing_a_name_finds_its_host(view: TileView, qtbot: QtBot) -> None:
    go_to(view, 0)
    qtbot.keyClicks(view, "mail")
    assert view.currentIndex().data() == "mail-01"


def test_what_is_chosen_is_brought_into_view(view: TileView) -> None:
    go_to(view, 22)
    frame = view.visualRect(view.currentIndex())
    assert frame.bottom() < view.viewport().height()
    go_to(view, 0)
    assert view.visualRect(view.currentIndex()).top() == 0
    assert view.verticalOffset() == 0


def test_a_view_lower_than_a_tile_shows_its_top(view: TileView) -> None:
    view.resize(WIDTH, 90)
    go_to(view, 12)
    assert view.visualRect(view.currentIndex()).top() == 0


def test_a_click_selects_and_one_between_tiles_changes_nothing(view: TileView, qtbot: QtBot) -> None:
    frame = view.visualRect(view.model().index(2, 1))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=frame.center())
    assert view.selectionModel().isRowSelected(2)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(frame.right() + 6, frame.center().y()))
    assert view.selectionModel().isRowSelected(2)


def test_scroll_and_selection_outlast_a_refresh(view: TileView) -> None:
    go_to(view, 22)
    model = view.model()
    assert isinstance(model, FleetModel)
    scrolled, chosen = view.verticalOffset(), model.host_id(view.currentIndex())
    assert scrolled > 0
    model.show_look(replace(pictured(23)))
    assert view.verticalOffset() == scrolled
    assert model.host_id(view.currentIndex()) == chosen
    assert view.selectionModel().isRowSelected(22)


def test_the_scroll_bar_knows_how_much_there_is(view: TileView, qtbot: QtBot) -> None:
    model = view.model()
    assert isinstance(model, FleetModel)
    before = view.verticalScrollBar().maximum()
    model.show_look(pictured(123))
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > before)
    model.set_filter(FleetFilter(words="db-primary"))
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() == 0)
    assert view.horizontalOffset() == 0
    assert not view.isIndexHidden(model.index(0, 1))


def test_the_tile_under_the_pointer_stands_out(view: TileView, qtbot: QtBot) -> None:
    view.viewportEntered.emit()
    assert count(grabbed(view), DARK.raised) < 100
    frame = view.visualRect(view.model().index(7, 1))
    qtbot.mouseMove(view.viewport(), frame.center())
    view.entered.emit(view.model().index(7, 1))
    assert count(grabbed(view), DARK.raised) > 10_000
    view.leaveEvent(QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert count(grabbed(view), DARK.raised) < 100


def test_selection_covers_its_tile(view: TileView) -> None:
    go_to(view, 3)
    region = view.visualRegionForSelection(view.selectionModel().selection())
    assert region.boundingRect() == view.visualRect(view.currentIndex())
    view.selectionModel().select(view.currentIndex(), QItemSelectionModel.SelectionFlag.Clear)
    assert view.visualRegionForSelection(view.selectionModel().selection()).isEmpty()


def test_both_themes_are_painted(view: TileView, appearance: Appearance) -> None:
    assert holds(grabbed(view), DARK.crit)
    appearance.choose("light")
    assert holds(grabbed(view), LIGHT.crit)


def test_before_the_first_look_it_is_empty(qtbot: QtBot, appearance: Appearance) -> None:
    model = FleetModel()
    made = TileView(model, appearance)
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(400, 300)
    assert grabbed(made).width() == 400
    assert made.grid.count == 0


def test_a_screen_reader_finds_it(view: TileView) -> None:
    found = QAccessible.queryAccessibleInterface(view)
    assert found.text(QAccessible.Text.Name) == "Hosts"
    assert view.selectionMode() is QAbstractItemView.SelectionMode.SingleSelection
