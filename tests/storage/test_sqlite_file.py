import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database, open_unchecked
from storage.settings import read_setting, write_setting
from storage.sqlite_file import THOROUGH_LIMIT, back_up, create_file, damage, move_aside
from tests.damage import overwrite_pages_of

NOON = 1_772_366_400_000


def path_of(sqlite_database: Database) -> Path:
    return Path(sqlite_database.url.removeprefix("sqlite:///"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.db"
    assert create_file(path)
    assert (mode(path.parent), mode(path)) == (0o700, 0o600)


@pytest.mark.parametrize(("folder", "file"), [(0o2750, 0o640), (0o750, 0o600), (0o755, 0o600), (0o2700, 0o600)])
def test_a_folder_that_hands_its_group_on_shares_the_file_with_that_group(
    tmp_path: Path, folder: int, file: int
) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(folder)
    before = os.umask(0o027)
    try:
        create_file(tmp_path / "shared" / "x.db")
    finally:
        os.umask(before)
    assert mode(tmp_path / "shared" / "x.db") == file


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("mine")
    assert not create_file(path)
    assert path.read_text() == "mine"


def test_a_sound_and_an_empty_file_have_no_damage(sqlite_database: Database, tmp_path: Path) -> None:
    create_file(tmp_path / "empty.db")
    assert damage(tmp_path / "empty.db") is None
    assert damage(path_of(sqlite_database)) is None


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"xy", b"\0" * 8192, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    assert damage(tmp_path / "x.db")


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9])
def test_a_file_cut_short_is_damaged(prepared_file: Path, tmp_path: Path, share: float) -> None:
    whole = prepared_file.read_bytes()
    (tmp_path / "x.db").write_bytes(whole[: int(len(whole) * share)])
    assert damage(tmp_path / "x.db")


def test_a_malformed_page_deep_inside_is_found(sqlite_database: Database) -> None:
    overwrite_pages_of(path_of(sqlite_database), "head")
    assert damage(path_of(sqlite_database))


def test_of_a_large_file_only_the_schema_is_looked_at(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite_pages_of(path_of(sqlite_database), "head")
    monkeypatch.setattr("storage.sqlite_file.THOROUGH_LIMIT", 1_000)
    assert damage(path_of(sqlite_database)) is None
    assert THOROUGH_LIMIT == 64 * 2**20


def test_a_file_that_cannot_be_opened_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        damage(tmp_path / "missing.db")


def test_a_database_that_is_locked_is_not_called_damaged(sqlite_database: Database) -> None:
    with closing(sqlite3.connect(path_of(sqlite_database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert damage(path_of(sqlite_database)) is None


def test_moving_aside_takes_what_lies_beside_it_along_and_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    (tmp_path / "x.db.corrupt-20260301T120000Z").write_text("an earlier one")
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").write_text(f"content{ending}")
    aside = move_aside(path, NOON)
    assert aside == tmp_path / "x.db.corrupt-20260301T120000Z-2"
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "x.db.corrupt-20260301T120000Z": "an earlier one",
        "x.db.corrupt-20260301T120000Z-2": "content",
        "x.db.corrupt-20260301T120000Z-2-wal": "content-wal",
        "x.db.corrupt-20260301T120000Z-2-shm": "content-shm",
    }


def test_a_backup_has_what_is_still_in_the_log_of_a_database_in_use(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        write_setting(connection, "interval_s", 7)
    copy = back_up(path_of(sqlite_database), "0001", NOON)
    assert copy.name == "watchpost.db.backup-0001-20260301T120000Z"
    assert mode(copy) == 0o600
    copied = open_unchecked(str(copy))
    with copied.reading() as connection:
        assert read_setting(connection, "interval_s") == 7
    copied.close()


def test_a_backup_that_fails_leaves_no_half_copy(sqlite_database: Database, tmp_path: Path) -> None:
    sqlite_database.close()
    path_of(sqlite_database).write_bytes(b"garbage" * 1000)
    before = set(tmp_path.iterdir())
    with pytest.raises(sqlite3.DatabaseError):
        back_up(path_of(sqlite_database), "0001", NOON)
    assert set(tmp_path.iterdir()) == before
