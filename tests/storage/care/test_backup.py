import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from storage.care.backup import back_up_database, backup_name, restore_database
from storage.care.progress import Step, in_silence
from storage.database import Database, open_database
from storage.database_url import database_path
from storage.errors import (
    AlreadyExistsError,
    DatabaseCorruptError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseNewerError,
    DatabaseUnavailableError,
    InvalidInputError,
    PollerRunningError,
    WatchpostError,
)
from storage.host import NewHost
from storage.hosts import add_host, list_hosts
from storage.poller_lock import PollerLock
from tests.damage import overwrite_pages_of
from tests.recorded import cpu, record, visit
from tests.storage.revisions.kept import restore

NOON = 1_772_366_400_000


def names(url: str) -> list[str]:
    database = open_database(url)
    try:
        with database.reading() as connection:
            return [host.name for host in list_hosts(connection)]
    finally:
        database.close()


def register(database: Database, name: str) -> None:
    with database.writing() as connection:
        add_host(connection, NewHost(name=name, address="10.0.0.1"), 1)


def back_up(url: str, target: Path, *, force: bool = False) -> None:
    back_up_database(url, target, force=force, now_ms=NOON, on_step=in_silence)


def put_back(backup: Path, url: str) -> Path | None:
    return restore_database(backup, url, now_ms=NOON, on_step=in_silence).kept


def test_a_backup_is_one_sound_file_for_its_owner_alone(database: Database, host_id: int, tmp_path: Path) -> None:
    record(database, visit(host_id, NOON, cpu(user=1.0)))
    steps: list[Step] = []
    done = back_up_database(database.url, tmp_path / "b.db", force=False, now_ms=NOON, on_step=steps.append)
    assert done.path == tmp_path / "b.db"
    assert done.size_bytes == done.path.stat().st_size
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.glob("b.db*")] == ["b.db"]
    assert steps[-1].what in {"checking the copy", "comparing"}
    with closing(sqlite3.connect(f"file:{tmp_path}/b.db?mode=ro&immutable=1", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM head").fetchone() == (1,)
    assert names(str(tmp_path / "b.db")) == ["db1"]


def test_it_holds_one_moment_while_others_write(sqlite_database: Database, tmp_path: Path) -> None:
    register(sqlite_database, "before")
    for place in range(40):
        record(sqlite_database, *(visit(1, place * 100_000 + at, cpu(user=1.0)) for at in range(500)))
    during: list[Thread] = []

    def write_meanwhile(step: Step) -> None:
        if not during:
            during.append(Thread(target=register, args=(sqlite_database, "meanwhile")))
            during[0].start()
            during[0].join(10)
            assert not during[0].is_alive(), "the writer had to wait"

    back_up_database(sqlite_database.url, tmp_path / "b.db", force=False, now_ms=NOON, on_step=write_meanwhile)
    assert names(str(tmp_path / "b.db")) == ["before"]
    assert names(sqlite_database.url) == ["before", "meanwhile"]


def test_a_file_that_is_there_is_kept_unless_forced(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "b.db").write_text("mine")
    with pytest.raises(AlreadyExistsError):
        back_up(sqlite_database.url, tmp_path / "b.db")
    assert (tmp_path / "b.db").read_text() == "mine"
    back_up(sqlite_database.url, tmp_path / "b.db", force=True)
    assert names(str(tmp_path / "b.db")) == []


def test_the_database_is_not_backed_up_over_itself(sqlite_database: Database) -> None:
    with pytest.raises(InvalidInputError, match="the database itself"):
        back_up(sqlite_database.url, database_path(sqlite_database.url), force=True)


def test_a_backup_that_was_given_up_leaves_nothing(database: Database, tmp_path: Path) -> None:
    def give_up(_: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up_database(database.url, tmp_path / "b.db", force=False, now_ms=NOON, on_step=give_up)
    assert list(tmp_path.glob("b.db*")) == []


def test_a_damaged_database_gives_no_backup(sqlite_database: Database, tmp_path: Path) -> None:
    overwrite_pages_of(database_path(sqlite_database.url), "head")
    with pytest.raises(DatabaseCorruptError):
        back_up(sqlite_database.url, tmp_path / "b.db")
    assert list(tmp_path.glob("b.db*")) == []


def test_there_has_to_be_a_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissingError):
        back_up(str(tmp_path / "none.db"), tmp_path / "b.db")


def test_a_backup_of_an_older_schema_can_be_made_before_the_upgrade(tmp_path: Path) -> None:
    restore("0002", tmp_path / "old.db")
    back_up(str(tmp_path / "old.db"), tmp_path / "b.db")
    done = restore_database(tmp_path / "b.db", str(tmp_path / "new.db"), now_ms=NOON, on_step=in_silence)
    assert (done.revision, done.outdated, done.kept) == ("0002", True, None)


def test_the_name_is_beside_a_file_and_in_a_folder_for_a_server(tmp_path: Path) -> None:
    assert backup_name("/data/w.db", tmp_path, NOON) == Path("/data/w.db.backup-20260301T120000Z")
    assert backup_name("postgresql://a@b/c", tmp_path, NOON) == tmp_path / "watchpost.backup-20260301T120000Z.db"


def test_a_backup_put_back_brings_the_database_to_that_moment_and_keeps_the_present_one(
    sqlite_database: Database, tmp_path: Path
) -> None:
    register(sqlite_database, "one")
    back_up(sqlite_database.url, tmp_path / "b.db")
    register(sqlite_database, "two")
    kept = put_back(tmp_path / "b.db", sqlite_database.url)
    assert kept == tmp_path / "watchpost.db.before-restore-20260301T120000Z"
    assert names(sqlite_database.url) == ["one"]
    assert names(str(kept)) == ["one", "two"]
    # Whoever had it open is at the restored one too.
    register(sqlite_database, "three")
    assert names(sqlite_database.url) == ["one", "three"]
    again = put_back(tmp_path / "b.db", sqlite_database.url)
    assert again is not None
    assert again.name.endswith("-2")


def test_a_backup_of_a_server_is_put_back_as_a_file(postgresql_database: Database, tmp_path: Path) -> None:
    register(postgresql_database, "one")
    back_up(postgresql_database.url, tmp_path / "b.db")
    assert put_back(tmp_path / "b.db", str(tmp_path / "new" / "w.db")) is None
    assert names(str(tmp_path / "new" / "w.db")) == ["one"]
    with pytest.raises(InvalidInputError, match="in the place of a file") as refused:
        put_back(tmp_path / "b.db", postgresql_database.url)
    assert "watchpost db copy" in refused.value.hint


def test_a_damaged_database_is_replaced_and_kept(sqlite_database: Database, tmp_path: Path) -> None:
    register(sqlite_database, "one")
    back_up(sqlite_database.url, tmp_path / "b.db")
    sqlite_database.close()
    path = database_path(sqlite_database.url)
    path.write_bytes(b"no database at all" * 500)
    kept = put_back(tmp_path / "b.db", str(path))
    assert names(str(path)) == ["one"]
    assert kept is not None
    assert kept.read_bytes().startswith(b"no database")


def test_while_a_poller_runs_nothing_is_put_back(sqlite_database: Database, tmp_path: Path) -> None:
    back_up(sqlite_database.url, tmp_path / "b.db")
    with PollerLock(sqlite_database.url), pytest.raises(PollerRunningError):
        put_back(tmp_path / "b.db", sqlite_database.url)


def test_while_somebody_is_in_the_middle_of_reading_nothing_is_put_back(
    sqlite_database: Database, tmp_path: Path
) -> None:
    register(sqlite_database, "one")
    back_up(sqlite_database.url, tmp_path / "b.db")
    with sqlite_database.reading() as connection:
        list_hosts(connection)
        register(sqlite_database, "two")
        with pytest.raises(DatabaseLockedError):
            put_back(tmp_path / "b.db", sqlite_database.url)
    assert names(sqlite_database.url) == ["one", "two"]
    assert list(tmp_path.glob("*before-restore*")) == []


def unusable(path: Path, way: str) -> type[WatchpostError]:
    match way:
        case "missing":
            return DatabaseMissingError
        case "cut short":
            path.write_bytes(path.read_bytes()[:5000])
            return DatabaseCorruptError
        case "another program's":
            path.unlink()
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("CREATE TABLE x (y)")
            return DatabaseUnavailableError
        case _:
            with closing(sqlite3.connect(path)) as connection, connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
            return DatabaseNewerError


@pytest.mark.parametrize("way", ["missing", "cut short", "another program's", "newer"])
def test_what_is_no_backup_of_ours_changes_nothing(sqlite_database: Database, tmp_path: Path, way: str) -> None:
    register(sqlite_database, "one")
    backup = tmp_path / "b.db"
    back_up(sqlite_database.url, backup)
    if way == "missing":
        backup.unlink()
    expected = unusable(backup, way)
    with pytest.raises(expected):
        put_back(backup, sqlite_database.url)
    assert names(sqlite_database.url) == ["one"]
    assert {file.name for file in tmp_path.glob("watchpost.db.*")} <= {"watchpost.db.poller.lock"}


def test_the_database_is_not_put_in_its_own_place(sqlite_database: Database) -> None:
    with pytest.raises(InvalidInputError, match="the database itself"):
        put_back(database_path(sqlite_database.url), sqlite_database.url)
