"""Filled databases: made once a process, and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.care.copying import copy_database
from storage.care.progress import in_silence
from storage.database import Database, open_database
from tests.real_postgresql import RealPostgresql, name_of
from tests.storage.full_database import fill, seal


@pytest.fixture(scope="session")
def full_file(prepared_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed SQLite database with something in every table."""
    path = tmp_path_factory.mktemp("full") / "full.db"
    shutil.copy(prepared_file, path)
    database = open_database(str(path))
    fill(database)
    seal(database)
    database.close()
    return path


@pytest.fixture
def full(full_file: Path, sqlite_url: str) -> Iterator[Database]:
    """A SQLite database with something in every table."""
    shutil.copy(full_file, sqlite_url.removeprefix("sqlite:///"))
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def full_template(full_file: Path, postgresql_server: RealPostgresql) -> Iterator[str]:
    """The name of a database that nobody uses, with something in every table."""
    with postgresql_server.new_database() as url:
        copy_database(str(full_file), url, now_ms=0, on_step=in_silence)
        yield name_of(url)


@pytest.fixture
def full_on_postgresql(full_template: str, postgresql_server: RealPostgresql) -> Iterator[Database]:
    """A PostgreSQL database with something in every table."""
    with postgresql_server.new_database(full_template) as url:
        opened = open_database(url)
        yield opened
        opened.close()


@pytest.fixture(params=["full", "full_on_postgresql"], ids=["sqlite", "postgresql"])
def full_of_either_kind(request: pytest.FixtureRequest) -> Database:
    """The same, once on each engine."""
    database: Database = request.getfixturevalue(request.param)
    return database
