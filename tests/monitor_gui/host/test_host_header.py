"""The top of a host's page."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.frame.text_label import TextLabel
from monitor_gui.host.host_header import HostHeader
from monitor_gui.theme.appearance import Appearance
from tests.monitor_gui.host.made_views import HOST, view


@pytest.fixture
def header(appearance: Appearance, qtbot: QtBot) -> HostHeader:
    made = HostHeader(appearance)
    qtbot.addWidget(made)
    made.resize(1000, 60)
    made.show()
    return made


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(TextLabel)]


def test_it_says_which_host_it_is(header: HostHeader) -> None:
    header.show_view(view())
    assert "db-primary-01" in texts(header)
    assert "10.20.4.11 · 4 cores" in texts(header)
    assert header.pill.isVisible()
    assert header.segments.key == "1h"


def test_what_a_menu_offers_is_told_by_its_key(header: HostHeader) -> None:
    said: list[str] = []
    header.chosen.connect(said.append)
    for menu in (header.export.menu(), header.more.menu()):
        for action in menu.actions():
            action.trigger()
    assert said == ["picture", "values", "edit", "test", "retry", "remove"]


def test_icons_alone_have_names(header: HostHeader) -> None:
    assert header.more.accessibleName()
    assert header.more.toolTip()
    assert header.crumb.accessibleName() == "Back to the fleet"


def test_without_a_host_there_is_nothing_to_do(header: HostHeader) -> None:
    header.show_name("gone-1")
    header.set_usable(False)
    assert "gone-1" in texts(header)
    assert header.pill.isHidden()
    assert not header.more.isEnabled()
    assert not header.export.isEnabled()


@pytest.mark.parametrize("name", ["x" * 255, "<b>bold</b>", "서버-한국어-" * 20, "a b " * 60])
def test_no_name_pushes_the_controls_out(header: HostHeader, name: str) -> None:
    seen = view()
    header.show_view(replace(seen, reading=replace(seen.reading, host=replace(HOST, name=name))))
    header.grab()
    assert header.more.geometry().right() <= header.width()
    assert header.width() == 1000
    assert header.pill.geometry().right() < header.segments.geometry().left()
