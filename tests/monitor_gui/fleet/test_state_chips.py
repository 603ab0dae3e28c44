"""The pills that choose hosts by how they are."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fleet.fleet_totals import Standing
from monitor_gui.fleet.state_chips import StateChip, StateChips
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK
from tests.monitor_gui.fleet.painted import grabbed, holds

COUNTS = {Standing.CRITICAL: 2, Standing.WARNING: 4, Standing.OFFLINE: 1, Standing.HEALTHY: 121}


@pytest.fixture
def chips(qtbot: QtBot, appearance: Appearance) -> StateChips:
    made = StateChips(appearance)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def chip(chips: StateChips, standing: Standing | None) -> StateChip:
    return next(each for each in chips.findChildren(StateChip) if each.standing is standing)


def test_all_hosts_are_shown_at_first(chips: StateChips) -> None:
    assert chips.standing is None
    assert chip(chips, None).isChecked()


def test_a_click_chooses(chips: StateChips, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chips.chosen) as told:
        qtbot.mouseClick(chip(chips, Standing.WARNING), Qt.MouseButton.LeftButton)
    assert told.args == [Standing.WARNING]
    assert chips.standing is Standing.WARNING


def test_arrow_keys_go_round(chips: StateChips, qtbot: QtBot) -> None:
    for key, standing in (
        (Qt.Key.Key_Right, Standing.CRITICAL),
        (Qt.Key.Key_Left, None),
        (Qt.Key.Key_Left, Standing.HEALTHY),
    ):
        with qtbot.waitSignal(chips.chosen) as told:
            qtbot.keyClick(chips, key)
        assert told.args == [standing]
    with qtbot.assertNotEmitted(chips.chosen):
        qtbot.keyClick(chips, Qt.Key.Key_A)


def test_being_told_tells_nobody(chips: StateChips, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(chips.chosen):
        chips.choose(Standing.OFFLINE)
    assert chips.standing is Standing.OFFLINE


def test_counts_are_shown_and_spoken(chips: StateChips) -> None:
    narrow = chip(chips, None).sizeHint().width()
    chips.show_counts(COUNTS)
    assert chip(chips, None).accessibleName() == "All: 128"
    assert chip(chips, Standing.HEALTHY).accessibleName() == "Healthy: 121"
    assert chip(chips, None).sizeHint().width() > narrow
    chips.show_counts(None)
    assert chip(chips, None).accessibleName() == "All"


def test_the_chosen_one_the_focused_one_and_one_under_the_pointer_look_different(
    chips: StateChips, qtbot: QtBot
) -> None:
    chips.show_counts(COUNTS)
    assert holds(grabbed(chip(chips, None)), DARK.selection)
    assert not holds(grabbed(chip(chips, Standing.CRITICAL)), DARK.selection)
    assert holds(grabbed(chip(chips, Standing.CRITICAL)), DARK.surface)
    chip(chips, Standing.CRITICAL).setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    assert holds(grabbed(chip(chips, Standing.CRITICAL)), DARK.raised)
    unfocused = grabbed(chip(chips, Standing.OFFLINE))
    chip(chips, Standing.OFFLINE).setFocus()
    qtbot.waitUntil(chip(chips, Standing.OFFLINE).hasFocus)
    assert grabbed(chip(chips, Standing.OFFLINE)) != unfocused
