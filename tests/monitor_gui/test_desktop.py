"""The whole application on real databases, with a real poller, from the empty state to the first chart."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from alerts.thresholds import DEFAULTS
from monitor_gui.desktop import Desktop
from monitor_gui.frame.main_window import MainWindow
from monitor_gui.opening import Opened
from monitor_gui.preferences import Preferences
from monitor_gui.theme.appearance import Appearance
from storage.database import Database
from storage.host import NewHost, Transport
from storage.hosts import add_host, list_hosts
from storage.secret_keeper import KeyringChoice
from tests.monitor_gui.surroundings import TestSurroundings
from watchpost.configuration import Configuration, Folders
from watchpost.desktop import DesktopSurroundings


@pytest.fixture
def real(database_url: str, tmp_path: Path) -> DesktopSurroundings:
    """What the command hands to the application."""
    configuration = Configuration(
        database_url=database_url,
        folders=Folders(tmp_path / "data", tmp_path / "log", tmp_path / "state"),
        spools=tmp_path / "spools",
        spool_limit_bytes=None,
        log_level="INFO",
        keyring=KeyringChoice.ENCRYPTED_FILE,
        time_zone=None,
        environment={**os.environ, "HOME": str(tmp_path)},
    )
    return DesktopSurroundings(configuration)


@contextmanager
def _desktop(
    surroundings: DesktopSurroundings | TestSurroundings, appearance: Appearance, qtbot: QtBot, host: str | None = None
) -> Iterator[Desktop]:
    window = MainWindow(appearance)
    opened = Opened(surroundings=surroundings, thresholds=DEFAULTS, time_zone=UTC, news=surroundings.prepare())
    preferences = Preferences(Path(surroundings.preferences_file).parent / "desktop.ini")
    desktop = Desktop(window, opened, appearance, preferences, host_name=host)
    window.show()
    qtbot.waitExposed(window)
    desktop.begin()
    try:
        yield desktop
    finally:
        surroundings.poller.stop()
        desktop.end()
        window.close()
        window.deleteLater()


def _button(parent: QWidget, text: str) -> QPushButton:
    return next(b for b in parent.findChildren(QPushButton) if b.text().replace("&", "") == text and b.isVisible())


def _click(qtbot: QtBot, parent: QWidget, text: str) -> None:
    qtbot.mouseClick(_button(parent, text), Qt.MouseButton.LeftButton)


def _has_button(parent: QWidget, text: str) -> bool:
    return any(b.text().replace("&", "") == text and b.isVisible() for b in parent.findChildren(QPushButton))


def _told(desktop: Desktop) -> list[str]:
    return [label.text() for label in desktop.notices.findChildren(QLabel)]


def _shows(widget: QWidget, colour: str) -> bool:
    image = widget.grab().toImage()
    return any(
        image.pixelColor(x, y).name().upper() == colour for x in range(image.width()) for y in range(image.height())
    )


def _add(database: Database, name: str) -> int:
    with database.writing() as connection:
        return add_host(connection, NewHost(name=name, transport=Transport.LOCAL), 1).id


def test_from_the_empty_state_to_the_first_chart(
    real: DesktopSurroundings, appearance: Appearance, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with _desktop(real, appearance, qtbot) as desktop:
        window = desktop.parent()
        assert isinstance(window, MainWindow)
        qtbot.waitUntil(lambda: _has_button(window, "Watch this machine"), timeout=60_000)
        _click(qtbot, window, "Watch this machine")

        def is_read() -> bool:
            look = desktop.live.look
            return look is not None and any(reading.current for reading in look.readings)

        qtbot.waitUntil(is_read, timeout=60_000)
        look = desktop.live.look
        assert look is not None
        desktop.open_host(look.state.hosts[0].id)

        def is_charted() -> bool:
            body = desktop.host_page.body
            return body is not None and _shows(body.memory.chart, appearance.tokens.charts[1])

        qtbot.waitUntil(is_charted, timeout=60_000)


def test_a_poller_that_dies_while_watched_is_started_again(
    real: DesktopSurroundings, appearance: Appearance, qtbot: QtBot, database: Database
) -> None:
    _add(database, "this-machine")
    with _desktop(real, appearance, qtbot) as desktop:

        def pid() -> int | None:
            look = desktop.live.look
            return look.poller.pid if look is not None and look.poller is not None else None

        qtbot.waitUntil(lambda: pid() is not None, timeout=60_000)
        first = pid()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        qtbot.waitUntil(lambda: pid() not in {None, first}, timeout=60_000)


def test_a_host_that_was_named_is_opened_first(
    surroundings: TestSurroundings, appearance: Appearance, qtbot: QtBot, database: Database
) -> None:
    host_id = _add(database, "db-1")
    with _desktop(surroundings, appearance, qtbot, host="db-1") as desktop:
        qtbot.waitUntil(lambda: desktop.host_page.focus_host_id == host_id)
        qtbot.waitUntil(lambda: desktop.live.focus == host_id)


def test_a_host_that_is_not_there_is_told(
    surroundings: TestSurroundings, appearance: Appearance, qtbot: QtBot, database: Database
) -> None:
    with _desktop(surroundings, appearance, qtbot, host="<b>db-1</b>") as desktop:
        qtbot.waitUntil(lambda: "There is no host “<b>db-1</b>”." in _told(desktop))


def test_a_host_that_is_removed_can_be_brought_back(
    surroundings: TestSurroundings, appearance: Appearance, qtbot: QtBot, database: Database
) -> None:
    host_id = _add(database, "web-1")

    def names() -> list[str]:
        with database.reading() as connection:
            return [host.name for host in list_hosts(connection)]

    with _desktop(surroundings, appearance, qtbot) as desktop:
        qtbot.waitUntil(lambda: desktop.live.look is not None and bool(desktop.live.look.readings))
        desktop.open_host(host_id)
        desktop.host_page.wants_remove_host.emit(host_id)
        qtbot.waitUntil(lambda: names() == [])
        assert desktop.window.current == "fleet"
        qtbot.waitUntil(lambda: _has_button(desktop.notices, "Undo"))
        _click(qtbot, desktop.notices, "Undo")
        qtbot.waitUntil(lambda: names() == ["web-1"])


def test_only_the_page_that_is_shown_is_kept_up(
    surroundings: TestSurroundings, appearance: Appearance, qtbot: QtBot, database: Database
) -> None:
    _add(database, "web-1")
    with _desktop(surroundings, appearance, qtbot) as desktop:
        qtbot.waitUntil(lambda: desktop.live.look is not None and desktop.live.look.loaded)
        desktop.window.navigate("hosts")
        shown: list[str] = []
        for name, page in desktop.window.pages.items():
            original = page.show_look

            def noted(look: object, name: str = name, original: object = original) -> None:
                shown.append(name)
                original(look)  # type: ignore[operator]

            page.show_look = noted  # type: ignore[method-assign]
        with qtbot.waitSignal(desktop.live.looked):
            desktop.live.look_now()
        assert set(shown) == {"hosts"}


def test_the_theme_and_the_place_of_the_window_are_remembered(
    surroundings: TestSurroundings, appearance: Appearance, qtbot: QtBot, tmp_path: Path
) -> None:
    with _desktop(surroundings, appearance, qtbot):
        appearance.choose("light")
    kept = Preferences(tmp_path / "desktop.ini")
    assert kept.theme == "light"
    assert not kept.geometry.isEmpty()


def test_the_window_closes_without_a_question_where_another_polls(
    surroundings: TestSurroundings, appearance: Appearance, qtbot: QtBot, qapp: QApplication, database: Database
) -> None:
    class Polled(TestSurroundings):
        def poller_is_running(self) -> bool:
            return True

    polled = Polled(surroundings.database_url, surroundings.folder)
    with _desktop(polled, appearance, qtbot) as desktop:
        qtbot.waitUntil(lambda: desktop.live.look is not None)
        qtbot.waitUntil(lambda: not desktop.keeper.has_child)
        event = QCloseEvent()
        desktop.window.closeEvent(event)
        qtbot.waitUntil(lambda: not desktop.window.isVisible())


def test_news_of_the_opening_are_told(surroundings: TestSurroundings, appearance: Appearance, qtbot: QtBot) -> None:
    class Upgraded(TestSurroundings):
        def prepare(self) -> list[str]:
            super().prepare()
            return ["The database was upgraded; a copy lies beside it."]

    upgraded = Upgraded(surroundings.database_url, surroundings.folder)
    with _desktop(upgraded, appearance, qtbot) as desktop:
        assert "The database was upgraded; a copy lies beside it." in _told(desktop)
