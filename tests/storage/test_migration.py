import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from storage import sqlite
from storage.database import Database
from storage.engines import postgresql
from storage.engines.postgresql_url import parse_postgresql_url
from storage.errors import DatabaseUnavailableError
from storage.host_states import HostStatus, read_host_states, write_host_states
from storage.migration import downgrade_schema, upgrade_schema
from storage.reason import HostState
from storage.revisions import REVISIONS
from storage.schema import head, host_states, hosts, metadata
from storage.sqlite_file import create_file
from tests.next_revision import FAILS_HALFWAY, REBUILDS_HOSTS, release_with
from tests.real_postgresql import RealPostgresql

UP = HostStatus(1, HostState.UP, None, "", 1_000, {"hostname": "db1"})


def file_engine(path: Path) -> Engine:
    create_file(path)
    return sqlite.migration_engine(path)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Engine]:
    """An empty file."""
    opened = file_engine(tmp_path / "migrated.db")
    yield opened
    opened.dispose()


@pytest.fixture
def server_database(postgresql_server: RealPostgresql) -> Iterator[Engine]:
    """An empty database of a server."""
    with postgresql_server.new_database("template0") as url:
        opened = postgresql.migration_engine(parse_postgresql_url(url))
        yield opened
        opened.dispose()


@pytest.fixture(params=["file", "server_database"], ids=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty database, of either kind."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def filled(engine: Engine) -> Engine:
    return fill(engine)


@pytest.fixture
def filled_file(file: Engine) -> Engine:
    return fill(file)


def fill(engine: Engine) -> Engine:
    upgrade_schema(engine)
    with engine.begin() as connection:
        row = {"name": "db1", "address": "db1", "transport": "ssh", "revision": 1, "created_at": 1}
        connection.execute(hosts.insert().values(row))
        write_host_states(connection, [UP])
    return engine


def tables(engine: Engine) -> set[str]:
    with engine.begin() as connection:
        return set(inspect(connection).get_table_names())


def test_the_migrations_lead_to_the_very_tables_of_the_schema(engine: Engine) -> None:
    upgrade_schema(engine)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def columns(engine: Engine) -> dict[tuple[str, str], tuple[str, bool, str | None]]:
    with engine.begin() as connection:
        inspector = inspect(connection)
        return {
            (table, column["name"]): (str(column["type"]), column["nullable"], column["default"])
            for table in metadata.tables
            for column in inspector.get_columns(table)
        }


def test_types_and_defaults_are_those_of_the_schema_too(file: Engine, tmp_path: Path) -> None:
    upgrade_schema(file)
    direct = file_engine(tmp_path / "direct.db")
    metadata.create_all(direct)
    assert columns(file) == columns(direct)
    direct.dispose()


def test_they_are_on_a_server_as_well(server_database: Engine, postgresql_server: RealPostgresql) -> None:
    upgrade_schema(server_database)
    with postgresql_server.new_database("template0") as url:
        direct = postgresql.migration_engine(parse_postgresql_url(url))
        metadata.create_all(direct)
        assert columns(server_database) == columns(direct)
        direct.dispose()


def test_tables_that_are_filled_and_emptied_are_vacuumed_in_time_and_keep_rows_in_one_piece(
    server_database: Engine,
) -> None:
    upgrade_schema(server_database)
    with server_database.begin() as connection:
        options = connection.exec_driver_sql("SELECT reloptions FROM pg_class WHERE relname = 'head'").scalar_one()
        big = {"host_id": 1, "cadence": 0, "session_at": 0, "layout_id": 1, "vector": bytes(range(256)) * 28}
        connection.execute(head.insert(), [{**big, "ts": ts} for ts in range(10)])
        beside = connection.exec_driver_sql(
            "SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE relname = 'head'"
        ).scalar_one()
    assert "autovacuum_vacuum_scale_factor=0.05" in options
    assert beside == 0


def test_ids_that_must_never_come_back_are_counted_on(filled: Engine) -> None:
    with filled.begin() as connection:
        connection.execute(hosts.delete())
        connection.execute(hosts.insert().values(name="web", address="web", transport="ssh", revision=2, created_at=1))
        assert connection.execute(select(hosts.c.id)).scalar_one() == 2


def test_downgrading_a_filled_database_to_nothing_and_up_again_works(filled: Engine) -> None:
    downgrade_schema(filled, "base")
    assert tables(filled) == {"alembic_version"}
    upgrade_schema(filled)
    assert tables(filled) == {"alembic_version", *metadata.tables}


def test_building_a_parent_table_anew_keeps_its_children(
    filled_file: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_with(REBUILDS_HOSTS, tmp_path, monkeypatch)
    upgrade_schema(filled_file)
    with filled_file.begin() as connection:
        assert "note" in {column["name"] for column in inspect(connection).get_columns("hosts")}
        assert read_host_states(connection) == {1: UP}
    downgrade_schema(filled_file, REVISIONS[-1])
    with filled_file.begin() as connection:
        assert read_host_states(connection) == {1: UP}


def test_an_upgrade_that_fails_halfway_changes_nothing(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_with(FAILS_HALFWAY, tmp_path, monkeypatch)
    with pytest.raises((OperationalError, ProgrammingError), match="nowhere"):
        upgrade_schema(filled)
    assert "notifications" in tables(filled)


def test_an_upgrade_that_would_leave_rows_astray_is_taken_back(
    filled_file: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled_file.begin() as connection:
        connection.execute(host_states.insert().values(host_id=99, state="up", since_at=1))
    release_with(REBUILDS_HOSTS, tmp_path, monkeypatch)
    with pytest.raises(DatabaseUnavailableError, match="1 rows of host_states"):
        upgrade_schema(filled_file)
    with filled_file.begin() as connection:
        assert "note" not in {column["name"] for column in inspect(connection).get_columns("hosts")}


def test_an_installed_package_finds_its_migrations_from_anywhere(tmp_path: Path) -> None:
    package = tmp_path / "site packages 50%"
    shutil.copytree("storage", package / "storage", ignore=shutil.ignore_patterns("__pycache__"))
    program = "from storage.database import prepare_database; print(prepare_database('x.db', now_ms=0).created)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr


def test_the_database_of_the_fixtures_is_a_migrated_one(database: Database) -> None:
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version", *metadata.tables}
