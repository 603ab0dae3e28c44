"""What real failures of a real server are called."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from storage.database import Database, open_database, prepare_database
from storage.errors import (
    DatabaseCorruptError,
    DatabaseDeniedError,
    DatabaseFullError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseUnavailableError,
)
from storage.schema import settings
from tests.real_postgresql import RealPostgresql, name_of


@pytest.fixture
def tcp_url(postgresql_server: RealPostgresql, postgresql_url: str, role: str) -> str:
    return postgresql_server.tcp_url(name_of(postgresql_url), role)


@pytest.mark.parametrize("password", [None, "mistaken"])
def test_no_password_and_a_wrong_one(tcp_url: str, password: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    if password:
        monkeypatch.setenv("PGPASSWORD", password)
    with pytest.raises(DatabaseDeniedError, match="wants a password") as caught:
        open_database(tcp_url)
    assert ".pgpass" in caught.value.hint
    assert "mistaken" not in caught.value.message + caught.value.hint


def test_a_password_file_lets_in_and_without_permission_nothing_may_be_done(
    tcp_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "passwords"
    passwords.write_text("127.0.0.1:*:*:visitor:right\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    with pytest.raises(DatabaseDeniedError, match="does not permit") as caught:
        open_database(tcp_url)
    assert "OWNER TO" in caught.value.hint


def test_a_user_whom_the_server_does_not_know(postgresql_url: str) -> None:
    with pytest.raises(DatabaseDeniedError, match="not in") as caught:
        open_database(postgresql_url.replace("//watchpost@", "//stranger@"))
    assert "the user in the URL" in caught.value.hint


def test_an_address_that_the_server_does_not_let_in(postgresql_server: RealPostgresql) -> None:
    only_local = postgresql_server.only_letting_in("local all all trust")
    with only_local, pytest.raises(DatabaseDeniedError, match="not in") as caught:
        open_database(postgresql_server.tcp_url("prepared"))
    assert "pg_hba.conf" in caught.value.hint


def test_a_database_that_is_not_there(postgresql_server: RealPostgresql) -> None:
    with pytest.raises(DatabaseMissingError, match="no database “none such”") as caught:
        open_database(postgresql_server.url("none%20such"))
    assert "createdb" in caught.value.hint
    with pytest.raises(DatabaseMissingError, match="no database “none such”"):
        prepare_database(postgresql_server.url("none%20such"), now_ms=0)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://ops@127.0.0.1:1/watchpost", r"cannot be reached: .*refused\.$"),
        ("postgresql://nowhere.invalid/watchpost", "cannot be reached"),
        ("postgresql://db:x/watchpost", "port"),
        ("postgresql:///watchpost?service=none_such", "service"),
        ("postgresql:///watchpost?host=/nowhere", "cannot be reached"),
        ("postgresql://127.0.0.1:1/watchpost?sslmode=perhaps", "sslmode"),
    ],
)
def test_a_server_that_cannot_be_reached(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnavailableError, match=says) as caught:
        open_database(url)
    assert caught.value.hint


def test_no_connection_left(postgresql_server: RealPostgresql, postgresql_url: str, role: str) -> None:
    postgresql_server.execute(f"ALTER ROLE {role} CONNECTION LIMIT 0")
    with pytest.raises(DatabaseUnavailableError, match="no connection left") as caught:
        open_database(postgresql_url.replace("//watchpost@", f"//{role}@"))
    assert "max_connections" in caught.value.hint


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("53100", DatabaseFullError),
        ("XX001", DatabaseCorruptError),
        ("XX002", DatabaseCorruptError),
        ("58030", DatabaseUnavailableError),
    ],
)
def test_a_full_disk_and_damage_have_their_kind_and_the_connection_goes_on(
    postgresql_database: Database, code: str, kind: type[DatabaseFullError | DatabaseCorruptError]
) -> None:
    raising = text(f"DO $$ BEGIN RAISE 'as the server says' USING ERRCODE = '{code}'; END $$")
    with pytest.raises(kind) as caught, postgresql_database.writing() as connection:
        connection.execute(raising)
    assert caught.value.hint
    with postgresql_database.writing() as connection:
        assert connection.execute(select(settings)).all() == []


def test_a_statement_that_takes_too_long_is_worth_another_try(postgresql_database: Database) -> None:
    def sleep() -> None:
        with postgresql_database.writing() as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 10")
            connection.exec_driver_sql("SELECT pg_sleep(10)")

    with pytest.raises(DatabaseLockedError):
        sleep()


def test_a_table_that_is_missing_is_the_databases(postgresql_database: Database) -> None:
    with pytest.raises(DatabaseUnavailableError, match="nowhere"), postgresql_database.writing() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")


def test_a_fault_of_the_statement_is_not_the_databases(postgresql_database: Database) -> None:
    with pytest.raises(Exception, match="syntax error") as caught, postgresql_database.writing() as connection:
        connection.exec_driver_sql("SELECT FROM WHERE")
    assert not isinstance(caught.value, DatabaseUnavailableError)
    with pytest.raises(Exception, match="NUL") as caught, postgresql_database.writing() as connection:
        connection.execute(settings.insert().values(name="a\0b", value=1))
    assert not isinstance(caught.value, DatabaseUnavailableError)
