"""The card of the processes."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from monitor_gui.host.process_card import ProcessCard
from monitor_gui.host.process_model import Column
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK
from storage.scrape import Process
from tests.monitor_gui.host.made_views import PROCESSES, view
from tests.monitor_gui.host.painted import has_colour


@pytest.fixture
def card(appearance: Appearance, qtbot: QtBot) -> ProcessCard:
    made = ProcessCard(appearance)
    qtbot.addWidget(made)
    made.resize(380, 300)
    made.show()
    return made


def first_name(card: ProcessCard) -> str:
    return str(card.model.data(card.model.index(0, Column.NAME)))


def test_it_counts_and_lists(card: ProcessCard) -> None:
    card.show_view(view(), "")
    assert card.count.text() == "214 running"
    assert card.model.rowCount() == 3
    assert has_colour(card.grab().toImage(), DARK.charts[0])


def test_a_click_on_the_head_sorts_and_another_turns_it_round(card: ProcessCard) -> None:
    card.show_view(view(), "")
    head = card.table.horizontalHeader()
    at = QPoint(head.sectionViewportPosition(Column.CPU) + 10, head.height() // 2)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert first_name(card) == "node_agent"
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert first_name(card) == "postgres"


def test_keys_sort_as_well(card: ProcessCard) -> None:
    small = Process(5, "busy", "", "", 999.0, 10, 0, 0)
    card.show_view(replace(view(), processes=(*PROCESSES, small)), "")
    assert first_name(card) == "busy"
    QTest.keyClick(card.table, Qt.Key.Key_M)
    assert first_name(card) == "postgres"
    QTest.keyClick(card.table, Qt.Key.Key_C)
    assert first_name(card) == "busy"
    card.table.selectRow(0)
    QTest.keyClick(card.table, Qt.Key.Key_Down)
    assert card.table.currentIndex().row() == 1


def test_names_are_sorted_from_a(card: ProcessCard) -> None:
    card.show_view(view(), "")
    card.table.horizontalHeader().sectionClicked.emit(Column.NAME)
    assert first_name(card) == "node_agent"


def test_on_a_narrow_card_the_process_id_goes_first_and_then_the_bars(card: ProcessCard) -> None:
    card.show_view(view(), "")
    wide = card.table.columnWidth(Column.CPU)
    assert not card.table.isColumnHidden(Column.PID)
    card.resize(300, 300)
    assert card.table.isColumnHidden(Column.PID)
    assert card.table.columnWidth(Column.CPU) == wide
    card.resize(250, 300)
    assert card.table.columnWidth(Column.CPU) < wide
    assert not has_colour(card.grab().toImage(), DARK.charts[0])


def test_old_values_are_muted(card: ProcessCard) -> None:
    card.show_view(view(), "as of 14:05")
    assert card.count.isHidden()
    assert not has_colour(card.grab().toImage(), DARK.charts[0])


def test_it_says_that_there_are_none_only_when_it_knows(card: ProcessCard) -> None:
    empty = replace(view({}), processes=())
    card.show_view(empty, "")
    at_first = card.grab().toImage()
    card.show_view(empty, "")
    assert card.grab().toImage() != at_first
    assert card.count.text() == "\N{EN DASH}"


def test_hostile_processes_are_painted(card: ProcessCard) -> None:
    hostile = (
        Process(10**18, "\x1b[31m" + "x" * 10_000, "y" * 10_000, "<b>\u202e", float("nan"), 10**30, 0, 0),
        Process(-1, "", "", "", float("inf"), -5, 0, 0),
    )
    card.show_view(replace(view(), processes=hostile), "")
    assert not card.grab().isNull()
    card.table.selectRow(0)
    assert has_colour(card.grab().toImage(), DARK.selection)
