"""Fixtures for the storage room."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of either kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def host_id(database: Database) -> int:
    """A registered host."""
    with database.writing() as connection:
        return add_host(connection, NewHost(name="db1", address="db1.example"), 1_000).id


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that others hold is reported after 50 ms rather than after 5 s. To be asked for before `database`."""
    monkeypatch.setattr("storage.sqlite.BUSY_TIMEOUT_S", 0.05)
    monkeypatch.setattr("storage.engines.postgresql.LOCK_TIMEOUT_S", 0.05)


@pytest.fixture
def ordinary_folder() -> Iterator[Path]:
    """A folder of a user who is not root, as whom the test then runs: root may write anywhere."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65_534)
    folder = Path(tempfile.mkdtemp(prefix="watchpost-test-"))
    yield folder
    folder.chmod(0o700)
    if was_root:
        os.seteuid(0)
    shutil.rmtree(folder)
