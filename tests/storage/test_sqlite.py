import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from storage.database import Database
from storage.engines.statements import read_number
from storage.errors import DatabaseCorruptError, DatabaseUnavailableError
from storage.schema import hosts, settings
from storage.sqlite import (
    migration_engine,
    reader_engine,
    translate_error,
    writer_engine,
)


def pragma(connection_of: Database, name: str) -> object:
    with connection_of.writing() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_writers_use_the_write_ahead_log_and_foreign_keys(sqlite_database: Database) -> None:
    assert pragma(sqlite_database, "journal_mode") == "wal"
    assert pragma(sqlite_database, "synchronous") == 1
    assert pragma(sqlite_database, "foreign_keys") == 1
    assert pragma(sqlite_database, "busy_timeout") == 5_000


def test_who_writes_next_has_what_the_last_one_has_read_of_the_file(sqlite_database: Database) -> None:
    def connection_now() -> object:
        with sqlite_database.reading() as connection:
            return connection.connection.dbapi_connection

    with sqlite_database.reading(), sqlite_database.reading(), sqlite_database.reading():
        pass
    # Each has a cache of its own, and taken by turns all of them would read the same pages.
    assert len({connection_now() for _ in range(6)}) == 1


def test_readers_cannot_write(sqlite_database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError, match="may not be written"), sqlite_database.reading() as connection:
        connection.execute(settings.insert().values(name="x", value=1))


def test_foreign_keys_are_off_while_tables_change(sqlite_database: Database, tmp_path: Path) -> None:
    engine = migration_engine(tmp_path / "watchpost.db")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
    engine.dispose()


def test_creating_a_table_is_rolled_back_with_the_rest(sqlite_database: Database, tmp_path: Path) -> None:
    engine = writer_engine(tmp_path / "watchpost.db")

    def create_and_fail() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_and_fail()
    with engine.begin() as connection:
        assert read_number(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'half'") == 0
    engine.dispose()


def test_values_do_not_show_in_error_texts(sqlite_database: Database) -> None:
    engine = writer_engine(Path(sqlite_database.url.removeprefix("sqlite:///")))
    with pytest.raises(OperationalError) as caught, engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", ("hunter2",))
    engine.dispose()
    assert "hunter2" not in str(caught.value)


def error_with(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("as SQLite says")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (sqlite3.SQLITE_BUSY, "locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked"),
        (sqlite3.SQLITE_FULL, "no space"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "may not be written"),
        (sqlite3.SQLITE_CANTOPEN, "cannot be opened"),
        (sqlite3.SQLITE_IOERR_READ, "as SQLite says"),
        (sqlite3.SQLITE_ERROR, "as SQLite says"),
    ],
)
def test_every_failure_of_the_file_is_named_with_a_hint(code: int, says: str) -> None:
    error = translate_error(error_with(code), Path("/data/x.db"))
    assert isinstance(error, DatabaseUnavailableError)
    assert says in error.message
    assert "/data/x.db" in error.message
    assert error.hint


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_CORRUPT_INDEX, sqlite3.SQLITE_NOTADB])
def test_only_a_malformed_file_is_called_damaged(code: int) -> None:
    assert isinstance(translate_error(error_with(code), Path("x.db")), DatabaseCorruptError)


def test_an_error_that_is_about_values_is_not_the_databases(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection:
        with pytest.raises(sqlite3.ProgrammingError) as caught:
            connection.execute("SELECT ?", (object(),))
        assert translate_error(caught.value, tmp_path) is None
    assert translate_error(OverflowError(), tmp_path) is None


def test_an_error_of_the_file_system_is_named(tmp_path: Path) -> None:
    error = translate_error(OSError(28, "No space left on device"), tmp_path / "x.db")
    assert isinstance(error, DatabaseUnavailableError)
    assert "No space left on device" in error.message


def test_a_missing_file_is_not_created_by_looking(tmp_path: Path) -> None:
    for engine in (reader_engine(tmp_path / "x.db"), writer_engine(tmp_path / "x.db")):
        with pytest.raises(OperationalError), engine.begin() as connection:
            connection.execute(select(hosts))
        engine.dispose()
    assert not (tmp_path / "x.db").exists()
