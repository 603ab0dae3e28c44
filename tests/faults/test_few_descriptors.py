"""A poller that may open too few files for its hosts."""

import contextlib
import json
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from poller.descriptors import RESERVE, descriptors_needed
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_hosts
from tests.command_line import PROGRAM, program_environment
from tests.eventually import eventually
from tests.fleet_process import Stored, fleet_process

ROOM = 10
MORE = 5


@contextlib.contextmanager
def held_to(files: int, url: str, environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A poller that may open so many, and cannot help itself: the limit is a hard one."""
    program = f"ulimit -n {files}; exec {shlex.join([*PROGRAM, 'run', '--db', url])}"
    with log.open("wb") as file:
        poller = subprocess.Popen(
            ["/bin/sh", "-c", program], stdin=subprocess.DEVNULL, stderr=file, env=program_environment(environment)
        )
    try:
        yield poller
    finally:
        poller.terminate()
        poller.wait(60)


def add_more(database: Database) -> None:
    with database.writing() as connection:
        add_hosts(connection, [NewHost(name=f"more-{n}", address="127.65.1.1", port=1) for n in range(MORE)], 0)


def test_it_refuses_to_start_and_says_how_many_it_needs(
    sqlite_url: str, database: Database, environment: dict[str, str], tmp_path: Path
) -> None:
    add_more(database)
    log = tmp_path / "run.log"
    with held_to(RESERVE, sqlite_url, environment, log) as poller:
        assert poller.wait(60) == 1
    said = json.loads(log.read_text().splitlines()[-1])
    assert said["kind"] == "too_few_descriptors"
    assert str(descriptors_needed(MORE)) in said["message"]
    assert str(descriptors_needed(MORE)) in said["hint"]


def test_it_goes_on_reading_its_hosts_when_more_come_than_there_is_room_for_and_says_so(
    sqlite_url: str, database: Database, stored: Stored, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "run.log"
    with (
        fleet_process(sqlite_url, tmp_path, ROOM),
        held_to(RESERVE + ROOM, sqlite_url, environment, log) as poller,
    ):
        eventually(lambda: stored.states() == ["up"] * ROOM or poller.poll() is not None)
        assert poller.poll() is None, log.read_text()
        add_more(database)
        eventually(lambda: "too_few_descriptors" in log.read_text())
        assert str(descriptors_needed(ROOM + MORE)) in log.read_text()
        assert stored.states()[:ROOM] == ["up"] * ROOM
        assert poller.poll() is None
