"""Hosts as a table."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.fleet.host_table import HostTable
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK, LIGHT
from tests.monitor_gui.fleet.made_looks import pictured
from tests.monitor_gui.fleet.painted import count, grabbed, holds


@pytest.fixture
def table(qtbot: QtBot, appearance: Appearance) -> HostTable:
    """Forty hosts in a window of 1440 pixels."""
    model = FleetModel()
    model.show_look(pictured(40))
    made = HostTable(model, appearance)
    model.setParent(made)
    qtbot.addWidget(made)
    made.resize(1180, 500)
    made.show_groups(True)
    made.show()
    qtbot.waitExposed(made)
    return made


def shown(table: HostTable) -> set[Column]:
    return {column for column in Column if not table.isColumnHidden(column)}


def model_of(table: HostTable) -> FleetModel:
    model = table.model()
    assert isinstance(model, FleetModel)
    return model


def test_the_columns_fill_the_width(table: HostTable) -> None:
    assert shown(table) == set(Column)
    assert sum(table.columnWidth(column) for column in Column) == table.viewport().width()
    table.resize(700, 500)
    assert Column.LOAD not in shown(table)
    assert sum(table.columnWidth(column) for column in shown(table)) == table.viewport().width()


def test_without_groups_there_is_no_column_for_them(table: HostTable) -> None:
    table.show_groups(False)
    assert Column.GROUP not in shown(table)
    assert sum(table.columnWidth(column) for column in shown(table)) == table.viewport().width()


def test_a_click_on_the_header_sorts(table: HostTable, qtbot: QtBot) -> None:
    header = table.horizontalHeader()
    for column, first in ((Column.MEMORY, "cache-02"), (Column.CURVE, "db-primary-01"), (Column.NAME, "api-01")):
        spot = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        assert model_of(table).row_at(0).reading.name == first


def test_rows_in_view_are_painted(table: HostTable, appearance: Appearance) -> None:
    image = grabbed(table)
    assert holds(image, DARK.crit)
    assert holds(image, DARK.warn)
    appearance.choose("light")
    assert holds(grabbed(table), LIGHT.crit)


def test_the_last_row_can_be_reached_and_is_painted(table: HostTable, qtbot: QtBot) -> None:
    table.setFocus()
    table.setCurrentIndex(model_of(table).index(0, 1))
    qtbot.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert table.currentIndex().row() == 39
    assert count(grabbed(table), DARK.selection) > 10_000


def test_a_table_that_is_not_full_is_painted(table: HostTable) -> None:
    model_of(table).show_look(pictured(2))
    assert holds(grabbed(table), DARK.crit)
    model_of(table).show_look(pictured(0))
    assert not holds(grabbed(table), DARK.crit)


def test_ages_are_painted_anew_alone(table: HostTable, qapp: QApplication) -> None:
    before = grabbed(table)
    table.show_ages()
    qapp.processEvents()
    assert grabbed(table) == before


def test_the_row_under_the_pointer_stands_out(table: HostTable) -> None:
    assert not holds(grabbed(table), DARK.raised)
    table.entered.emit(model_of(table).index(3, 2))
    assert count(grabbed(table), DARK.raised) > 10_000
    table.viewportEntered.emit()
    assert not holds(grabbed(table), DARK.raised)


def test_tab_leads_out_of_the_table(table: HostTable) -> None:
    assert not table.tabKeyNavigation()
