"""The engine against a real server."""

import threading

import pytest
from sqlalchemy import select

from storage.database import Database, open_database
from storage.errors import DatabaseDeniedError, DatabaseLockedError, DatabaseUnavailableError
from storage.schema import settings
from storage.settings import read_setting, write_setting
from tests.real_postgresql import RealPostgresql, name_of


def shown(database: Database, name: str) -> object:
    with database.writing() as connection:
        return connection.exec_driver_sql(f"SHOW {name}").scalar_one()


def test_the_server_knows_who_is_connected(postgresql_database: Database) -> None:
    assert postgresql_database.dialect == "postgresql"
    assert shown(postgresql_database, "application_name") == "watchpost"


def test_nothing_waits_for_ever(postgresql_database: Database) -> None:
    assert shown(postgresql_database, "statement_timeout") == "1min"
    assert shown(postgresql_database, "lock_timeout") == "5s"
    assert shown(postgresql_database, "idle_in_transaction_session_timeout") == "1min"


def test_both_ends_of_a_connection_notice_that_the_other_is_gone(
    postgresql_server: RealPostgresql, postgresql_url: str, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "right")
    name = name_of(postgresql_url)
    postgresql_server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}", database=name)
    database = open_database(postgresql_server.tcp_url(name, role))
    with database.reading() as connection:
        kept_alive = connection.exec_driver_sql("SHOW tcp_keepalives_idle").scalar_one()
        said = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
    database.close()
    assert kept_alive == "5"
    assert (said["keepalives_idle"], said["tcp_user_timeout"], said["connect_timeout"]) == ("5", "10000", "5")


def test_readers_cannot_write(postgresql_database: Database) -> None:
    with pytest.raises(DatabaseDeniedError, match="read-only"), postgresql_database.reading() as connection:
        connection.execute(settings.insert().values(name="x", value=1))


def test_the_recorder_does_not_wait_for_those_who_configure(postgresql_database: Database) -> None:
    with postgresql_database.writing() as configuring:
        write_setting(configuring, "interval_s", 7)
        with postgresql_database.recording() as recording:
            recording.execute(settings.insert().values(name="x", value=1))
    with postgresql_database.reading() as connection:
        assert read_setting(connection, "interval_s") == 7


@pytest.mark.usefixtures("impatient")
def test_a_writer_that_waits_for_too_long_is_told(postgresql_url: str) -> None:
    first, second = open_database(postgresql_url), open_database(postgresql_url)
    with first.writing():
        with pytest.raises(DatabaseLockedError, match="locked") as caught, second.writing():
            pass
        with second.reading() as connection:
            assert read_setting(connection, "interval_s") == 5
    assert "pg_stat_activity" in caught.value.hint
    with second.writing() as connection:
        write_setting(connection, "interval_s", 7)
    first.close()
    second.close()


@pytest.mark.usefixtures("impatient")
def test_a_table_that_others_hold_is_reported(postgresql_url: str) -> None:
    first, second = open_database(postgresql_url), open_database(postgresql_url)
    with first.recording() as connection:
        connection.exec_driver_sql("LOCK TABLE settings IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(DatabaseLockedError), second.recording() as waiting:
            waiting.execute(settings.insert().values(name="x", value=1))
    first.close()
    second.close()


def test_of_two_that_wait_for_each_other_one_is_to_try_again(postgresql_database: Database) -> None:
    with postgresql_database.recording() as connection:
        connection.execute(settings.insert(), [{"name": "a", "value": 0}, {"name": "b", "value": 0}])
    met = threading.Barrier(2)
    failures: list[Exception] = []

    def change(first: str, second: str) -> None:
        try:
            with postgresql_database.recording() as connection:
                connection.execute(settings.update().where(settings.c.name == first).values(value=1))
                met.wait()
                connection.execute(settings.update().where(settings.c.name == second).values(value=1))
        except DatabaseUnavailableError as error:
            failures.append(error)

    threads = [threading.Thread(target=change, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(failure) for failure in failures] == [DatabaseLockedError]


def test_a_server_that_was_restarted_costs_no_transaction(
    postgresql_server: RealPostgresql, postgresql_database: Database
) -> None:
    with postgresql_database.writing() as connection:
        write_setting(connection, "interval_s", 7)
    before = postgresql_database.generation
    with postgresql_server.down():
        pass
    with postgresql_database.writing() as connection:
        assert read_setting(connection, "interval_s") == 7
        assert postgresql_database.generation > before


def test_a_server_that_dies_in_the_midst_is_told_and_what_was_committed_stays(
    postgresql_server: RealPostgresql, postgresql_database: Database
) -> None:
    with postgresql_database.writing() as connection:
        write_setting(connection, "interval_s", 7)

    def write_while_it_dies() -> None:
        with postgresql_database.writing() as connection:
            write_setting(connection, "interval_s", 9)
            postgresql_server.kill()
            connection.execute(select(settings)).all()

    with pytest.raises(DatabaseUnavailableError) as caught:
        write_while_it_dies()
    assert caught.value.hint
    with pytest.raises(DatabaseUnavailableError, match="cannot be reached"), postgresql_database.reading():
        pass
    postgresql_server.start()
    with postgresql_database.reading() as connection:
        assert read_setting(connection, "interval_s") == 7


def test_a_savepoint_keeps_what_was_before_it(postgresql_database: Database) -> None:
    with postgresql_database.writing() as connection:
        write_setting(connection, "interval_s", 7)
        nested = connection.begin_nested()
        write_setting(connection, "interval_s", 9)
        nested.rollback()
    with postgresql_database.reading() as connection:
        assert read_setting(connection, "interval_s") == 7
