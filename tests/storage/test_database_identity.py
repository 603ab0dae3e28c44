import shutil
from pathlib import Path

from storage.database import Database, open_database
from storage.database_identity import database_identity


def identity(database: Database) -> str:
    with database.writing() as connection:
        return database_identity(connection)


def test_a_database_keeps_its_identity(database: Database) -> None:
    first = identity(database)
    assert len(first) == 36
    assert identity(database) == first


def test_each_database_has_its_own_and_a_copy_has_the_same(
    sqlite_database: Database, prepared_file: Path, tmp_path: Path
) -> None:
    first = identity(sqlite_database)
    shutil.copy(prepared_file, tmp_path / "another.db")
    another = open_database(str(tmp_path / "another.db"))
    assert identity(another) != first
    another.close()
    sqlite_database.close()
    shutil.copy(tmp_path / "watchpost.db", tmp_path / "copy.db")
    copy = open_database(str(tmp_path / "copy.db"))
    assert identity(copy) == first
    copy.close()
