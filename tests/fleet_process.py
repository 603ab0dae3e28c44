"""`watchpost fleet` in a process of its own, with its hosts registered, and what a poller has stored of it."""

import contextlib
import json
import sqlite3
import subprocess
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.command_line import PROGRAM, program_environment
from tests.real_sshd import free_port

_SEED = "7"


class FleetProcess:
    """Simulated hosts that can vanish and come back, all at once."""

    def __init__(self, url: str, folder: Path, hosts: int) -> None:
        """Takes the database to register them in, a folder, and how many."""
        self._folder = folder
        self._command = [*PROGRAM, "fleet", "--hosts", str(hosts), "--seed", _SEED, "--port", str(free_port())]
        self._command += ["--register", "--db", url, "--folder", str(folder / "fleet"), "--json", "--with-stdin"]
        self._process: subprocess.Popen[bytes] | None = None
        self._reading: threading.Thread | None = None

    def come_back(self) -> None:
        """Serves them; returns when all of them listen."""
        with (self._folder / "fleet.log").open("ab") as log:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=program_environment({"HOME": str(self._folder)}),
            )
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (self._folder / "fleet.log").read_text()
        assert json.loads(line)["event"] == "ready"
        self._reading = threading.Thread(target=process.stdout.read, name="fleet", daemon=True)
        self._reading.start()

    def vanish(self) -> None:
        """All sessions break, and connections are refused."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        if self._reading is not None:
            self._reading.join()
        # Waits for it, and closes its pipes.
        process.communicate()


@contextlib.contextmanager
def fleet_process(url: str, folder: Path, hosts: int) -> Iterator[FleetProcess]:
    """A fleet that serves; it is gone at the end."""
    fleet = FleetProcess(url, folder, hosts)
    try:
        fleet.come_back()
        yield fleet
    finally:
        fleet.vanish()


class Stored:
    """What is in a SQLite database now, as another process sees it.

    Attributes:
        url: of the database.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._path = url.removeprefix("sqlite:///")

    def readings(self) -> dict[int, list[int]]:
        """When each host was read, as often as it is in there; before anything is sealed."""
        found: dict[int, list[int]] = defaultdict(list)
        for host_id, ts in self._rows("SELECT host_id, ts FROM head WHERE cadence = 0 ORDER BY ts"):
            found[host_id].append(ts)
        return dict(found)

    def sessions(self) -> dict[int, set[int]]:
        """When the probes of each host were started."""
        found: dict[int, set[int]] = defaultdict(set)
        for host_id, session_at in self._rows("SELECT DISTINCT host_id, session_at FROM head WHERE cadence = 0"):
            found[host_id].add(session_at)
        return dict(found)

    def states(self) -> list[str]:
        """How each host is."""
        return [str(state) for (state,) in self._rows("SELECT state FROM host_states ORDER BY host_id")]

    def all_read_since(self, ts: int, hosts: int) -> bool:
        """Whether so many hosts have a reading from after a moment, UTC milliseconds."""
        query = f"SELECT count(DISTINCT host_id) FROM head WHERE cadence = 0 AND ts > {int(ts)}"  # noqa: S608
        return int(self._rows(query)[0][0]) == hosts

    def is_sound(self) -> bool:
        """Whether the file is as it should be."""
        return self._rows("PRAGMA integrity_check") == [("ok",)]

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query).fetchall()
