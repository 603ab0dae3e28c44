"""Fixtures for every room."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database, prepare_database
from tests import cheap_keys

# A screen that happens to be there must change nothing: bare `watchpost` would open a window on it.
for _name in ("DISPLAY", "WAYLAND_DISPLAY"):
    os.environ.pop(_name, None)

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
def database_url(prepared_file: Path, tmp_path: Path) -> str:
    """The URL of an empty database in `tmp_path`."""
    path = tmp_path / "watchpost.db"
    shutil.copy(prepared_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty database."""
    opened = open_database(database_url)
    yield opened
    opened.close()
