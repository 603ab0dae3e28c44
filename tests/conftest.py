"""Fixtures for every room."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database, prepare_database
from tests import cheap_keys
from tests.real_postgresql import RealPostgresql, make_cluster, running_postgresql, server_folder

# A screen that happens to be there must change nothing: bare `watchpost` would open a window on it.
for _name in ("DISPLAY", "WAYLAND_DISPLAY"):
    os.environ.pop(_name, None)

# Nor must the servers and passwords of whoever runs the tests.
for _name in [name for name in os.environ if name.startswith("PG")]:
    del os.environ[_name]
os.environ["PGPASSFILE"] = "/nonexistent"

cheap_keys.install()
_CHILD_START = str(Path(__file__).parent / "child_start")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_CHILD_START, os.environ.get("PYTHONPATH"))))


# A shell has what it starts in the background ignore it, and children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the current schema, to be copied: running the migrations takes 0.2 s."""
    path = tmp_path_factory.mktemp("prepared") / "watchpost.db"
    prepare_database(str(path), now_ms=0)
    return path


@pytest.fixture
def sqlite_url(prepared_file: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database, a file in `tmp_path`."""
    path = tmp_path / "watchpost.db"
    shutil.copy(prepared_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An open, empty SQLite database."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of a stopped server that has an empty database of the current schema, for this process alone."""
    with server_folder() as folder:
        make_cluster(folder)
        yield folder


@pytest.fixture(scope="session")
def postgresql_server(postgresql_cluster: Path) -> Iterator[RealPostgresql]:
    """A running PostgreSQL server, shared by the tests of this process: one that stops it starts it again."""
    with running_postgresql(postgresql_cluster) as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: RealPostgresql) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgresql_server.new_database() as url:
        yield url


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """An open, empty PostgreSQL database."""
    opened = open_database(postgresql_url)
    yield opened
    opened.close()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The URL of an empty database. The tests of the storage room have it of either kind."""
    return sqlite_url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty database. The tests of the storage room have it of either kind."""
    opened = open_database(database_url)
    yield opened
    opened.close()
