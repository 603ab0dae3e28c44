"""The reader answers questions in a thread of its own and notices news."""

import os
import sqlite3
from pathlib import Path
from threading import Event, get_ident

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.reading.reader import Reader
from monitor_gui.reading.unforeseen import UnforeseenError
from monitor_gui.workspace import Workspace
from storage.database import Database, open_database
from storage.errors import DatabaseUnavailableError, WatchpostError
from storage.host import NewHost, Transport
from storage.hosts import add_host, list_hosts


def _names(database: Database) -> object:
    with database.reading() as connection:
        return [host.name for host in list_hosts(connection)]


def _add(database: Database, name: str) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name=name, transport=Transport.LOCAL), 1)


def test_an_answer_comes_back_under_the_key_of_its_question(workspace: Workspace, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workspace.reader.answered) as answered:
        workspace.reader.ask("hosts", _names)
    assert answered.args == ["hosts", []]


def test_questions_run_in_another_thread(workspace: Workspace, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workspace.reader.answered) as answered:
        workspace.reader.ask("thread", lambda _: get_ident())
    assert answered.args is not None
    assert answered.args[1] != get_ident()


def test_of_questions_that_wait_only_the_newest_of_a_key_is_answered(workspace: Workspace, qtbot: QtBot) -> None:
    go = Event()
    answers: list[tuple[str, object]] = []
    workspace.reader.answered.connect(lambda key, answer: answers.append((key, answer)))
    workspace.reader.ask("slow", lambda _: go.wait(10))
    for number in range(5):
        workspace.reader.ask("range", lambda _, number=number: number)  # type: ignore[misc]
    go.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert answers == [("slow", True), ("range", 4)]


def test_a_failure_is_told_and_the_next_question_is_answered(workspace: Workspace, qtbot: QtBot) -> None:
    def fail(_: Database) -> object:
        raise DatabaseUnavailableError("locked")

    with qtbot.waitSignal(workspace.reader.failed) as failed:
        workspace.reader.ask("hosts", fail)
    assert failed.args is not None
    assert isinstance(failed.args[1], DatabaseUnavailableError)
    with qtbot.waitSignal(workspace.reader.answered):
        workspace.reader.ask("hosts", _names)


def test_a_mistake_of_ours_becomes_an_error_that_can_be_shown(workspace: Workspace, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workspace.reader.failed) as failed:
        workspace.reader.ask("hosts", lambda _: 1 // 0)
    assert failed.args is not None
    assert isinstance(failed.args[1], UnforeseenError)
    assert "ZeroDivisionError" in failed.args[1].message


def test_a_commit_of_somebody_else_is_noticed(workspace: Workspace, database: Database, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workspace.reader.changed):
        pass
    with qtbot.waitSignal(workspace.reader.changed):
        _add(database, "web-1")


def test_another_file_in_its_place_is_noticed_and_read(
    workspace: Workspace, prepared_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(workspace.reader.answered):
        workspace.reader.ask("hosts", _names)
    other = tmp_path / "other.db"
    with sqlite3.connect(prepared_file) as source, sqlite3.connect(other) as target:
        source.backup(target)
    opened = open_database(str(other))
    _add(opened, "from-the-other-file")
    opened.close()
    with qtbot.waitSignal(workspace.reader.changed):
        os.replace(other, tmp_path / "watchpost.db")  # noqa: PTH105 - one step

    def sees_it() -> None:
        with qtbot.waitSignal(workspace.reader.answered) as answered:
            workspace.reader.ask("hosts", _names)
        assert answered.args == ["hosts", ["from-the-other-file"]]

    sees_it()


def test_a_database_that_is_not_there_is_told(tmp_path: Path, qtbot: QtBot) -> None:
    reader = Reader(f"sqlite:///{tmp_path}/none.db")
    try:
        with qtbot.waitSignal(reader.failed) as failed:
            reader.ask("hosts", _names)
        assert failed.args is not None
        assert isinstance(failed.args[1], WatchpostError)
        assert "no database" in failed.args[1].message
    finally:
        reader.close()


@pytest.mark.parametrize("times", [1, 2])
def test_it_ends_with_questions_waiting(database_url: str, qtbot: QtBot, times: int) -> None:
    reader = Reader(database_url)
    go = Event()
    reader.ask("slow", lambda _: go.wait(0.2))
    for place in range(times):
        reader.ask(str(place), _names)
    go.set()
    reader.close()
