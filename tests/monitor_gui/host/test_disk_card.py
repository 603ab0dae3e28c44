"""The card of the file systems."""

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.host.disk_card import DiskCard
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK
from storage.series import SeriesKey
from tests.monitor_gui.host.made_views import mount, view
from tests.monitor_gui.host.painted import has_colour


@pytest.fixture
def card(appearance: Appearance, qtbot: QtBot) -> DiskCard:
    made = DiskCard(appearance)
    qtbot.addWidget(made)
    made.resize(340, 280)
    made.show()
    return made


def test_it_says_what_is_read_and_written(card: DiskCard) -> None:
    card.show_view(view(), "")
    assert card.rates.text() == "312 MB/s r · 96 MB/s w"
    assert card.model.rowCount() == 2


def test_a_full_one_has_the_colour_and_the_shape_of_its_limit(card: DiskCard) -> None:
    card.show_view(view({**mount("/", 85), **mount("/b", 95)}), "")
    picture = card.grab().toImage()
    assert has_colour(picture, DARK.warn)
    assert has_colour(picture, DARK.crit)
    card.show_view(view({**mount("/", 15), **mount("/b", 25)}), "")
    assert not has_colour(card.grab().toImage(), DARK.crit)


def test_old_values_are_muted(card: DiskCard) -> None:
    card.show_view(view(mount("/", 95)), "as of 14:05")
    assert card.head.age == "as of 14:05"
    assert card.rates.isHidden()
    assert has_colour(card.grab().toImage(), DARK.off)


def test_without_disks_it_says_so(card: DiskCard) -> None:
    card.show_view(view({}), "")
    assert not has_colour(card.grab().toImage(), DARK.charts[5])
    assert card.model.rowCount() == 0


def test_a_few_share_the_height_and_many_scroll(card: DiskCard) -> None:
    card.show_view(view(), "")
    card.grab()
    few = card.list.visualRect(card.model.index(0)).height()
    assert card.list.verticalScrollBar().maximum() == 0
    values: dict[SeriesKey, float] = {}
    for place in range(200):
        values |= mount(f"/\u202e<b>{place}" + "x" * 300, place / 2)
    card.show_view(view(values), "")
    card.grab()
    assert card.list.visualRect(card.model.index(0)).height() < few
    assert card.list.verticalScrollBar().maximum() > 1000


def test_an_odd_share_is_painted(card: DiskCard) -> None:
    card.show_view(view({**mount("/a", float("nan")), **mount("/b", float("inf")), **mount("/c", -3)}), "")
    assert not card.grab().isNull()
