"""Processes as a table."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.modeltest import ModelTester

from monitor_gui.host.process_model import ROW, Column, ProcessModel, cell_text, command_tip, user_text
from storage.scrape import Process
from tests.monitor_gui.host.made_views import PROCESSES

DOWN, UP = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder


@dataclass
class Shown:
    model: ProcessModel

    @property
    def names(self) -> list[str]:
        rows = range(self.model.rowCount())
        return [str(self.model.data(self.model.index(row, Column.NAME))) for row in rows]

    @property
    def titles(self) -> list[str]:
        return [str(self.model.headerData(column, Qt.Orientation.Horizontal)) for column in Column]


@pytest.fixture
def shown() -> Shown:
    model = ProcessModel()
    model.show_processes(PROCESSES[::-1])
    return Shown(model)


def test_it_is_a_sound_model(shown: Shown, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(shown.model)
    strict = QAbstractItemModelTester(shown.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for processes in ((), PROCESSES[:1], PROCESSES[1:2], PROCESSES):
        shown.model.show_processes(processes)
        shown.model.sort(Column.MEMORY, UP)
        shown.model.sort(Column.CPU, DOWN)
    assert strict.model() is shown.model


def test_the_busiest_comes_first(shown: Shown) -> None:
    assert shown.names == ["postgres", "pg_dump", "node_agent"]
    assert shown.titles == ["Process", "PID", "CPU ▾", "Memory"]
    assert shown.model.busiest == 312


@pytest.mark.parametrize(
    ("column", "order", "names"),
    [
        (Column.CPU, UP, ["node_agent", "pg_dump", "postgres"]),
        (Column.MEMORY, DOWN, ["postgres", "pg_dump", "node_agent"]),
        (Column.PID, DOWN, ["pg_dump", "postgres", "node_agent"]),
        (Column.NAME, UP, ["node_agent", "pg_dump", "postgres"]),
    ],
)
def test_it_can_be_sorted(shown: Shown, column: Column, order: Qt.SortOrder, names: list[str]) -> None:
    shown.model.sort(column, order)
    assert shown.names == names
    assert shown.titles[column].endswith("▾" if order == DOWN else "▴")
    assert shown.model.sorted_by == (column, order == DOWN)


def test_what_comes_later_is_sorted_too(shown: Shown) -> None:
    shown.model.sort(Column.NAME, UP)
    shown.model.show_processes([Process(7, "a", "", "", 0, 0, 0, 0), *PROCESSES])
    assert shown.names == ["a", "node_agent", "pg_dump", "postgres"]


def test_a_row_that_is_held_on_to_keeps_its_process(shown: Shown) -> None:
    held = QPersistentModelIndex(shown.model.index(0, 0))
    shown.model.sort(Column.CPU, UP)
    assert held.row() == 2


def test_cells() -> None:
    assert [cell_text(PROCESSES[0], column) for column in Column] == ["postgres", "2211", "312%", "18.2 GiB"]
    assert cell_text(PROCESSES[2], Column.CPU) == "3.1%"
    assert user_text(PROCESSES[0]) == "postgres"


@pytest.mark.parametrize(
    ("name", "shown_as"),
    [
        ("a\x1b[31m\tb", "a\ufffd[31m b"),
        ("<b>x</b>", "<b>x</b>"),
        ("x" * 200, "x" * 63 + "…"),
        ("\u202ecod", "\ufffdcod"),
    ],
)
def test_a_hostile_name_is_harmless(name: str, shown_as: str) -> None:
    process = Process(1, name, name, name, 0, 0, 0, 0)
    assert cell_text(process, Column.NAME) == shown_as
    assert "<b>" not in command_tip(process).replace("<qt>", "")


def test_a_command_of_ten_thousand_characters_is_cut() -> None:
    assert len(command_tip(Process(1, "java", "x" * 10_000, "", 0, 0, 0, 0))) < 700
    assert "java" in command_tip(Process(1, "java", "", "", 0, 0, 0, 0))


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e300])
def test_no_number_breaks_a_row(odd: float) -> None:
    model = ProcessModel()
    model.show_processes([Process(10**30, "a", "", "", odd, 10**40, 0, 0), *PROCESSES])
    assert model.busiest >= 100
    assert all(len(str(model.data(model.index(0, column)))) < 20 for column in Column)


def test_roles(shown: Shown) -> None:
    model = shown.model
    assert model.data(model.index(0, 0), ROW) is PROCESSES[0]
    assert "postgres: main" in str(model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole))
    assert model.data(model.index(0, 0), Qt.ItemDataRole.DecorationRole) is None
    assert model.data(model.index(9, 9)) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(9, Qt.Orientation.Horizontal) is None
    assert model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) == "Sort by CPU (C)"
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) is None
    assert model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.DecorationRole) is None
    right = model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert isinstance(right, Qt.AlignmentFlag)
    assert right & Qt.AlignmentFlag.AlignRight
