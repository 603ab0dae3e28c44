"""The live view as a whole: read, shown, kept up, never blocked."""

import os
import pty
import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

from storage.database import Database
from tests.command_line import PROGRAM, program_environment
from tests.fleet.sample_fleet import Machine, record, register
from tests.watchpost.live_view import fill, opened, path_of


async def test_a_missing_database_is_told_and_its_arrival_is_shown(tmp_path: Path, prepared_file: Path) -> None:
    path = tmp_path / "later.db"
    async with opened(f"sqlite:///{path}") as screen:
        await screen.until_shown("✖ There is no database at", "Waiting for the database")
        shutil.copy(prepared_file, path)
        await screen.until_shown("No hosts yet.", "watchpost hosts add")
        await screen.until_gone("There is no database")


async def test_a_host_that_is_added_appears_by_itself(database: Database) -> None:
    async with opened(database.url) as screen:
        await screen.until_shown("No hosts yet.")
        now = time.time_ns() // 1_000_000
        host = register(database, ["fresh"], now_ms=now)["fresh"]
        await screen.until_shown("○ unknown", "fresh", "waiting for the first reading")
        record(database, Machine(name="fresh", cpu=21), host, start=now - 10_000, end=now)
        await screen.until_shown("✔ ok", "21%")


async def test_a_database_that_goes_away_is_told_while_what_was_read_stays_and_ages(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1")
        path = path_of(database)
        away = path.with_suffix(".away")
        path.rename(away)
        text = await screen.until_shown("✖ There is no database at")
        assert "web-1" in text
        away.rename(path)
        await screen.until_gone("There is no database")


async def test_the_screen_answers_while_the_database_does_not(database: Database) -> None:
    fill(database)
    async with opened(database.url) as screen:
        await screen.until_shown("web-1")
        stuck, free = threading.Event(), threading.Event()
        look = screen.app._feed.look

        def hang(now_ms: int, focus: int | None = None) -> object:
            stuck.set()
            free.wait(20)
            return look(now_ms, focus)

        screen.app._feed.look = hang  # type: ignore[method-assign, assignment]
        await screen.until(lambda _: stuck.is_set())
        await screen.press("s", "s")
        await screen.until_shown("cpu ▾")
        free.set()


async def test_q_ends_it(database: Database) -> None:
    async with opened(database.url) as screen:
        await screen.until_shown("No hosts yet.")
        await screen.press("q")
    assert screen.app.return_code == 0


async def test_a_note_is_shown_while_nothing_is_wrong(database: Database) -> None:
    async with opened(database.url, note="The database was upgraded.") as screen:
        await screen.until_shown("The database was upgraded.", "No hosts yet.")
        path_of(database).unlink()
        await screen.until_shown("✖ There is no database")
        await screen.until_gone("The database was upgraded.")


def test_in_a_real_terminal_it_draws_takes_a_key_and_leaves_the_screen_as_it_was(
    database: Database, home: Path
) -> None:
    fill(database)
    status, seen = run_until_shown(database, home, b"web-1", b"q")
    assert status == 0
    assert b"\x1b[38;2;" in seen
    # The alternate screen is left, and the cursor is shown again.
    assert seen.rfind(b"\x1b[?1049l") > seen.rfind(b"\x1b[?1049h")
    assert seen.rfind(b"\x1b[?25h") > seen.rfind(b"\x1b[?25l")


def test_no_color_means_none(database: Database, home: Path) -> None:
    fill(database)
    _, seen = run_until_shown(database, home, b"web-1", b"q", NO_COLOR="1")
    assert re.search(rb"\x1b\[1[;m]", seen)
    assert not re.search(rb"[34]8;[25];", seen)


def run_until_shown(database: Database, home: Path, wanted: bytes, key: bytes, **environment: str) -> tuple[int, bytes]:
    """Runs `top` in a terminal of its own until it shows something, then presses a key; status and all it wrote."""
    master, slave = pty.openpty()
    size = {"COLUMNS": "120", "LINES": "40", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    process = subprocess.Popen(
        [*PROGRAM, "--db", database.url, "top"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=program_environment({"HOME": str(home), **size, **environment}),
        cwd=home,
    )
    os.close(slave)
    seen = b""
    while wanted not in seen:
        seen += os.read(master, 65_536)
    os.write(master, key)
    while chunk := _read(master):
        seen += chunk
    os.close(master)
    return process.wait(30), seen


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65_536)
    # What Linux says at the end of a terminal.
    except OSError:
        return b""
