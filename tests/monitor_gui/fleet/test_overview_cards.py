"""The cards above the hosts."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from fleet.fleet_totals import sum_up
from monitor_gui.fleet.overview_cards import OverviewCards
from monitor_gui.theme.appearance import Appearance
from storage.quantities import ABSENT
from tests.monitor_gui.fleet.made_looks import MOMENT, pictured


def test_they_say_what_the_fleet_comes_to(qtbot: QtBot, appearance: Appearance) -> None:
    cards = OverviewCards(appearance)
    qtbot.addWidget(cards)
    seen = pictured(128)
    cards.show_totals(sum_up(seen.readings, seen.state.latest, seen.moment), seen)
    assert cards.health.face.value == "121"
    assert cards.disk.face.caption == "nas-backup-01 · /srv"
    assert {cards.memory.face.unit, cards.network.face.unit} == {"/ 7.9 TiB", "Gb/s"}
    assert cards.cpu.face.value != ABSENT


def test_without_a_poller_nothing_is_said_of_health(qtbot: QtBot, appearance: Appearance) -> None:
    cards = OverviewCards(appearance)
    qtbot.addWidget(cards)
    seen = replace(pictured(5), moment=replace(MOMENT, is_polled=False))
    cards.show_totals(sum_up(seen.readings, seen.state.latest, seen.moment, from_before=True), seen)
    assert cards.health.face.value == ABSENT
    assert cards.cpu.face.value != ABSENT
