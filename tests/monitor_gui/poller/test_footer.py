from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from monitor_gui.poller.footer import PollerFooter
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind
from monitor_gui.theme.appearance import Appearance
from monitor_gui.workspace import Workspace
from storage.poller_lock import PollerLock
from tests.monitor_gui.poller.clock import Clock
from tests.monitor_gui.poller.made_up_looks import Looks
from tests.monitor_gui.surroundings import TestSurroundings

# A menu grabs the keyboard, which a screen in memory does not have.
_pops_up = pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)


@pytest.fixture
def footer(workspace: Workspace, keeper: PollerKeeper, qtbot: QtBot) -> PollerFooter:
    made = PollerFooter(workspace, keeper)
    made.setFixedWidth(188)
    qtbot.addWidget(made)
    made.show()
    return made


def entries(menu: QMenu) -> dict[str, bool]:
    """Texts without mnemonics, and whether they can be chosen."""
    return {action.text().replace("&", ""): action.isEnabled() for action in menu.actions() if action.text()}


def choose(footer: PollerFooter, text: str) -> None:
    """Chooses an entry of the menu."""
    menu = footer.menu()
    (action,) = (each for each in menu.actions() if each.text().replace("&", "") == text)
    action.trigger()


def test_it_follows_the_keeper(footer: PollerFooter, looks: Looks, clock: Clock) -> None:
    assert footer.accessibleName() == "Collector starting, one moment"
    looks.look()
    looks.database_says(1, started_at=clock())
    assert footer.accessibleName() == "Collector running, every 5 s · lag 41 ms"
    assert footer.toolTip() == "Collector running\nevery 5 s · lag 41 ms"


def test_a_line_for_the_work_is_there_only_while_the_collector_tells_it(
    footer: PollerFooter, looks: Looks, clock: Clock
) -> None:
    looks.look()
    started_at = clock()
    looks.database_says(1, started_at=started_at, figures={"hosts": 24, "up": 23, "scrapes_per_s": 4.8})
    assert footer.accessibleName() == "Collector running, every 5 s · lag 41 ms, 23 of 24 up · 4.8/s"
    assert footer._work.isVisible()
    looks.database_says(1, started_at=started_at)
    assert not footer._work.isVisible()


def test_the_figures_are_opened_once_and_anew_after_they_were_closed(
    footer: PollerFooter, looks: Looks, clock: Clock, qtbot: QtBot
) -> None:
    looks.look()
    looks.database_says(1, started_at=clock(), figures={"hosts": 24})
    choose(footer, "Figures…")
    first = footer.figures
    assert first is not None
    assert first.isVisible()
    choose(footer, "Figures…")
    assert footer.figures is first
    first.close()
    qtbot.waitUntil(lambda: footer.figures is None)
    choose(footer, "Figures…")
    assert footer.figures is not None


@_pops_up
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Menu])
def test_keys_open_the_menu_and_escape_closes_it(footer: PollerFooter, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(footer, key)
    (menu,) = footer.findChildren(QMenu)
    qtbot.waitUntil(menu.isVisible)
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: footer.findChildren(QMenu) == [])


@_pops_up
def test_a_click_opens_the_menu_and_other_keys_do_not(footer: PollerFooter, qtbot: QtBot) -> None:
    qtbot.keyClick(footer, Qt.Key.Key_A)
    assert footer.findChildren(QMenu) == []
    qtbot.mouseClick(footer, Qt.MouseButton.LeftButton)
    (menu,) = footer.findChildren(QMenu)
    qtbot.waitUntil(menu.isVisible)
    menu.close()


def test_the_menu_stops_starts_and_restarts_the_collector(
    footer: PollerFooter, keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings
) -> None:
    looks.look()
    choose(footer, "Stop collecting")
    assert looks.settle() is PollerKind.STOPPED
    assert entries(footer.menu())["Restart the collector"] is False
    choose(footer, "Start collecting")
    looks.settle()
    choose(footer, "Restart the collector")
    looks.settle()
    assert surroundings.poller.said == ["start", "stop", "start", "stop", "start"]


def test_a_poller_that_is_not_ours_cannot_be_stopped_here(
    footer: PollerFooter, looks: Looks, surroundings: TestSurroundings
) -> None:
    with PollerLock(surroundings.database_url):
        looks.look()
    assert entries(footer.menu()) == {
        "Not started by this window": False,
        "Restart the collector": False,
        "Figures…": False,
        "Show the log": True,
        "Copy details": True,
    }


def test_the_details_for_a_report_go_to_the_clipboard(footer: PollerFooter, surroundings: TestSurroundings) -> None:
    choose(footer, "Copy details")
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied[0] == "Collector starting"
    assert surroundings.database_url in copied
    assert str(surroundings.log_folder) in copied


def test_the_log_is_shown_in_its_folder(
    footer: PollerFooter, surroundings: TestSurroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    choose(footer, "Show the log")
    assert [Path(url.toLocalFile()) for url in opened] == [surroundings.log_folder]


def test_whoever_is_no_longer_asked_when_closing_can_be_asked_again(footer: PollerFooter, workspace: Workspace) -> None:
    assert "Ask again when closing" not in entries(footer.menu())
    workspace.preferences.on_close = "stop"
    choose(footer, "Ask again when closing")
    assert "Ask again when closing" not in entries(footer.menu())


def test_a_change_of_theme_repaints_the_shape(footer: PollerFooter, appearance: Appearance) -> None:
    before = footer._icon.pixmap().toImage()
    appearance.choose("light")
    assert footer._icon.pixmap().toImage() != before


def test_a_long_text_does_not_make_it_wider(footer: PollerFooter, keeper: PollerKeeper) -> None:
    state = replace(keeper.state, kind=PollerKind.RUNNING, interval_s=86_399.0, delay_ms=86_400_000)
    footer.show_state(state)
    assert footer.minimumSizeHint().width() <= 188
