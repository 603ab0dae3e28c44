"""A card with a number."""

from dataclasses import replace

from pytestqt.qtbot import QtBot

from fleet.points import Points
from monitor_gui.fleet.card_faces import CardFace
from monitor_gui.fleet.summary_card import HEIGHT, SummaryCard
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK, LIGHT
from storage.quantities import ABSENT
from tests.monitor_gui.fleet.made_looks import NOW_MS, wave
from tests.monitor_gui.fleet.painted import grabbed, holds, ink

FACE = CardFace(
    value="37.4",
    unit="%",
    caption="+2.1 % vs 1 h ago",
    curve=wave(40, 1),
    bounds=(0, 100),
    tint=DARK.accent,
    end=NOW_MS,
)


def card(qtbot: QtBot, appearance: Appearance) -> SummaryCard:
    made = SummaryCard(appearance, "cpu", "Average CPU")
    qtbot.addWidget(made)
    made.resize(200, HEIGHT)
    return made


def test_it_shows_its_curve_in_its_colour(qtbot: QtBot, appearance: Appearance) -> None:
    made = card(qtbot, appearance)
    made.show_face(replace(FACE, curve=Points()))
    without = grabbed(made)
    made.show_face(FACE)
    curve = grabbed(made).copy(0, 86, 200, 24)
    assert {x for x, _ in ink(curve, DARK.surface)} >= set(range(20, 180))
    assert without.copy(0, 0, 200, 86) == grabbed(made).copy(0, 0, 200, 86)
    assert made.face is FACE


def test_a_screen_reader_hears_what_it_says(qtbot: QtBot, appearance: Appearance) -> None:
    made = card(qtbot, appearance)
    made.show_face(FACE)
    assert made.accessibleName() == "Average CPU"
    assert made.accessibleDescription() == "37.4 %, +2.1 % vs 1 h ago"


def test_what_is_not_known_is_a_quiet_dash(qtbot: QtBot, appearance: Appearance) -> None:
    made = card(qtbot, appearance)
    made.show_face(CardFace(unit="%"))
    assert made.face.value == ABSENT
    assert not holds(grabbed(made), DARK.text_1)


def test_it_follows_the_theme(qtbot: QtBot, appearance: Appearance) -> None:
    made = card(qtbot, appearance)
    assert holds(grabbed(made), DARK.surface)
    appearance.choose("light")
    assert holds(grabbed(made), LIGHT.surface)


def test_long_words_stay_inside(qtbot: QtBot, appearance: Appearance) -> None:
    made = card(qtbot, appearance)
    made.show_face(replace(FACE, value="9" * 80, unit="x" * 300, caption="<b>" * 100))
    image = grabbed(made)
    assert all(image.pixelColor(x, 60) == image.pixelColor(197, 60) for x in range(188, 199))
    assert made.minimumSizeHint().width() < made.sizeHint().width()
