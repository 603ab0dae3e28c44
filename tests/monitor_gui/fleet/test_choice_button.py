"""A button with a menu of which one entry is chosen."""

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.fleet.choice_button import ChoiceButton
from monitor_gui.theme.appearance import Appearance


@pytest.fixture
def button(qtbot: QtBot, appearance: Appearance) -> ChoiceButton:
    made = ChoiceButton(appearance)
    qtbot.addWidget(made)
    made.offer([("name", "Name"), ("cpu", "CPU")])
    return made


def checked(button: ChoiceButton) -> list[str]:
    return [action.text() for action in button.menu().actions() if action.isChecked()]


def test_an_entry_that_is_chosen_is_told(button: ChoiceButton, qtbot: QtBot) -> None:
    with qtbot.waitSignal(button.chosen) as told:
        button.menu().actions()[1].trigger()
    assert told.args == ["cpu"]


def test_it_shows_what_is_chosen(button: ChoiceButton) -> None:
    button.show_choice("cpu", "Sort: CPU")
    assert button.text() == "Sort: CPU"
    assert checked(button) == ["CPU"]
    button.show_choice(None, "Sort: Address")
    assert checked(button) == []


def test_the_same_entries_leave_an_open_menu_alone(button: ChoiceButton) -> None:
    before = button.menu().actions()
    button.offer([("name", "Name"), ("cpu", "CPU")])
    assert button.menu().actions() == before
    button.offer([("disk", "Disk")])
    assert button.entries == (("disk", "Disk"),)
    assert [action.text() for action in button.menu().actions()] == ["Disk"]


def test_what_people_have_named_is_shown_as_it_is(button: ChoiceButton) -> None:
    button.offer([("evil", "R&D \u202e" + "x" * 300)])
    text = button.menu().actions()[0].text()
    assert text.startswith("R&&D \ufffd")
    assert len(text) < 70
    button.show_choice("evil", "R&D")
    assert button.text() == "R&&D"


def test_it_follows_the_theme(button: ChoiceButton, appearance: Appearance) -> None:
    before = button.icon().cacheKey()
    appearance.choose("light")
    assert button.icon().cacheKey() != before
