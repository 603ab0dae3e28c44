"""Errands are done in order, away from the thread that paints, and told in it."""

from pathlib import Path
from threading import Event, get_ident

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from monitor_gui.reading.errands import Errands
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import InvalidInputError, WatchpostError
from storage.host import NewHost, Transport
from storage.hosts import add_host, list_hosts


def _never(_: object) -> None:
    raise AssertionError("this must not be called")


def test_what_was_done_is_told_in_this_thread(workspace: Workspace, database: Database, qtbot: QtBot) -> None:
    owner = QObject()
    told: list[tuple[int, int]] = []

    def add(opened: Database) -> int:
        with opened.writing() as connection:
            add_host(connection, NewHost(name="web-1", transport=Transport.LOCAL), 1)
        return get_ident()

    workspace.errands.run(add, lambda thread: told.append((thread, get_ident())), _never, owner=owner)
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][0] != get_ident()
    assert told[0][1] == get_ident()
    with database.reading() as connection:
        assert [host.name for host in list_hosts(connection)] == ["web-1"]


def test_errands_are_done_one_after_the_other(workspace: Workspace, qtbot: QtBot) -> None:
    owner = QObject()
    done: list[int] = []
    for number in range(5):
        workspace.errands.run(lambda _, number=number: number, done.append, _never, owner=owner)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(done) == 5)
    assert done == [0, 1, 2, 3, 4]


def test_a_failure_is_told_to_whoever_asked(workspace: Workspace, qtbot: QtBot) -> None:
    owner = QObject()
    failures: list[WatchpostError] = []

    def refuse(_: Database) -> None:
        raise InvalidInputError("no such port")

    workspace.errands.run(refuse, _never, failures.append, owner=owner)
    workspace.errands.run(lambda _: 1 // 0, _never, failures.append, owner=owner)
    qtbot.waitUntil(lambda: len(failures) == 2)
    assert [error.kind for error in failures] == ["invalid_input", "unforeseen"]


def test_nobody_is_told_once_the_owner_is_gone(workspace: Workspace, qtbot: QtBot) -> None:
    owner, go = QObject(), Event()
    workspace.errands.run(lambda _: go.wait(10), _never, _never, owner=owner)
    owner.deleteLater()
    with qtbot.waitSignal(owner.destroyed):
        pass
    with qtbot.waitSignal(workspace.errands.became_idle):
        go.set()
    assert workspace.errands.is_idle


def test_closing_does_what_waits_and_tells_nobody(database_url: str, tmp_path: Path, qtbot: QtBot) -> None:
    errands, owner = Errands(database_url), QObject()
    done = tmp_path / "done"
    errands.run(lambda _: done.touch(), _never, _never, owner=owner)
    assert errands.close()
    assert done.exists()


def test_a_database_that_is_not_there_yet_is_opened_when_it_is(tmp_path: Path, qtbot: QtBot) -> None:
    errands, owner = Errands(f"sqlite:///{tmp_path}/none.db"), QObject()
    failures: list[WatchpostError] = []
    errands.run(lambda database: database.url, _never, failures.append, owner=owner)
    qtbot.waitUntil(lambda: bool(failures))
    assert failures[0].kind == "database_unavailable"
    assert errands.close()


def test_what_needs_no_database_is_done_without_one(tmp_path: Path, qtbot: QtBot) -> None:
    errands, owner = Errands(f"sqlite:///{tmp_path}/none.db"), QObject()
    done: list[int] = []
    errands.run_apart(lambda: 7, done.append, _never, owner=owner)
    qtbot.waitUntil(lambda: done == [7])
    assert errands.close()
