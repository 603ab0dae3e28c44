import shutil
from typing import NamedTuple

import pytest

from storage.care.progress import in_silence
from storage.care.sizes import disk_size
from storage.care.vacuum import vacuum_database
from storage.database import Database
from storage.database_url import database_path
from storage.errors import DatabaseFullError, PollerRunningError, WatchpostError
from storage.host import NewHost
from storage.hosts import add_host
from storage.poller_lock import PollerLock
from storage.schema import head
from tests.recorded import record, visit, whole_catalogue


class Usage(NamedTuple):
    """As `shutil.disk_usage` gives it."""

    total: int
    used: int
    free: int


@pytest.fixture
def emptied(sqlite_database: Database) -> Database:
    """A file of which nearly all has been deleted."""
    values = dict.fromkeys(whole_catalogue().series[:60], 1.0)
    with sqlite_database.writing() as connection:
        host = add_host(connection, NewHost(name="db1", address="10.0.0.1"), 1)
    record(sqlite_database, *(visit(host.id, at, values) for at in range(4000)))
    with sqlite_database.writing() as connection:
        connection.execute(head.delete().where(head.c.ts > 100))
    return sqlite_database


def test_a_file_shrinks_to_what_is_in_it(emptied: Database) -> None:
    with emptied.reading() as connection:
        assert disk_size(connection, emptied.url).free > 1_000_000
    done = vacuum_database(emptied.url, in_silence)
    assert done.after < done.before / 3
    with emptied.reading() as connection:
        assert disk_size(connection, emptied.url).free == 0
        assert len(connection.execute(head.select()).all()) == 101


def test_tables_of_a_server_take_new_rows_where_old_ones_were(postgresql_database: Database) -> None:
    steps: list[str] = []
    done = vacuum_database(postgresql_database.url, lambda step: steps.append(step.what))
    assert done.before > 0
    assert {"head", "chunks", "hosts"} <= set(steps)


def test_while_a_poller_runs_a_file_is_left_alone(sqlite_database: Database) -> None:
    with PollerLock(sqlite_database.url), pytest.raises(PollerRunningError):
        vacuum_database(sqlite_database.url, in_silence)


def test_without_the_room_for_it_nothing_is_begun(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, 1_000))
    with pytest.raises(DatabaseFullError, match="MiB are free"):
        vacuum_database(sqlite_database.url, in_silence)


def test_a_file_of_another_program_is_left_alone(sqlite_database: Database) -> None:
    path = database_path(sqlite_database.url)
    path.write_bytes(b"text" * 5000)
    with pytest.raises(WatchpostError):
        vacuum_database(sqlite_database.url, in_silence)
    assert path.read_bytes().startswith(b"text")
