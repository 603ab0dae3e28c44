"""A real poller on a real database, and all that can happen to either while the window is open."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from alerts.thresholds import DEFAULTS
from monitor_gui.frame.notices import NoticeBar
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind
from monitor_gui.poller.trouble_notices import TroubleNotices
from monitor_gui.reading.fleet_feed import FleetFeed
from monitor_gui.reading.live import Live
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.host import NewHost, Transport
from storage.hosts import add_host
from storage.poller_lock import PollerLock, poller_is_running
from tests.command_line import ROOT
from tests.monitor_gui.surroundings import TestSurroundings
from watchpost.desktop_poller import DesktopPoller

LONG_MS = 60_000


@pytest.fixture
def real(
    workspace: Workspace, surroundings: TestSurroundings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    """A workspace whose poller is a real process, in an empty home."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HOME", str(tmp_path))
    poller = DesktopPoller(surroundings.database_url, tmp_path / "log")
    surroundings.poller = poller  # type: ignore[assignment]
    yield workspace
    poller.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watchpost.db"


@pytest.fixture
def bar(real: Workspace, qtbot: QtBot) -> NoticeBar:
    made = NoticeBar(real.appearance)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def keeper(real: Workspace, bar: NoticeBar, qtbot: QtBot) -> Iterator[PollerKeeper]:
    """A keeper at work, with the pages' looks and the notices."""
    made = PollerKeeper(real)
    TroubleNotices(made, bar)
    live = Live(real.reader, FleetFeed(thresholds=DEFAULTS, time_zone=None), real.now_ms, made)
    live.looked.connect(made.show_look)
    made.begin()
    live.look_now()
    qtbot.waitUntil(lambda: made.state.kind is PollerKind.RUNNING, timeout=LONG_MS)
    yield made
    live.stop()
    ended: list[object] = []
    made.leave(ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=LONG_MS)


def child() -> psutil.Process:
    """The poller's process."""
    (found,) = (each for each in psutil.Process().children() if "watchpost" in _words(each))
    return found


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def becomes(qtbot: QtBot, keeper: PollerKeeper, kind: PollerKind) -> None:
    qtbot.waitUntil(lambda: keeper.state.kind is kind, timeout=LONG_MS)


def test_one_that_is_killed_is_back_after_a_second(keeper: PollerKeeper, bar: NoticeBar, qtbot: QtBot) -> None:
    first = child()
    os.kill(first.pid, signal.SIGKILL)
    becomes(qtbot, keeper, PollerKind.DIED)
    assert "SIGKILL" in keeper.state.last_words
    becomes(qtbot, keeper, PollerKind.RUNNING)
    assert child().pid != first.pid
    assert bar.keys == []


def test_a_database_that_another_program_holds_is_told_and_goes_on(
    keeper: PollerKeeper, bar: NoticeBar, path: Path, qtbot: QtBot
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        qtbot.waitUntil(lambda: bar.keys == ["database"], timeout=LONG_MS)
        connection.execute("ROLLBACK")
    becomes(qtbot, keeper, PollerKind.RUNNING)
    assert bar.keys == []


def test_a_database_that_goes_and_comes_back_is_told_and_goes_on(
    keeper: PollerKeeper, bar: NoticeBar, path: Path, qtbot: QtBot
) -> None:
    pid = child().pid
    away = path.with_name("away")
    away.mkdir()
    files = sorted(path.parent.glob("watchpost.db*"))
    for file in files:
        file.rename(away / file.name)
    qtbot.waitUntil(lambda: bar.keys == ["database"], timeout=LONG_MS)
    assert keeper.state.trouble == "missing"
    assert not path.exists(), "nothing is begun by itself"
    for file in files:
        (away / file.name).rename(file)
    becomes(qtbot, keeper, PollerKind.RUNNING)
    assert bar.keys == []
    assert child().pid == pid


def test_a_database_that_was_deleted_is_begun_anew_when_a_person_wants_it(
    keeper: PollerKeeper, bar: NoticeBar, path: Path, qtbot: QtBot
) -> None:
    for file in path.parent.glob("watchpost.db*"):
        file.unlink()
    qtbot.waitUntil(lambda: keeper.state.kind is PollerKind.DATABASE_TROUBLE, timeout=LONG_MS)
    keeper.begin_anew()
    becomes(qtbot, keeper, PollerKind.RUNNING)
    assert path.exists()
    assert bar.keys == []


def test_a_database_that_was_replaced_is_told_once_and_read(
    keeper: PollerKeeper, bar: NoticeBar, path: Path, prepared_file: Path, qtbot: QtBot
) -> None:
    pid = child().pid
    shutil.copy(prepared_file, path.with_name("new"))
    for ending in ("-wal", "-shm"):
        path.with_name(f"{path.name}{ending}").unlink()
    path.with_name("new").replace(path)
    qtbot.waitUntil(lambda: "database-replaced" in bar.keys, timeout=LONG_MS)
    becomes(qtbot, keeper, PollerKind.RUNNING)
    assert child().pid == pid


def test_a_newer_database_is_told_and_left_alone(
    keeper: PollerKeeper, bar: NoticeBar, path: Path, real: Workspace, qtbot: QtBot
) -> None:
    keeper.stop_collecting()
    becomes(qtbot, keeper, PollerKind.STOPPED)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    # Whoever asks the reader next has it open the database anew; in the application that is SchemaWatch.
    real.reader.ask("fails", _fail)
    qtbot.waitUntil(lambda: keeper.state.trouble == "newer", timeout=LONG_MS)
    keeper.start_collecting()
    assert bar.keys == ["database"]
    qtbot.waitUntil(lambda: real.errands.is_idle)
    assert not keeper.has_child


def test_a_damaged_database_is_set_aside_when_a_person_wants_it(
    keeper: PollerKeeper, bar: NoticeBar, path: Path, real: Workspace, qtbot: QtBot
) -> None:
    keeper.stop_collecting()
    becomes(qtbot, keeper, PollerKind.STOPPED)
    for ending in ("-wal", "-shm"):
        path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
    path.write_bytes(b"\xa5" * 8192)
    real.reader.ask("fails", _fail)
    qtbot.waitUntil(lambda: keeper.state.trouble == "corrupt", timeout=LONG_MS)
    keeper.begin_anew()
    becomes(qtbot, keeper, PollerKind.RUNNING)
    (aside,) = path.parent.glob("watchpost.db.corrupt-*")
    assert aside.read_bytes() == b"\xa5" * 8192


def test_it_takes_over_when_another_poller_ends(real: Workspace, surroundings: TestSurroundings, qtbot: QtBot) -> None:
    made = PollerKeeper(real)
    with PollerLock(surroundings.database_url):
        made.begin()
        becomes(qtbot, made, PollerKind.RUNNING_ELSEWHERE)
    qtbot.waitUntil(lambda: made.has_child, timeout=LONG_MS)
    qtbot.waitUntil(lambda: poller_is_running(surroundings.database_url), timeout=LONG_MS)
    ended: list[object] = []
    made.leave(ended.append)
    qtbot.waitUntil(lambda: ended == [None], timeout=LONG_MS)
    assert not poller_is_running(surroundings.database_url)


def test_a_poller_that_hangs_is_silent_and_a_restart_ends_it(
    keeper: PollerKeeper, real: Workspace, qtbot: QtBot, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name="here", transport=Transport.LOCAL), 0)
    hung = child()
    os.kill(hung.pid, signal.SIGSTOP)
    # The half minute that a poller may take is not waited for.
    real_now = real.now_ms
    monkeypatch.setattr(keeper, "_now_ms", lambda: real_now() + 60_000)
    keeper._poller = None
    keeper._tell()
    assert keeper.state.kind is PollerKind.SILENT
    monkeypatch.setattr(keeper, "_now_ms", real_now)
    monkeypatch.setattr("watchpost.poller_child.STOP_TIMEOUT_S", 0.2)
    keeper.restart()
    becomes(qtbot, keeper, PollerKind.RUNNING)
    assert child().pid != hung.pid


def _fail(_: Database) -> object:
    raise RuntimeError
