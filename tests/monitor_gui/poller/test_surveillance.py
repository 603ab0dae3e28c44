import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor_gui.poller.database_trouble import DatabaseTrouble
from monitor_gui.poller.surveillance import look_around, why_nothing_is_stored
from storage.database import Database
from storage.poller_lock import PollerLock
from tests.monitor_gui.surroundings import TestSurroundings
from watchpost.poller_child import PollerDiedError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "watchpost.db"


def test_it_sees_the_file_and_whether_anybody_polls(surroundings: TestSurroundings, path: Path) -> None:
    around = look_around(surroundings, None)
    assert (around.is_polled, around.death, around.writing, around.aside) == (False, None, None, "")
    assert around.file == (path.stat().st_dev, path.stat().st_ino)
    with PollerLock(surroundings.database_url):
        assert look_around(surroundings, None).is_polled


def test_of_a_server_it_sees_whether_anybody_polls(surroundings: TestSurroundings, postgresql_url: str) -> None:
    surroundings.database_url = postgresql_url
    assert look_around(surroundings, None).file is not None
    assert not look_around(surroundings, None).is_polled
    with PollerLock(postgresql_url):
        assert look_around(surroundings, None).is_polled


def test_it_hears_the_last_words_of_our_child(surroundings: TestSurroundings) -> None:
    surroundings.poller.failure = PollerDiedError("It was ended by SIGKILL.")
    assert look_around(surroundings, None).death is surroundings.poller.failure


def test_a_file_that_is_gone_is_none(surroundings: TestSurroundings, path: Path) -> None:
    path.unlink()
    assert look_around(surroundings, (1, 2)).file is None


def test_a_file_that_was_set_aside_is_found_beside_the_new_one(surroundings: TestSurroundings, path: Path) -> None:
    before = look_around(surroundings, None).file
    aside = path.with_name("watchpost.db.corrupt-20260101T000000Z")
    path.rename(aside)
    shutil.copy(aside, path)
    around = look_around(surroundings, before)
    assert around.file != before
    assert around.aside == str(aside)


def test_a_file_that_went_elsewhere_is_not_found(surroundings: TestSurroundings, path: Path) -> None:
    before = look_around(surroundings, None).file
    shutil.copy(path, path.with_name("copy"))
    path.with_name("copy").replace(path)
    assert look_around(surroundings, before).aside == ""


def test_a_name_with_wildcards_in_it_is_taken_as_it_is(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "all[ab]*?.db"
    shutil.copy(tmp_path / "watchpost.db", path)
    odd = TestSurroundings(f"sqlite:///{path}", tmp_path)
    before = look_around(odd, None).file
    aside = path.with_name(f"{path.name}.corrupt-1")
    path.rename(aside)
    shutil.copy(aside, path)
    assert look_around(odd, before).aside == str(aside)


def test_whoever_holds_the_database_keeps_others_from_storing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert why_nothing_is_stored(database) is None
    with closing(sqlite3.connect(tmp_path / "watchpost.db", isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert why_nothing_is_stored(database) is DatabaseTrouble.LOCKED
        connection.execute("ROLLBACK")
    (tmp_path / "watchpost.db").unlink()
    assert why_nothing_is_stored(database) is None, "that it is gone is told otherwise"


def test_a_full_disk_and_a_file_of_somebody_else_are_seen(
    surroundings: TestSurroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
        assert look_around(surroundings, None).writing is DatabaseTrouble.FULL

    def unreadable(_: Path) -> None:
        raise OSError

    with monkeypatch.context() as hung:
        hung.setattr(shutil, "disk_usage", unreadable)
        assert look_around(surroundings, None).writing is None
    # The tests may run as root, whom no mode keeps out.
    with monkeypatch.context() as denied:
        denied.setattr(os, "access", lambda *_: False)
        assert look_around(surroundings, None).writing is DatabaseTrouble.DENIED
