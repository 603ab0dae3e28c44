"""The field in which the fleet is searched."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.fleet.search_field import SearchField
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK
from tests.monitor_gui.fleet.painted import grabbed, holds


@pytest.fixture
def field(qtbot: QtBot, appearance: Appearance) -> Iterator[SearchField]:
    """A field beside a button that has the focus."""
    around = QWidget()
    row = QHBoxLayout(around)
    button, made = QPushButton("other"), SearchField(appearance)
    row.addWidget(button)
    row.addWidget(made)
    qtbot.addWidget(around)
    around.show()
    qtbot.waitExposed(around)
    button.setFocus()
    yield made
    around.close()


def test_escape_clears_it(field: SearchField, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "web")
    assert field.text() == "web"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_down_and_enter_lead_to_the_hosts(field: SearchField, qtbot: QtBot, key: Qt.Key) -> None:
    with qtbot.waitSignal(field.left_downwards):
        qtbot.keyClick(field, key)


def test_the_key_that_leads_here_is_told_while_nothing_is_typed(field: SearchField, qtbot: QtBot) -> None:
    assert holds(grabbed(field), DARK.raised)
    room = field.textMargins().right()
    assert room > 0
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert not holds(grabbed(field), DARK.raised)
    assert field.textMargins().right() == 0
    around = field.window()
    around.findChildren(QPushButton)[0].setFocus()
    qtbot.waitUntil(lambda: field.textMargins().right() == room)
    field.setText("web")
    assert field.textMargins().right() == 0


def test_the_button_that_clears_is_there_when_there_is_something_to_clear(field: SearchField) -> None:
    clear = field.actions()[-1]
    assert not clear.isVisible()
    field.setText("web")
    assert clear.isVisible()
    clear.trigger()
    assert field.text() == ""


def test_it_takes_no_novels(field: SearchField) -> None:
    field.setText("x" * 5000)
    assert len(field.text()) <= 200
    assert field.accessibleName()


def test_it_follows_the_theme(field: SearchField, appearance: Appearance) -> None:
    before = field.actions()[0].icon().cacheKey()
    appearance.choose("light")
    assert field.actions()[0].icon().cacheKey() != before
