"""`watchpost fleet` in a process of its own, with its hosts registered, and what a poller has stored of it."""

import contextlib
import json
import subprocess
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from storage.database import open_database
from storage.utc import now_ms
from tests.command_line import PROGRAM, program_environment
from tests.real_sshd import free_port

_SEED = "7"


class Sent(NamedTuple):
    """How many readings the hosts had sent at a moment, UTC milliseconds."""

    readings: int
    at: int


class FleetProcess:
    """Simulated hosts that can vanish and come back, all at once.

    Attributes:
        sent: as they last said it, since they last came back.
    """

    def __init__(self, url: str, folder: Path, hosts: int) -> None:
        """Takes the database to register them in, a folder, and how many."""
        self._folder = folder
        self._command = [*PROGRAM, "fleet", "--hosts", str(hosts), "--seed", _SEED, "--port", str(free_port())]
        self._command += ["--register", "--db", url, "--folder", str(folder / "fleet"), "--json", "--with-stdin"]
        self._process: subprocess.Popen[bytes] | None = None
        self._listening: threading.Thread | None = None
        self.sent = Sent(0, 0)

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
        self._listening = threading.Thread(target=self._listen, args=(process.stdout,), name="fleet", daemon=True)
        self._listening.start()

    def vanish(self) -> None:
        """All sessions break, and connections are refused."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        if self._listening is not None:
            self._listening.join()
        # Waits for it, and closes its pipes.
        process.communicate()

    def freeze(self) -> None:
        """All of its processes stop where they are; their connections stay."""
        for process in self._processes():
            process.suspend()

    def thaw(self) -> None:
        """They go on."""
        for process in self._processes():
            process.resume()

    def _processes(self) -> list[psutil.Process]:
        assert self._process is not None
        main = psutil.Process(self._process.pid)
        return [main, *main.children(recursive=True)]

    def _listen(self, output: Iterable[bytes]) -> None:
        for line in output:
            said = json.loads(line)
            if said["event"] == "status":
                self.sent = Sent(said["lines"], now_ms())


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
    """What is in a database now, as another process sees it.

    Attributes:
        url: of the database.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._database = open_database(url)

    def close(self) -> None:
        """Looks no more."""
        self._database.close()

    def readings(self) -> dict[int, list[int]]:
        """When each host was read, as often as it is in there; before anything is sealed."""
        found: dict[int, list[int]] = defaultdict(list)
        for host_id, ts in self._rows("SELECT host_id, ts FROM head WHERE cadence = 0 ORDER BY ts"):
            found[host_id].append(ts)
        return dict(found)

    def count_until(self, ts: int) -> int:
        """How many readings there are of all hosts up to a moment, UTC milliseconds."""
        return int(self._rows(f"SELECT count(*) FROM head WHERE cadence = 0 AND ts <= {int(ts)}")[0][0])  # noqa: S608

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
        """Whether the file of a SQLite database is as it should be."""
        return self._rows("PRAGMA integrity_check") == [("ok",)]

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        with self._database.reading() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]
