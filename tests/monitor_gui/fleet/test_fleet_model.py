"""The hosts that are shown, as a model."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from fleet.fleet_totals import Standing
from monitor_gui.fleet.arrangement import Arrangement, Column
from monitor_gui.fleet.fleet_filter import FleetFilter
from monitor_gui.fleet.fleet_model import FleetModel, Role, ranges
from monitor_gui.reading.look import FleetLook
from tests.monitor_gui.fleet.made_looks import MOMENT, NOW_MS, host, look, pictured, reading


@pytest.fixture
def model(qtmodeltester: ModelTester) -> FleetModel:
    """Twenty hosts, watched by Qt's own model tester from the start."""
    made = FleetModel()
    qtmodeltester.check(made)
    made.show_look(pictured(20))
    return made


def names(model: FleetModel) -> list[str]:
    return [row.reading.name for row in model.rows]


def of(*cpu_by_name: tuple[str, float]) -> FleetLook:
    return look([reading(host(name, 1 + int(name[1:])), cpu, 10, 10) for name, cpu in cpu_by_name])


def test_a_model_of_nothing_is_a_model() -> None:
    empty = FleetModel()
    assert empty.rowCount() == 0
    assert empty.columnCount() == len(Column)
    assert empty.host_id(QModelIndex()) is None


def test_every_host_has_a_row_and_every_cell_a_text(model: FleetModel) -> None:
    assert model.rowCount() == 20
    assert names(model)[:2] == ["cache-02", "db-primary-01"]
    for column in Column:
        text = model.index(0, column).data()
        assert isinstance(text, str)
    assert model.index(0, Column.AGE).data() == "2 s ago"
    assert model.index(0, Column.STATE).data() == "Critical"


def test_delegates_and_screen_readers_get_what_they_ask_for(model: FleetModel) -> None:
    index = model.index(0, Column.NAME)
    assert index.data(Role.ROW) is model.row_at(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("cache-02, Critical")
    assert "cache-02" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.DecorationRole) is None
    assert model.index(0, Column.CPU).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight


def test_there_are_no_rows_below_rows(model: FleetModel) -> None:
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0


def test_a_look_that_brings_nothing_new_tells_nothing(model: FleetModel, qtbot: QtBot) -> None:
    seen = model.look
    assert seen is not None
    with (
        qtbot.assertNotEmitted(model.dataChanged),
        qtbot.assertNotEmitted(model.layoutChanged),
        qtbot.assertNotEmitted(model.rowsInserted),
    ):
        model.show_look(replace(seen, readings=[replace(each) for each in seen.readings]))


def test_only_what_has_changed_is_told(qtbot: QtBot) -> None:
    model = FleetModel()
    model.arrange(Arrangement(Column.NAME, downwards=False))
    model.show_look(of(("h1", 10), ("h2", 20), ("h3", 30)))
    with qtbot.waitSignal(model.dataChanged) as told:
        model.show_look(of(("h1", 10), ("h2", 25), ("h3", 30)))
    first, last = told.args[:2]
    assert (first.row(), last.row()) == (1, 1)
    assert (first.column(), last.column()) == (0, len(Column) - 1)


def test_a_selection_goes_with_its_host_when_the_order_changes(model: FleetModel) -> None:
    selection = QItemSelectionModel(model)
    chosen = model.index_of(13)
    selection.setCurrentIndex(chosen, QItemSelectionModel.SelectionFlag.SelectCurrent)
    kept = QPersistentModelIndex(model.index_of(1))
    model.arrange(Arrangement(Column.NAME, downwards=True))
    assert model.host_id(selection.currentIndex()) == 13
    assert model.host_id(kept) == 1


def test_hosts_come_and_go_and_the_selection_stays(model: FleetModel, qtbot: QtBot) -> None:
    selection = QItemSelectionModel(model)
    selection.setCurrentIndex(model.index_of(3), QItemSelectionModel.SelectionFlag.SelectCurrent)
    seen = pictured(24)
    fewer = replace(seen, readings=[each for each in seen.readings if each.host_id not in {1, 2, 7}])
    with qtbot.waitSignals([model.rowsRemoved, model.rowsInserted]):
        model.show_look(fewer)
    assert model.rowCount() == 21
    assert model.host_id(selection.currentIndex()) == 3
    assert sorted(row.host_id for row in model.rows) == sorted(each.host_id or 0 for each in fewer.readings)


def test_a_filter_and_its_end(model: FleetModel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(model.modelReset):
        model.set_filter(FleetFilter(standing=Standing.CRITICAL))
        assert names(model) == ["cache-02", "db-primary-01"]
        model.set_filter(FleetFilter(words="nothing like it"))
        assert names(model) == []
        model.set_filter(FleetFilter())
    assert model.rowCount() == 20
    assert not model.index_of(999).isValid()


def test_a_filter_holds_over_a_refresh(model: FleetModel) -> None:
    model.set_filter(FleetFilter(words="postgres"))
    model.show_look(pictured(20))
    assert len(names(model)) == 3
    assert len(model.every_row) == 20


def test_the_header_names_columns_and_says_which_way_it_goes(model: FleetModel, qtbot: QtBot) -> None:
    horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert model.headerData(Column.STATE, horizontal) == "State ↓"
    assert model.headerData(Column.CPU, horizontal) == "CPU"
    assert model.headerData(0, vertical) is None
    assert model.headerData(99, horizontal) is None
    assert model.headerData(0, horizontal, Qt.ItemDataRole.DecorationRole) is None
    assert model.headerData(Column.CPU, horizontal, Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    with qtbot.waitSignals([model.arranged, model.headerDataChanged]):
        model.toggle(Column.NAME)
    assert model.headerData(Column.NAME, horizontal) == "Name ↑"


def test_a_second_click_turns_the_order_round(model: FleetModel) -> None:
    model.toggle(Column.CPU)
    assert names(model)[0] == "db-primary-01"
    model.toggle(Column.CPU)
    assert names(model)[0] == "vpn-01"
    model.sort(Column.MEMORY, Qt.SortOrder.DescendingOrder)
    assert names(model)[0] == "cache-02"
    model.sort(-1)
    assert names(model)[0] == "cache-02"


def test_ages_go_on_without_a_new_reading(model: FleetModel) -> None:
    seen = model.look
    assert seen is not None
    model.show_look(replace(seen, moment=replace(MOMENT, now_ms=NOW_MS + 7000)))
    assert model.index(0, Column.AGE).data() == "9 s ago"


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ([], []),
        ([3], [(3, 3)]),
        ([0, 1, 2, 5, 7, 8], [(0, 2), (5, 5), (7, 8)]),
        (list(range(0, 100, 2)), [(0, 98)]),
    ],
)
def test_changed_rows_are_told_in_few_ranges(places: list[int], found: list[tuple[int, int]]) -> None:
    assert list(ranges(places)) == found


def test_a_thousand_hosts_are_shown(qtmodeltester: ModelTester) -> None:
    model = FleetModel()
    model.show_look(pictured(1000))
    assert model.rowCount() == 1000
    qtmodeltester.check(model)
