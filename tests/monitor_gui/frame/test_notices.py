import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.frame import notices
from monitor_gui.frame.notice_banner import Banner
from monitor_gui.frame.notices import NoticeBar
from monitor_gui.frame.severity import Severity
from monitor_gui.theme.appearance import Appearance

HOSTILE = ("x" * 300, "<b>bold</b>", "\u202eright to left", "a\x1b[31mred\x07", "서버-한국어-" * 30)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    made.resize(1000, 600)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def bar(window: QWidget, appearance: Appearance) -> NoticeBar:
    made = NoticeBar(appearance)
    column = window.layout()
    assert isinstance(column, QVBoxLayout)
    column.addWidget(made)
    column.addStretch(1)
    return made


def banners(bar: NoticeBar) -> list[Banner]:
    """From the top."""
    column = bar.layout()
    assert column is not None
    widgets = [column.itemAt(place).widget() for place in range(column.count())]  # type: ignore[union-attr]
    return [widget for widget in widgets if isinstance(widget, Banner)]


def texts(bar: NoticeBar) -> list[str]:
    return [banner.accessibleName().replace("\u200b", "") for banner in banners(bar)]


def button(banner: Banner) -> QPushButton:
    found = banner.findChild(QPushButton)
    assert isinstance(found, QPushButton)
    return found


def cross(banner: Banner) -> QToolButton:
    found = banner.findChild(QToolButton)
    assert isinstance(found, QToolButton)
    return found


def test_without_notices_there_is_nothing(bar: NoticeBar) -> None:
    assert not bar.isVisible()


def test_a_notice_comes_and_goes(bar: NoticeBar) -> None:
    bar.show_notice("a", "warn", "The database is busy.", "It goes on by itself.")
    assert texts(bar) == ["The database is busy. It goes on by itself."]
    bar.clear_notice("a")
    bar.clear_notice("never there")
    assert not bar.isVisible()


def test_the_same_notice_again_is_the_same_banner_and_keeps_the_focus(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_notice("a", "crit", "Gone.", action_text="&Try")
    (before,) = banners(bar)
    button(before).setFocus()
    bar.show_notice("a", "crit", "Gone.", "For 5 s.", action_text="&Try")
    assert banners(bar) == [before]
    assert texts(bar) == ["Gone. For 5 s."]
    assert button(before).hasFocus()


def test_the_gravest_is_on_top_and_what_passes_before_what_stays(bar: NoticeBar, qtbot: QtBot) -> None:
    order: tuple[Severity, ...] = ("hint", "warn", "ok", "crit")
    for severity in order:
        bar.show_notice(severity, severity, severity)
    assert bar.keys == ["crit", "ok", "warn", "hint"]
    assert texts(bar) == ["crit", "ok", "warn"]


def test_a_notice_may_become_graver(bar: NoticeBar) -> None:
    bar.show_notice("a", "warn", "x")
    bar.show_notice("a", "crit", "y")
    assert [banner.severity for banner in banners(bar)] == ["crit"]


def test_of_many_three_are_shown_until_a_person_wants_all(bar: NoticeBar, qtbot: QtBot) -> None:
    for number in range(5):
        bar.show_notice(str(number), "warn", f"number {number}")
    assert len(banners(bar)) == 3
    (more,) = (each for each in bar.findChildren(QPushButton) if each.text().startswith("and"))
    assert more.text() == "and 2 more"
    more.setFocus()
    qtbot.keyClick(more, Qt.Key.Key_Space)
    assert len(banners(bar)) == 5
    assert more.isHidden()
    for number in range(3):
        bar.clear_notice(str(number))
    assert texts(bar) == ["number 3", "number 4"]


def test_its_button_does_what_it_says_by_keyboard(bar: NoticeBar, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.show_notice("a", "crit", "Gone.", action_text="Start a &new one", action=lambda: done.append("new"))
    (banner,) = banners(bar)
    button(banner).setFocus()
    qtbot.keyClick(button(banner), Qt.Key.Key_Space)
    assert done == ["new"]
    assert bar.keys == ["a"], "it stays until what causes it is over"


def test_undoing_takes_the_notice_away(bar: NoticeBar, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.show_notice("a", "ok", "Removed web-1", action_text="&Undo", action=lambda: done.append("undone"))
    button(banners(bar)[0]).click()
    assert done == ["undone"]
    assert bar.keys == []


def test_an_action_may_show_the_next_notice_in_the_same_place(bar: NoticeBar) -> None:
    bar.show_notice("a", "ok", "Removed.", action_text="Undo", action=lambda: bar.show_notice("a", "ok", "Back."))
    button(banners(bar)[0]).click()
    assert texts(bar) == ["Back."]


@pytest.mark.parametrize("severity", ["warn", "ok", "hint"])
def test_what_a_person_has_closed_stays_away_until_it_says_something_else(
    bar: NoticeBar, severity: Severity, qtbot: QtBot
) -> None:
    bar.show_notice("a", severity, "x")
    cross(banners(bar)[0]).click()
    bar.show_notice("a", severity, "x")
    assert bar.keys == []
    bar.show_notice("a", severity, "y")
    assert texts(bar) == ["y"]
    qtbot.keyClick(banners(bar)[0], Qt.Key.Key_Escape)
    assert bar.keys == []
    bar.clear_notice("a")
    bar.show_notice("a", severity, "y")
    assert texts(bar) == ["y"], "it was over meanwhile"


def test_what_is_critical_stays_unless_its_owner_allows_otherwise(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_notice("a", "crit", "x")
    assert cross(banners(bar)[0]).isHidden()
    qtbot.keyClick(banners(bar)[0], Qt.Key.Key_Escape)
    assert bar.keys == ["a"]
    bar.show_notice("a", "crit", "x", closable=True)
    assert not cross(banners(bar)[0]).isHidden()
    assert cross(banners(bar)[0]).accessibleName()


def test_what_went_well_passes_by_itself(bar: NoticeBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "PASSING_MS", 1)
    bar.show_notice("a", "ok", "Removed web-1")
    bar.show_notice("b", "warn", "Busy.")
    qtbot.waitUntil(lambda: bar.keys == ["b"])


def test_it_waits_while_the_pointer_or_the_focus_is_on_it(
    bar: NoticeBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "PASSING_MS", 1)
    bar.show_notice("a", "ok", "Removed web-1", action_text="&Undo")
    (banner,) = banners(bar)
    place = QPointF(5, 5)
    QApplication.sendEvent(banner, QEnterEvent(place, place, place))
    assert not banner._timer.isActive()
    button(banner).setFocus()
    QApplication.sendEvent(banner, QEvent(QEvent.Type.Leave))
    assert not banner._timer.isActive()
    button(banner).clearFocus()
    qtbot.waitUntil(lambda: bar.keys == [])


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_banner(bar: NoticeBar, window: QWidget, text: str, qtbot: QtBot) -> None:
    bar.show_notice("a", "crit", text, text, action_text="Try")
    window.resize(640, 600)
    qtbot.waitUntil(lambda: banners(bar)[0].width() == bar.width() - 48)
    assert window.width() == 640
    (told,) = texts(bar)
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert ("<b>" in told) is ("<b>" in text)


def test_where_there_is_no_room_the_hint_goes_below(bar: NoticeBar, window: QWidget, qtbot: QtBot) -> None:
    bar.show_notice("a", "crit", "The database is damaged.", "It can be set aside, and a new one begun. " * 2)
    (banner,) = banners(bar)
    qtbot.waitUntil(lambda: banner.width() == bar.width() - 48)
    wide = banner.height()
    window.resize(500, 600)
    qtbot.waitUntil(lambda: banner.height() > wide)


def test_a_change_of_theme_repaints_it(bar: NoticeBar, appearance: Appearance, window: QWidget) -> None:
    bar.show_notice("a", "crit", "Gone.")
    dark = banners(bar)[0].grab().toImage().pixelColor(200, 4)
    appearance.choose("light")
    light = banners(bar)[0].grab().toImage().pixelColor(200, 4)
    assert dark.lightness() < 128 < light.lightness()
