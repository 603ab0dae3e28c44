"""Which command lines open the window, and with how little loaded."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.database import open_database
from storage.errors import WatchpostError
from storage.poller_lock import poller_is_running
from storage.pollers import live_pollers
from tests.bundle.virtual_screen import virtual_screen
from tests.eventually import eventually
from watchpost.desktop_start import desktop_options, has_desktop_libraries


def test_the_libraries_are_here() -> None:
    assert has_desktop_libraries()


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["gui"], {}),
        (["gui", "--db", "x.db", "--host", "web-1"], {"--db": "x.db", "--host": "web-1"}),
        (["gui", "--host"], None),
        (["gui", "--screenshot", "pictures"], None),
        (["gui", "--help"], None),
        ([], None),
        (["top"], None),
        (["--version"], None),
    ],
    ids=["asked for", "with options", "one without its value", "pictures", "help", "bare", "another", "an option"],
)
def test_what_opens_the_window_where_there_is_no_screen(arguments: list[str], options: dict[str, str] | None) -> None:
    assert desktop_options(arguments) == options


def test_nothing_heavy_is_loaded_before_the_window_is_there() -> None:
    heavy = "numpy sqlalchemy typer rich structlog pyqtgraph msgspec keyring storage.database fleet.reading"
    code = (
        "import sys; import watchpost.__main__, watchpost.desktop_start, monitor_gui.application, "
        "watchpost.desktop_files; "
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_logging_is_loaded_without_the_library_for_terminals() -> None:
    code = (
        "import sys; from monitor_gui.light_imports import load_logging; load_logging(); "
        "print('structlog' in sys.modules, 'rich' in sys.modules); import rich; print(rich.__name__)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "False", "rich"]


def test_no_source_is_read_of_what_is_imported_after_qt() -> None:
    code = "import linecache; import monitor_gui.light_imports; linecache.clearcache(); import tomllib, csv; "
    code += "print(len(linecache.cache))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "0"


def _is_polled(url: str) -> bool:
    """Whether a poller has said so; the lock alone is also held while the database is made."""
    try:
        database = open_database(url)
    except WatchpostError:
        return False
    try:
        with database.reading() as connection:
            return bool(live_pollers(connection, time.time_ns() // 1_000_000))
    finally:
        database.close()


def test_on_a_screen_that_lacks_nothing_bare_watchpost_opens_the_window(tmp_path: Path) -> None:
    marks, database = tmp_path / "marks", tmp_path / ".local/share/watchpost/watchpost.db"
    url = f"sqlite:///{database}"
    with virtual_screen() as screen:
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "DISPLAY": screen.display,
            "WATCHPOST_STARTUP_MARKS": str(marks),
        }
        window = subprocess.Popen([sys.executable, "-m", "watchpost"], env=environment)
        try:
            eventually(marks.exists)
            eventually(lambda: _is_polled(url))
        finally:
            window.terminate()
            assert window.wait(60) == 0
    assert not poller_is_running(url)
    assert marks.read_text().startswith("first_paint ")
