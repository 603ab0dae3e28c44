from threading import Event

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from monitor_gui.poller.turns import Turns
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError


@pytest.fixture
def owner() -> QObject:
    return QObject()


def test_what_was_begun_before_a_wish_has_no_say_any_more(workspace: Workspace, owner: QObject, qtbot: QtBot) -> None:
    turns, told, may_end = Turns(workspace.errands, owner), list[str](), Event()
    turns.do(lambda: "old" if may_end.wait(10) else "", told.append, lambda _: told.append("failed"))
    turns.take()
    assert not turns.is_busy
    turns.do(lambda: "new", told.append, lambda _: told.append("failed"))
    may_end.set()
    qtbot.waitUntil(lambda: not turns.is_busy)
    assert told == ["new"]


def test_failures_are_told_in_their_turn(workspace: Workspace, owner: QObject, qtbot: QtBot) -> None:
    turns, told = Turns(workspace.errands, owner), list[object]()
    error = WatchpostError("x")

    def fail(_: object) -> None:
        raise error

    turns.do_with_database(fail, told.append, told.append)
    turns.take()
    turns.do_with_database(lambda database: database.url, told.append, told.append)
    qtbot.waitUntil(lambda: not turns.is_busy)
    turns.do_with_database(fail, lambda _: None, told.append)
    qtbot.waitUntil(lambda: not turns.is_busy)
    assert told == [workspace.surroundings.database_url, error]
