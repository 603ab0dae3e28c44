"""Fixtures for every room."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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

# The same examples every time, however slowly they come: a run says whether the change at hand breaks something. For
# others there is `--hypothesis-profile=default`.
settings.register_profile(
    "suite", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50
)
settings.load_profile("suite")

LONGEST = (
    "bundle/test_bundle.py",
    "poller/test_several_pollers.py",
    "poller/alerting/test_several_pollers.py",
    "poller/notifying/test_killed_notifiers.py",
    "monitor_gui/poller/test_real_poller.py",
    "monitor_gui/hosts/test_host_dialog.py",
    "poller/crew/test_worker_crew.py",
    "monitor_gui/closing/test_whole_application.py",
    "storage/care/test_copying.py",
    "storage/care/test_check.py",
    "storage/reading/test_any_split.py",
    "storage/reading/test_kept.py",
    "poller/test_transports.py",
    "remote_probe/shell/test_probe.py",
    "monitor_gui/hosts/test_host_actions.py",
    "storage/revisions/test_upgrades.py",
    "soak/test_killed_recorder.py",
    "soak/test_killed_upgrade.py",
    "poller/test_letterbox.py",
    "poller/sharing/test_shared_hosts.py",
    "poller/test_engine.py",
    "monitor_gui/test_desktop.py",
    "monitor_gui/test_screenshots.py",
    "simulated_fleet/serving/test_processes.py",
)
"""Files that take more than half a minute of a busy machine, the longest first."""

cheap_keys.install()
_CHILD_START = str(Path(__file__).parent / "child_start")
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_CHILD_START, os.environ.get("PYTHONPATH"))))


# A shell has what it starts in the background ignore it, and children would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first, or one of them would be left at the end, with a single process at work on it."""
    folder = Path(__file__).parent
    place = {folder / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


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
