"""Asks for the curves of the host on the page."""

import pytest
from pytestqt.qtbot import QtBot

from fleet.host_history import HostHistory
from monitor_gui.host.history_asker import KEY, HistoryAsker
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import WatchpostError
from tests.fleet.sample_fleet import Machine, record, register
from tests.monitor_gui.surroundings import TestSurroundings

NOW_MS = 1_790_000_000_000
HOUR_MS = 3_600_000


@pytest.fixture
def two_hosts(database: Database) -> Database:
    for name, host in register(database, ["a", "b"], now_ms=NOW_MS).items():
        record(database, Machine(name=name), host, start=NOW_MS - 60_000, end=NOW_MS)
    return database


@pytest.fixture
def asker(workspace: Workspace, two_hosts: Database) -> HistoryAsker:
    return HistoryAsker(workspace.reader)


def arrived(asker: HistoryAsker) -> list[HostHistory]:
    heard: list[HostHistory] = []
    asker.arrived.connect(heard.append)
    return heard


def test_what_is_wanted_arrives(asker: HistoryAsker, qtbot: QtBot) -> None:
    asker.want(1, HOUR_MS)
    heard = arrived(asker)
    asker.follow(NOW_MS, 5.0, NOW_MS)
    qtbot.waitUntil(lambda: bool(heard))
    history = heard[0]
    assert asker.history is history
    assert (history.span.host_id, history.span.start, history.span.end) == (1, NOW_MS - HOUR_MS, NOW_MS + 1)
    assert not history.is_empty


def test_nothing_is_asked_before_something_is_wanted(asker: HistoryAsker, workspace: Workspace, qtbot: QtBot) -> None:
    asker.follow(NOW_MS, 5.0, NOW_MS)
    with qtbot.assertNotEmitted(asker.arrived), qtbot.waitSignal(workspace.reader.answered):
        workspace.reader.ask("something else", lambda _database: None)


def test_without_news_nothing_is_asked_for_a_while(asker: HistoryAsker, qtbot: QtBot) -> None:
    heard = arrived(asker)
    asker.want(1, HOUR_MS)
    for now, news, count in (
        (NOW_MS, NOW_MS, 1),
        (NOW_MS + 1_000, NOW_MS, 1),
        (NOW_MS + 1_500, NOW_MS + 1_500, 1),
        (NOW_MS + 5_000, NOW_MS + 5_000, 2),
        (NOW_MS + 34_000, NOW_MS + 5_000, 2),
        (NOW_MS + 36_000, NOW_MS + 5_000, 3),
        (NOW_MS - 9_000, NOW_MS + 5_000, 4),
    ):
        asker.follow(now, 5.0, news)
        qtbot.waitUntil(lambda: asker.history is not None and not asker.is_waiting)
        assert len(heard) == count


def test_one_answer_is_waited_for_at_a_time(asker: HistoryAsker, qtbot: QtBot) -> None:
    heard = arrived(asker)
    asker.want(1, HOUR_MS)
    for later in range(0, 50_000, 5_000):
        asker.follow(NOW_MS + later, 5.0, NOW_MS + later)
    qtbot.waitUntil(lambda: not asker.is_waiting)
    assert len(heard) == 1


@pytest.mark.parametrize(("host_id", "length"), [(2, HOUR_MS), (1, 6 * HOUR_MS)])
def test_an_answer_that_comes_too_late_is_ignored(asker: HistoryAsker, host_id: int, length: int, qtbot: QtBot) -> None:
    heard = arrived(asker)
    asker.want(1, HOUR_MS)
    asker.follow(NOW_MS, 5.0, NOW_MS)
    asker.want(host_id, length)
    assert asker.history is None
    asker.follow(NOW_MS, 5.0, NOW_MS)
    qtbot.waitUntil(lambda: asker.history is not None)
    assert len(heard) == 1
    span = heard[0].span
    assert (span.host_id, span.end - 1 - span.start) == (host_id, length)


def test_who_stops_hears_nothing_more(asker: HistoryAsker, workspace: Workspace, qtbot: QtBot) -> None:
    asker.want(1, HOUR_MS)
    asker.follow(NOW_MS, 5.0, NOW_MS)
    asker.stop()
    with qtbot.assertNotEmitted(asker.arrived), qtbot.waitSignal(workspace.reader.answered):
        workspace.reader.ask("something else", lambda _database: None)
    assert asker.history is None


def test_answers_to_other_questions_are_not_its_own(asker: HistoryAsker, workspace: Workspace, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(asker.arrived), qtbot.waitSignal(workspace.reader.answered):
        workspace.reader.ask(KEY, lambda _database: "something odd")


def test_a_failure_is_told_and_tried_again(
    asker: HistoryAsker, surroundings: TestSurroundings, two_hosts: Database, qtbot: QtBot
) -> None:
    file = surroundings.folder / "watchpost.db"
    two_hosts.close()
    away = file.rename(surroundings.folder / "away.db")
    asker.want(1, HOUR_MS)
    with qtbot.waitSignal(asker.failed) as heard:
        asker.follow(NOW_MS, 5.0, NOW_MS)
    assert isinstance(heard.args[0], WatchpostError)
    asker.follow(NOW_MS + 500, 5.0, NOW_MS)
    assert not asker.is_waiting
    away.rename(file)
    with qtbot.waitSignal(asker.arrived):
        asker.follow(NOW_MS + 2_000, 5.0, NOW_MS)


def test_only_what_is_new_is_read_the_second_time(asker: HistoryAsker, qtbot: QtBot) -> None:
    asker.want(1, HOUR_MS)
    for now in (NOW_MS, NOW_MS + 5_000):
        with qtbot.waitSignal(asker.arrived):
            asker.follow(now, 5.0, now)
    assert asker.history is not None
    assert asker.history.whole_at == NOW_MS + 1
