"""The theme is the chosen one, or follows the system."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.theme.appearance import Appearance, palette
from monitor_gui.theme.stylesheet import stylesheet
from monitor_gui.theme.tokens import DARK, LIGHT


def test_the_other_theme_is_shown_and_told(qapp: QApplication, appearance: Appearance, qtbot: QtBot) -> None:
    with qtbot.waitSignal(appearance.changed):
        appearance.toggle()
    assert appearance.tokens is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == LIGHT.bg


def test_choosing_what_is_shown_already_tells_nobody(appearance: Appearance, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(appearance.changed):
        appearance.choose("dark")


def test_the_system_is_followed_when_it_changes(qapp: QApplication, qtbot: QtBot) -> None:
    appearance = Appearance("system")
    other = Qt.ColorScheme.Light if appearance.tokens is DARK else Qt.ColorScheme.Dark
    with qtbot.waitSignal(appearance.changed):
        QGuiApplication.styleHints().colorSchemeChanged.emit(other)
    assert (appearance.tokens is LIGHT) == (other is Qt.ColorScheme.Light)


def test_going_back_to_the_systems_theme_follows_the_system_again(appearance: Appearance, qtbot: QtBot) -> None:
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    appearance.toggle()
    assert appearance.mode == "light"
    appearance.toggle()
    assert (appearance.mode, appearance.tokens) == ("system", DARK)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert appearance.tokens is LIGHT


def test_a_choice_outlasts_a_change_of_the_system(appearance: Appearance, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(appearance.changed):
        QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert appearance.tokens is DARK


def test_the_style_sheet_leaves_no_name_unfilled_and_parses(appearance: Appearance, qtbot: QtBot) -> None:
    for tokens in (DARK, LIGHT):
        sheet = stylesheet(tokens)
        assert "$" not in sheet
        widget = QWidget()
        qtbot.addWidget(widget)
        # Qt warns about a sheet that it cannot parse, and warnings fail a test.
        widget.setStyleSheet(sheet)
        widget.ensurePolished()


def test_disabled_text_is_paler() -> None:
    colours = palette(DARK)
    disabled = colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled.name().upper() == DARK.text_3
