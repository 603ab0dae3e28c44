"""The first line of a card."""

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.host.card_head import CardHead, Figure
from monitor_gui.theme.appearance import Appearance


@pytest.fixture
def figure(appearance: Appearance, qtbot: QtBot) -> Figure:
    made = Figure(appearance)
    qtbot.addWidget(made)
    return made


def test_a_figure_is_spoken_and_grows(figure: Figure) -> None:
    figure.show_number("9", "%")
    narrow = figure.sizeHint().width()
    figure.show_number("51.8", "/ 64 GiB")
    assert figure.sizeHint().width() > narrow
    assert figure.accessibleName() == "51.8 / 64 GiB"


def test_a_figure_that_is_not_current_is_muted(figure: Figure) -> None:
    figure.resize(120, 26)
    figure.show_number("94", "%")
    current = figure.grab().toImage()
    figure.show_number("94", "%", muted=True)
    assert figure.grab().toImage() != current


def test_the_same_number_asks_for_no_room(figure: Figure) -> None:
    figure.show_number("94", "%")
    before = figure.sizeHint()
    figure.show_number("95", "%")
    assert figure.sizeHint() == before


def test_the_title_is_never_cut_and_the_age_is(appearance: Appearance, qtbot: QtBot) -> None:
    head = CardHead(appearance, "cpu", "Per-core load")
    qtbot.addWidget(head)
    head.show_age("as of 14:05")
    assert head.age == "as of 14:05"
    head.resize(150, 26)
    head.show()
    before = head.grab().toImage()
    appearance.choose("light")
    assert head.grab().toImage() != before
