import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from monitor_gui.frame.notices import NoticeBar
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind
from monitor_gui.poller.trouble_notices import TroubleNotices
from monitor_gui.theme.appearance import Appearance
from storage.errors import DatabaseLockedError, DatabaseMissingError, WatchpostError
from tests.monitor_gui.poller.made_up_looks import Looks
from tests.monitor_gui.surroundings import TestSurroundings


@pytest.fixture
def bar(keeper: PollerKeeper, appearance: Appearance, qtbot: QtBot) -> NoticeBar:
    """The notices of the keeper."""
    made = NoticeBar(appearance)
    qtbot.addWidget(made)
    TroubleNotices(keeper, made)
    return made


def press(bar: NoticeBar, text: str) -> None:
    """Presses the button of that text."""
    (button,) = (each for each in bar.findChildren(QPushButton) if each.text().replace("&", "") == text)
    button.click()


def test_a_busy_database_is_told_and_over_without_anybody_doing_anything(bar: NoticeBar, looks: Looks) -> None:
    looks.database_says(failure=DatabaseLockedError("x"))
    assert bar.keys == []
    looks.database_says(3, failure=DatabaseLockedError("x"))
    assert bar.keys == ["database"]
    looks.database_says(1)
    assert bar.keys == []


def test_a_database_that_is_gone_can_be_begun_anew_from_the_notice(
    bar: NoticeBar, looks: Looks, surroundings: TestSurroundings, tmp_path: object
) -> None:
    looks.look()
    looks.database_says(failure=DatabaseMissingError("x"))
    looks.database_says(3, failure=DatabaseMissingError("x"))
    press(bar, "Start a new one")
    looks.settle()
    assert surroundings.poller.said == ["start", "stop", "start"]
    assert bar.keys == []


def test_a_stopped_collector_is_started_from_the_notice(bar: NoticeBar, keeper: PollerKeeper, looks: Looks) -> None:
    looks.look()
    keeper.stop_collecting()
    looks.settle()
    assert bar.keys == ["collector"]
    press(bar, "Start")
    assert looks.settle() is PollerKind.STARTING
    assert bar.keys == []


def test_whoever_did_not_give_the_passphrase_can_do_so_later(
    bar: NoticeBar, keeper: PollerKeeper, looks: Looks, surroundings: TestSurroundings, qtbot: QtBot
) -> None:
    surroundings.passphrase_needed = True
    looks.look()
    keeper.give_passphrase(None)
    looks.settle()
    looks.database_says(1, started_at=keeper._now_ms())
    assert bar.keys == ["collector-secrets"]
    with qtbot.waitSignal(keeper.wants_passphrase):
        press(bar, "Enter passphrase")
    keeper.give_passphrase("open sesame")
    looks.settle()
    assert bar.keys == []


def test_a_replaced_database_is_told_with_where_the_other_is(
    bar: NoticeBar, keeper: PollerKeeper, looks: Looks
) -> None:
    keeper.was_replaced.emit("/data/watchpost.db.corrupt-1")
    (banner,) = (each for each in bar.children() if getattr(each, "severity", "") == "warn")
    assert "/data/watchpost.db.corrupt-1" in banner.accessibleName().replace("\u200b", "")  # type: ignore[attr-defined]
    keeper.was_replaced.emit("")
    assert bar.keys == ["database-replaced"]


def test_what_was_done_and_what_failed_is_told(bar: NoticeBar, keeper: PollerKeeper) -> None:
    keeper.told.emit(["The database was upgraded."])
    keeper.failed.emit(WatchpostError("It did not end well.", hint="Look at its log."))
    assert bar.keys == ["database-prepared-The database was upgraded.", "collector-failed"]
