"""Filled databases: made once a process, and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.care.copying import copy_database
from storage.care.progress import in_silence
from storage.database import Database, open_database
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


@pytest.fixture
def full_of_either_kind(full_file: Path, database_url: str) -> Iterator[Database]:
    """The same, once on each engine."""
    if database_url.startswith("sqlite"):
        shutil.copy(full_file, database_url.removeprefix("sqlite:///"))
    else:
        copy_database(str(full_file), database_url, now_ms=0, on_step=in_silence)
    opened = open_database(database_url)
    yield opened
    opened.close()
