from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.poller.figures_dialog import FiguresDialog
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind, PollerState
from monitor_gui.theme.appearance import Appearance
from storage.poller_figures import PollerFigures, PollerHealth, PollerTrouble
from storage.pollers import Poller


def poller(name: str = "desk", **figures: Any) -> Poller:  # noqa: ANN401 - whatever a figure is
    """One that says how its work goes."""
    said = PollerFigures(**{"health": PollerHealth.READY, **figures}).as_json()
    return Poller("x", "desk", 7, "1", 0, 0, None, 41, name=name, figures=said)


def state(*pollers: Poller) -> PollerState:
    return PollerState(kind=PollerKind.RUNNING, interval_s=5.0, pollers=pollers)


@pytest.fixture
def dialog(keeper: PollerKeeper, appearance: Appearance, qtbot: QtBot) -> FiguresDialog:
    made = FiguresDialog(keeper, appearance)
    qtbot.addWidget(made)
    made.show()
    return made


def shown(dialog: FiguresDialog) -> dict[str, str]:
    """Labels and values of the first card that can be seen."""
    cells = dialog.cards[0]._cells
    return {label.text(): value.text() for label, value in cells if not label.isHidden()}


def test_it_has_every_figure_and_follows_them(dialog: FiguresDialog, keeper: PollerKeeper) -> None:
    keeper.state_changed.emit(state(poller(hosts=24, up=23, queue=3, failures_total={"refused": 2})))
    assert shown(dialog)["Hosts"] == "23 of 24 up"
    assert shown(dialog)["Waiting in memory"] == "3"
    assert shown(dialog)["Failures so far"] == "connection refused 2"
    keeper.state_changed.emit(state(poller(hosts=24, up=24)))
    assert shown(dialog)["Hosts"] == "24 of 24 up"
    assert "Failures so far" not in shown(dialog)


def test_what_is_wrong_is_told_and_its_figure_marked(dialog: FiguresDialog) -> None:
    troubles = (PollerTrouble.QUEUE_LONG,)
    dialog.show_state(state(poller(queue=9000, health=PollerHealth.DEGRADED, troubles=troubles)))
    (card,) = dialog.cards
    assert card._troubles.text() == "readings pile up"
    assert [line.label for line in card.lines if line.is_bad] == ["Waiting in memory"]
    marked = {label.text() for label, value in card._cells if value.property("role") == "warning"}
    assert marked == {"Waiting in memory"}


def test_several_pollers_have_a_card_each_and_one_that_goes_takes_its_card_along(dialog: FiguresDialog) -> None:
    dialog.show_state(state(poller("east"), poller("west")))
    assert [card._name.text() for card in dialog.cards] == ["east on desk, process 7", "west on desk, process 7"]
    dialog.show_state(state(poller("west")))
    assert [card._name.text() for card in dialog.cards] == ["west on desk, process 7"]


def test_without_a_poller_it_says_so(dialog: FiguresDialog) -> None:
    assert dialog._quiet.isVisible()
    dialog.show_state(state(poller()))
    assert not dialog._quiet.isVisible()
    dialog.show_state(PollerState(kind=PollerKind.STOPPED))
    assert dialog._quiet.isVisible()
    assert dialog.cards == []


def test_a_change_of_theme_repaints_the_shape(dialog: FiguresDialog, appearance: Appearance) -> None:
    dialog.show_state(state(poller()))
    before = dialog.cards[0]._icon.pixmap().toImage()
    appearance.choose("light")
    assert dialog.cards[0]._icon.pixmap().toImage() != before
