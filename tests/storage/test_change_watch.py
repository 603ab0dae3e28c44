from collections.abc import Iterator

import pytest

from storage.change_watch import ChangeWatch
from storage.database import Database
from storage.settings import write_setting
from tests.eventually import eventually
from tests.real_postgresql import RealPostgresql


@pytest.fixture
def watch(database_url: str) -> Iterator[ChangeWatch]:
    opened = ChangeWatch(database_url)
    yield opened
    opened.close()


def write(database: Database) -> None:
    with database.writing() as connection:
        write_setting(connection, "interval_s", 7)


def test_the_first_look_says_yes_and_the_next_no_until_something_is_committed(
    watch: ChangeWatch, database: Database
) -> None:
    assert watch.has_changed()
    assert not watch.has_changed()
    write(database)
    eventually(watch.has_changed)
    assert not watch.has_changed()


def test_what_the_recorder_commits_is_noticed_too(watch: ChangeWatch, database: Database) -> None:
    watch.has_changed()
    with database.recording() as connection:
        write_setting(connection, "interval_s", 7)
    eventually(watch.has_changed)


def test_what_is_not_committed_is_no_news(watch: ChangeWatch, database: Database) -> None:
    watch.has_changed()

    def write_and_fail() -> None:
        with database.writing() as connection:
            write_setting(connection, "interval_s", 7)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with database.reading():
        pass
    assert not watch.has_changed()


def test_a_server_that_goes_and_comes_back_is_news_both_times(
    postgresql_server: RealPostgresql, postgresql_url: str, postgresql_database: Database
) -> None:
    watch = ChangeWatch(postgresql_url)
    watch.has_changed()
    with postgresql_server.down():
        eventually(watch.has_changed)
    eventually(watch.has_changed)
    write(postgresql_database)
    eventually(watch.has_changed)
    watch.close()


def test_a_server_that_was_away_from_the_beginning_is_looked_for(
    postgresql_server: RealPostgresql, postgresql_url: str
) -> None:
    watch = ChangeWatch(postgresql_url)
    with postgresql_server.down():
        assert watch.has_changed()
        assert not watch.has_changed()
    eventually(watch.has_changed)
    watch.close()
