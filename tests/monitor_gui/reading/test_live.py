"""The fleet is looked at again and again, and a database that is away is part of what is seen."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from alerts.thresholds import DEFAULTS
from monitor_gui.reading.fleet_feed import FleetFeed
from monitor_gui.reading.live import Live, next_look_in
from monitor_gui.reading.look import FleetLook
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.host import NewHost, Transport
from storage.hosts import add_host
from storage.settings import write_setting


def _live(workspace: Workspace) -> Live:
    feed = FleetFeed(thresholds=DEFAULTS, time_zone=None)
    return Live(workspace.reader, feed, workspace.now_ms, workspace.reader)


def _look(live: Live, qtbot: QtBot) -> FleetLook:
    with qtbot.waitSignal(live.looked) as looked:
        live.look_now()
    assert looked.args is not None
    look = looked.args[0]
    assert isinstance(look, FleetLook)
    return look


def _add(database: Database, name: str) -> int:
    with database.writing() as connection:
        return add_host(connection, NewHost(name=name, transport=Transport.LOCAL), 1).id


def test_a_look_holds_every_host(workspace: Workspace, database: Database, qtbot: QtBot) -> None:
    host_id = _add(database, "web-1")
    look = _look(_live(workspace), qtbot)
    assert look.loaded
    assert look.failure is None
    assert [reading.name for reading in look.readings] == ["web-1"]
    reading = look.reading(host_id)
    assert reading is not None
    assert reading.name == "web-1"
    assert look.reading(host_id + 1) is None


def test_looks_follow_each_other(workspace: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor_gui.reading.live.LOOK_EVERY_MS", 10)
    live = _live(workspace)
    looks: list[FleetLook] = []
    live.looked.connect(looks.append)
    live.look_now()
    live.look_now()
    qtbot.waitUntil(lambda: len(looks) >= 3)
    live.stop()


def test_a_database_that_is_away_leaves_what_was_seen(
    workspace: Workspace, database: Database, tmp_path: Path, qtbot: QtBot
) -> None:
    _add(database, "web-1")
    live = _live(workspace)
    _look(live, qtbot)
    database.close()
    kept = (tmp_path / "watchpost.db").rename(tmp_path / "elsewhere.db")
    look = _look(live, qtbot)
    assert look.failure is not None
    assert "no database" in look.failure.message
    assert [reading.name for reading in look.readings] == ["web-1"]
    kept.rename(tmp_path / "watchpost.db")
    assert _look(live, qtbot).failure is None


def test_the_zone_that_was_set_is_used_unless_this_run_has_one(
    workspace: Workspace, database: Database, qtbot: QtBot
) -> None:
    with database.writing() as connection:
        write_setting(connection, "time_zone", "Asia/Seoul")
    assert str(_look(_live(workspace), qtbot).time_zone) == "Asia/Seoul"


def test_news_are_looked_at_sooner(
    workspace: Workspace, database: Database, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor_gui.reading.live.LOOK_EVERY_MS", 60_000)
    live = _live(workspace)
    workspace.reader.changed.connect(live.news)
    _look(live, qtbot)
    with qtbot.waitSignal(live.looked) as looked:
        _add(database, "web-1")
    assert looked.args is not None
    assert [reading.name for reading in looked.args[0].readings] == ["web-1"]


def test_once_stopped_it_looks_no_more(workspace: Workspace, qtbot: QtBot) -> None:
    live = _live(workspace)
    live.look_now()
    live.stop()
    live.look_now()
    with qtbot.assertNotEmitted(live.looked, wait=100):
        live.news()


@pytest.mark.parametrize(
    ("cost_ms", "is_catching_up", "pause_ms"),
    [(0, False, 1_000), (100, False, 1_000), (500, False, 2_000), (60_000, False, 10_000), (70, True, 280)],
    ids=["cheap", "a thousand hosts", "slow", "a suspended laptop", "the past is still to be read"],
)
def test_what_costs_much_is_done_less_often(cost_ms: int, is_catching_up: bool, pause_ms: int) -> None:
    assert next_look_in(cost_ms, is_catching_up=is_catching_up) == pause_ms
