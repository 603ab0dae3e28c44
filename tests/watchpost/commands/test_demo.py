"""A real demonstration, small: hosts over SSH, a poller, and nothing left at the end."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from alerts.thresholds import DEFAULTS
from fleet.reading import Health
from fleet.state import FleetState, read_fleet_state
from storage.annotations import list_annotations
from storage.database import open_database
from storage.database_url import database_url
from storage.utc import now_ms
from tests.command_line import PROGRAM, CommandLine, program_environment
from tests.eventually import eventually
from tests.terminal import on_terminal
from watchpost.demo.locked_folder import remove_abandoned
from watchpost.demo.place import LOCK, PREFIX

SMALL = ("demo", "--hosts", "3", "--history", "1h", "--headless")
SMALLER = ("demo", "--hosts", "1", "--history", "2m")


class Demo:
    """One that runs."""

    def __init__(self, process: subprocess.Popen[bytes], temporary: Path, log: Path) -> None:
        self.process = process
        self.temporary = temporary
        self._log = log

    @property
    def said(self) -> str:
        """What it has told so far."""
        return self._log.read_text("utf-8", "replace")

    @property
    def folder(self) -> Path | None:
        """Where it lives; None where it is gone."""
        return next(iter(self.temporary.glob("watchpost-demo-*")), None)

    def family(self) -> list[psutil.Process]:
        """It and all that it has started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def wait_for(self, text: str) -> None:
        """Waits until it says that."""
        eventually(lambda: text in self.said or self.process.poll() is not None, within_s=60)
        assert text in self.said, self.said

    def state(self) -> FleetState:
        """What its database says."""
        folder = self.folder
        if folder is None:
            raise FileNotFoundError
        database = open_database(database_url(folder / "watchpost.db"))
        try:
            with database.reading() as connection:
                return read_fleet_state(connection, now_ms())
        finally:
            database.close()


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[Demo]:
    """A demonstration in a process of its own; it is gone at the end, in whatever way."""
    temporary = home / "tmp"
    temporary.mkdir()
    log = home / "demo.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=program_environment({"HOME": str(home), "TMPDIR": str(temporary)}),
            cwd=home,
        )
    demo = Demo(process, temporary, log)
    try:
        yield demo
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def assert_nothing_is_left(demo: Demo, family: list[psutil.Process]) -> None:
    """No process, no folder."""
    gone, alive = psutil.wait_procs(family, timeout=60)
    assert gone
    assert alive == []
    assert list(demo.temporary.iterdir()) == []


def test_its_hosts_are_read_over_ssh_have_a_past_and_are_gone_at_the_end(home: Path) -> None:
    with running(home, *SMALL) as demo:
        demo.wait_for("Ctrl-C ends it.")
        eventually(lambda: _current(demo.state()) >= 3, within_s=60)
        state = demo.state()
        assert len(state.hosts) == 3
        database = open_database(database_url((demo.folder or Path()) / "watchpost.db"))
        with database.reading() as connection:
            (note,) = list_annotations(connection)
        database.close()
        assert note.text.startswith("Demonstration: ")
        assert note.author == "demo"
        family = demo.family()
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(30) == 130
    assert_nothing_is_left(demo, family)
    # Nothing of the user's own was made or changed.
    assert not (home / ".local" / "share").exists()
    assert list((home / ".ssh").iterdir()) == []


def _current(state: FleetState) -> int:
    moment = state.moment(now_ms(), DEFAULTS)
    readings = state.readings(moment)
    return sum(reading.current and reading.health is not Health.UNREACHABLE for reading in readings)


def test_ended_while_it_is_being_made_up_it_leaves_nothing(home: Path) -> None:
    with running(home, "demo", "--hosts", "24", "--history", "3d", "--headless") as demo:
        eventually(lambda: demo.folder is not None and (demo.folder / "fleet" / "truth.jsonl").exists(), within_s=60)
        family = demo.family()
        demo.process.terminate()
        assert demo.process.wait(60) == 130
    assert_nothing_is_left(demo, family)


def test_killed_its_processes_end_by_themselves_and_its_folder_is_cleared_away_by_the_next_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(home, *SMALLER, "--headless") as demo:
        demo.wait_for("Ctrl-C ends it.")
        family = demo.family()
        demo.process.kill()
        _, alive = psutil.wait_procs(family, timeout=60)
        assert alive == []
        left = demo.folder
        assert left is not None
        monkeypatch.setattr(tempfile, "tempdir", str(demo.temporary))
        remove_abandoned(PREFIX, LOCK)
    assert list(demo.temporary.iterdir()) == []


def test_in_a_terminal_it_shows_the_hosts_and_ends_with_q(home: Path) -> None:
    temporary = home / "tmp"
    temporary.mkdir()
    environment = program_environment({"HOME": str(home), "TMPDIR": str(temporary), "COLORTERM": "truecolor"})
    command = [*PROGRAM, *SMALLER, "--terminal"]
    with on_terminal(command, environment=environment, folder=home) as terminal:
        terminal.read_until("hosts are simulated")
        terminal.type("q")
        assert terminal.wait() == 0
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [(("--history", "soon"), "no span of time"), (("--history", "1y"), "cannot be used"), ((), "neither a display")],
    ids=["no span", "too long", "nothing to show it on"],
)
def test_what_cannot_be_done_is_said_before_anything_is_made(
    cli: CommandLine, options: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    outcome = cli("demo", *options)
    assert outcome.status == 1
    assert words in outcome.err


def test_a_folder_with_something_in_it_is_not_taken(cli: CommandLine, home: Path) -> None:
    (home / "mine").mkdir()
    (home / "mine" / "file").touch()
    outcome = cli("demo", "--headless", "--keep", str(home / "mine"))
    assert outcome.status == 1
    assert "something in" in outcome.err
    assert [path.name for path in (home / "mine").iterdir()] == ["file"]
