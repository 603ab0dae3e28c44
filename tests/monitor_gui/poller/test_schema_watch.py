import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from monitor_gui.poller import schema_watch
from monitor_gui.poller.schema_watch import SchemaWatch
from monitor_gui.workspace import Workspace
from storage.errors import DatabaseNewerError


def test_a_database_that_was_upgraded_while_it_is_open_is_noticed(
    workspace: Workspace, tmp_path: Path, qtbot: QtBot
) -> None:
    owner = QObject()
    watch = SchemaWatch(workspace, owner)
    with qtbot.waitSignal(workspace.reader.answered):
        watch.look()
    with closing(sqlite3.connect(tmp_path / "watchpost.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with qtbot.waitSignal(workspace.reader.failed) as first:
        watch.look()
    with qtbot.waitSignal(workspace.reader.failed) as next_question:
        workspace.reader.ask("fleet", lambda _: None)
    for told in (first, next_question):
        assert isinstance((told.args or [])[1], DatabaseNewerError)


def test_it_asks_by_itself(workspace: Workspace, qtbot: QtBot, monkeypatch: object) -> None:
    owner = QObject()
    watch = SchemaWatch(workspace, owner)
    assert watch._timer.isActive()
    assert watch._timer.interval() == schema_watch.LOOK_EVERY_MS
    with qtbot.waitSignal(workspace.reader.answered):
        watch._timer.timeout.emit()
