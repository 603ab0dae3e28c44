import shutil
import sqlite3
import stat
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from storage.database import Database, open_database, prepare_database, upgrade_database
from storage.engines.preparation import Preparation
from storage.errors import (
    DatabaseCorruptError,
    DatabaseNewerError,
    DatabaseOutdatedError,
    DatabaseUnavailableError,
    InvalidInputError,
    PollerRunningError,
)
from storage.host import NewHost
from storage.host_states import HostStatus, read_host_states, write_host_states
from storage.hosts import add_host, list_hosts
from storage.poller_lock import PollerLock
from storage.reason import HostState
from storage.revisions import REVISIONS
from storage.schema import head, settings
from storage.settings import read_setting, write_setting
from tests.damage import overwrite_pages_of
from tests.next_revision import FAILS_HALFWAY, REBUILDS_HOSTS, release_with

NOON = 1_772_366_400_000
CURRENT = Preparation(created=False, upgraded_from=None, backup=None, moved_aside=None)


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def mark(url: str, revision: str) -> None:
    with closing(sqlite3.connect(path_of(url))) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


def fill(url: str) -> None:
    database = open_database(url)
    with database.writing() as connection:
        host = add_host(connection, NewHost(name="db1", address="db1"), 1_000)
        write_host_states(connection, [HostStatus(host.id, HostState.UP, None, "", 1_000, None)])
    database.close()


# Opening


def test_what_was_written_is_read_and_survives_closing(database: Database, database_url: str) -> None:
    with database.writing() as connection:
        write_setting(connection, "interval_s", 7)
    with database.reading() as connection:
        assert read_setting(connection, "interval_s") == 7
    database.close()
    again = open_database(database_url)
    with again.reading() as connection:
        assert read_setting(connection, "interval_s") == 7
    again.close()


def test_an_error_rolls_everything_back(database: Database) -> None:
    def write_and_fail() -> None:
        with database.writing() as connection:
            write_setting(connection, "interval_s", 7)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with database.reading() as connection:
        assert read_setting(connection, "interval_s") == 5


def test_a_reader_sees_one_snapshot_while_others_write(database: Database) -> None:
    with database.reading() as reader:
        assert read_setting(reader, "interval_s") == 5
        with database.writing() as writer:
            write_setting(writer, "interval_s", 7)
        assert read_setting(reader, "interval_s") == 5
    with database.reading() as reader:
        assert read_setting(reader, "interval_s") == 7


def test_two_writers_take_turns(database: Database) -> None:
    def add_one() -> None:
        with database.writing() as connection:
            value = connection.execute(select(settings.c.value)).scalar_one()
            connection.execute(settings.update().values(value=value + 1))

    with database.writing() as connection:
        connection.execute(settings.insert().values(name="count", value=0))
    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert connection.execute(select(settings.c.value)).scalar_one() == 8


def test_the_url_that_a_database_gives_opens_it_again(prepared_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%20e"
    folder.mkdir()
    shutil.copy(prepared_file, folder / "x?mode=memory.db")
    first = open_database(str(folder / "x?mode=memory.db"))
    second = open_database(first.url)
    with first.writing() as connection:
        write_setting(connection, "interval_s", 7)
    with second.reading() as connection:
        assert read_setting(connection, "interval_s") == 7
    first.close()
    second.close()
    assert {path.name for path in tmp_path.iterdir()} == {"a b?c#d%20e"}


def test_a_missing_database_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError, match="There is no database at") as caught:
        open_database(str(tmp_path / "x.db"))
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError, match="is no file"):
        open_database(str(tmp_path))


def test_an_empty_file_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    with pytest.raises(DatabaseUnavailableError, match="no tables yet"):
        open_database(str(tmp_path / "x.db"))


def test_a_database_of_a_newer_release_is_refused_with_both_revisions(sqlite_url: str) -> None:
    mark(sqlite_url, "9999")
    with pytest.raises(DatabaseNewerError, match=r"9999.*0006"):
        open_database(sqlite_url)


def test_an_outdated_database_is_refused_until_it_is_upgraded(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_with(REBUILDS_HOSTS, tmp_path, monkeypatch)
    with pytest.raises(DatabaseOutdatedError) as caught:
        open_database(database_url)
    assert "watchpost db upgrade" in caught.value.hint


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER)")
    with pytest.raises(DatabaseUnavailableError, match="another program"):
        open_database(str(tmp_path / "x.db"))


def test_a_path_that_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "x.db", tmp_path / ("x" * 300)):
        with pytest.raises(DatabaseUnavailableError, match="cannot be used") as caught:
            open_database(str(path))
        assert caught.value.hint


def test_writers_of_a_file_that_is_none_any_more_are_told_and_go_on_with_a_sound_one(
    sqlite_database: Database, sqlite_url: str, prepared_file: Path
) -> None:
    path_of(sqlite_url).write_bytes(b"garbage" * 1000)
    with pytest.raises(DatabaseCorruptError), sqlite_database.writing():
        pass
    path_of(sqlite_url).write_bytes(prepared_file.read_bytes())
    with sqlite_database.writing() as connection:
        write_setting(connection, "interval_s", 7)


def test_more_readers_than_there_is_room_for_are_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database._backend.readers.pool, "_timeout", 0.05)

    def read_a_hundred_times_at_once() -> None:
        with ExitStack() as readers:
            for _ in range(100):
                readers.enter_context(database.reading())

    with pytest.raises(DatabaseUnavailableError, match="Too many readers"):
        read_a_hundred_times_at_once()


def test_readers_of_a_damaged_file_are_told_what_to_do(sqlite_database: Database, sqlite_url: str) -> None:
    sqlite_database.close()
    overwrite_pages_of(path_of(sqlite_url), "head")
    reader = open_database(sqlite_url)
    with pytest.raises(DatabaseCorruptError) as caught, reader.reading() as connection:
        connection.execute(select(head)).all()
    assert "Restart the poller" in caught.value.hint
    reader.close()


@pytest.mark.usefixtures("impatient")
def test_a_lock_that_others_hold_is_reported_and_reading_goes_on(sqlite_database: Database, sqlite_url: str) -> None:
    with closing(sqlite3.connect(path_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailableError, match="locked"), sqlite_database.writing():
            pass
        with sqlite_database.reading() as connection:
            assert read_setting(connection, "interval_s") == 5
    with sqlite_database.writing() as connection:
        write_setting(connection, "interval_s", 7)


def test_a_full_database_is_reported_and_goes_on_when_there_is_space(sqlite_database: Database) -> None:
    def write_much(pages: int) -> None:
        with sqlite_database.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.execute(settings.insert().values(name="x", value="x" * 100_000))

    with pytest.raises(DatabaseUnavailableError, match="no space left"):
        write_much(pages=1)
    write_much(pages=1_000_000)


def test_a_file_that_was_deleted_is_not_written_to_any_longer(sqlite_database: Database, sqlite_url: str) -> None:
    with sqlite_database.writing() as connection:
        write_setting(connection, "interval_s", 7)
    path_of(sqlite_url).unlink()
    with pytest.raises(DatabaseUnavailableError, match="There is no database"), sqlite_database.writing():
        pass


def test_a_file_that_took_the_place_of_another_is_the_one_that_is_read(
    sqlite_database: Database, sqlite_url: str, prepared_file: Path
) -> None:
    with sqlite_database.writing() as connection:
        write_setting(connection, "interval_s", 7)
    before = sqlite_database.generation
    path = path_of(sqlite_url)
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").rename(f"{path}.aside{ending}")
    shutil.copy(prepared_file, path)
    with sqlite_database.reading() as connection:
        assert read_setting(connection, "interval_s") == 5
    assert sqlite_database.generation > before


def test_a_closed_database_says_so(database: Database) -> None:
    database.close()
    database.close()
    with pytest.raises(DatabaseUnavailableError, match="closed"), database.reading():
        pass


# Preparing


def test_a_missing_database_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "x.db"
    assert prepare_database(str(path), now_ms=NOON) == Preparation(True, None, None, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    open_database(str(path)).close()


def test_what_lies_beside_the_file_is_for_its_owner_too(tmp_path: Path) -> None:
    prepare_database(str(tmp_path / "x.db"), now_ms=NOON)
    database = open_database(str(tmp_path / "x.db"))
    with database.writing() as connection:
        write_setting(connection, "interval_s", 7)
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    database.close()


def test_a_current_database_is_left_as_it_is(database_url: str, tmp_path: Path) -> None:
    fill(database_url)
    assert prepare_database(database_url, now_ms=NOON) == CURRENT
    database = open_database(database_url)
    with database.reading() as connection:
        assert [host.name for host in list_hosts(connection)] == ["db1"]
    database.close()
    assert not list(tmp_path.glob("*backup*")) + list(tmp_path.glob("*corrupt*"))


def test_an_outdated_database_is_backed_up_and_upgraded_with_all_its_rows(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_url)
    with monkeypatch.context() as later:
        release_with(REBUILDS_HOSTS, tmp_path, later)
        prepared = prepare_database(sqlite_url, now_ms=NOON)
        assert prepared.upgraded_from == REVISIONS[-1]
        assert not prepared.created
        database = open_database(sqlite_url)
        with database.reading() as connection:
            assert list(read_host_states(connection)) == [1]
        database.close()
    assert prepared.backup == tmp_path.resolve() / "watchpost.db.backup-0006-20260301T120000Z"
    assert stat.S_IMODE(prepared.backup.stat().st_mode) == 0o600
    old = open_database(str(prepared.backup))
    with old.reading() as connection:
        assert list(read_host_states(connection)) == [1]
    old.close()


def test_an_upgrade_that_fails_leaves_the_database_and_its_backup(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(sqlite_url)
    with monkeypatch.context() as later:
        release_with(FAILS_HALFWAY, tmp_path, later)
        with pytest.raises(DatabaseUnavailableError, match="nowhere"):
            prepare_database(sqlite_url, now_ms=NOON)
    open_database(sqlite_url).close()
    open_database(str(tmp_path / "watchpost.db.backup-0006-20260301T120000Z")).close()


def test_a_newer_database_is_not_touched(sqlite_url: str, tmp_path: Path) -> None:
    mark(sqlite_url, "9999")
    before = path_of(sqlite_url).read_bytes()
    with pytest.raises(DatabaseNewerError, match=r"9999.*0006"):
        prepare_database(sqlite_url, now_ms=NOON)
    assert path_of(sqlite_url).read_bytes() == before


def test_another_programs_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(DatabaseUnavailableError, match="another program"):
        prepare_database(str(path), now_ms=NOON)
    assert path.read_bytes() == before


@pytest.mark.parametrize("how", ["garbage", "cut short", "a malformed page"])
def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(sqlite_url: str, tmp_path: Path, how: str) -> None:
    path = path_of(sqlite_url)
    if how == "garbage":
        path.write_bytes(b"garbage" * 2_000)
    elif how == "cut short":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        overwrite_pages_of(path, "head")
    damaged = path.read_bytes()
    prepared = prepare_database(sqlite_url, now_ms=NOON)
    assert prepared.created
    assert prepared.moved_aside == tmp_path.resolve() / "watchpost.db.corrupt-20260301T120000Z"
    assert prepared.moved_aside.read_bytes() == damaged
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    open_database(sqlite_url).close()


@pytest.mark.usefixtures("impatient")
def test_a_locked_database_is_not_moved_aside(sqlite_url: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path_of(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailableError, match="locked"):
            prepare_database(sqlite_url, now_ms=NOON)
    assert not list(tmp_path.glob("*corrupt*"))


def test_something_in_the_way_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnavailableError) as caught:
        prepare_database(str(tmp_path / "file" / "x.db"), now_ms=NOON)
    assert caught.value.hint


def test_a_folder_that_may_not_be_written_is_named(ordinary_folder: Path) -> None:
    ordinary_folder.chmod(0o500)
    with pytest.raises(DatabaseUnavailableError, match="Permission denied") as caught:
        prepare_database(str(ordinary_folder / "x.db"), now_ms=NOON)
    assert "owner and mode" in caught.value.hint


def test_a_file_that_may_not_be_written_is_named_before_the_poller_starts(
    prepared_file: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    content = prepared_file.read_bytes()
    path = request.getfixturevalue("ordinary_folder") / "x.db"
    path.write_bytes(content)
    path.chmod(0o400)
    with pytest.raises(DatabaseUnavailableError, match="may not be written"):
        prepare_database(str(path), now_ms=NOON)


def test_a_url_with_a_password_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidInputError):
        prepare_database("mysql://admin:hunter2@db/x", now_ms=NOON)
    assert list(tmp_path.iterdir()) == []


# Upgrading by hand


def test_db_upgrade_backs_up_and_upgrades(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(sqlite_url)
    release_with(REBUILDS_HOSTS, tmp_path, monkeypatch)
    upgraded = upgrade_database(sqlite_url, now_ms=NOON)
    assert upgraded.upgraded_from == REVISIONS[-1]
    assert upgraded.backup is not None
    open_database(sqlite_url).close()
    assert upgrade_database(sqlite_url, now_ms=NOON) == CURRENT


def test_db_upgrade_waits_for_no_poller(database_url: str) -> None:
    with PollerLock(database_url), pytest.raises(PollerRunningError):
        upgrade_database(database_url, now_ms=NOON)


def test_db_upgrade_makes_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError, match="There is no database"):
        upgrade_database(str(tmp_path / "x.db"), now_ms=NOON)
    assert list(tmp_path.iterdir()) == []


def test_db_upgrade_leaves_a_damaged_file_where_it_is(sqlite_url: str) -> None:
    path_of(sqlite_url).write_bytes(b"garbage" * 1000)
    with pytest.raises(DatabaseCorruptError):
        upgrade_database(sqlite_url, now_ms=NOON)
    assert path_of(sqlite_url).read_bytes() == b"garbage" * 1000


def test_a_guarded_one_writes_only_where_its_check_passes(database: Database) -> None:
    def refuse(_: Connection) -> None:
        raise DatabaseUnavailableError("not now")

    with pytest.raises(DatabaseUnavailableError, match="not now"), database.guarded(refuse).writing():
        pass
    allowed = database.guarded(lambda connection: connection.execute(select(settings)).close())
    with allowed.writing() as connection:
        connection.execute(settings.insert().values(name="x", value="y"))
    with allowed.reading() as connection:
        assert connection.execute(select(settings.c.name)).scalars().all() == ["x"]


def test_a_guarded_one_is_closed_with_the_one_that_it_is(database: Database) -> None:
    guarded = database.guarded(lambda _: None)
    database.close()
    with pytest.raises(DatabaseUnavailableError, match="closed"), guarded.reading():
        pass
