"""The header of a page and its controls."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from monitor_gui.frame.card import Card
from monitor_gui.frame.header import PageHeader
from monitor_gui.frame.theme_button import ThemeButton
from monitor_gui.theme.appearance import Appearance


def test_a_header_has_a_title_a_line_below_and_controls(appearance: Appearance, qtbot: QtBot) -> None:
    header = PageHeader("Fleet", "3 hosts")
    qtbot.addWidget(header)
    header.add_control(ThemeButton(appearance))
    header.set_title("Hosts")
    header.set_subtitle("4 hosts")
    assert [label.text() for label in header.findChildren(QLabel)] == ["Hosts", "4 hosts"]


def test_the_theme_button_changes_the_theme_and_says_what_it_will_do(appearance: Appearance, qtbot: QtBot) -> None:
    button = ThemeButton(appearance)
    qtbot.addWidget(button)
    assert button.accessibleName() == "Use the light theme"
    button.click()
    assert appearance.tokens.name == "light"
    assert button.accessibleName() == "Use the dark theme"


def test_a_card_is_dressed_as_one(appearance: Appearance, qtbot: QtBot) -> None:
    card = Card()
    qtbot.addWidget(card)
    card.resize(80, 40)
    assert card.grab().toImage().pixelColor(40, 20).name().upper() == appearance.tokens.surface
