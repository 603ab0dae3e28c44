"""The simulated fleet in processes of its own, as `watchpost fleet` serves it."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.fleet.poller_process import own_environment
from simulated_fleet.serving.folder import FleetFolder

if TYPE_CHECKING:
    from benchmarks.fleet.course import Course

START_TIMEOUT_S = 300.0


class FleetStatus(NamedTuple):
    """What the fleet says of itself: lines since its start, and CPU seconds of its processes."""

    lines: int
    cpu_s: float


class Fleet:
    """A fleet that can vanish and come back."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, folder: Path) -> None:
        self._command = command
        self._environment = environment
        self._log = log
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = threading.Event()
        self._status = FleetStatus(0, 0.0)
        self._late_s = 0.0
        self._lock = threading.Lock()

    def come_back(self) -> None:
        """Starts it, and returns when all of its hosts listen."""
        self._ready.clear()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=self._environment
            )
        threading.Thread(target=self._listen, args=(self._process,), name="fleet", daemon=True).start()
        if not self._ready.wait(START_TIMEOUT_S):
            raise TimeoutError("the fleet did not start")
        self.check()

    def vanish(self) -> None:
        """Ends it: all sessions break, and all connections are refused."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def check(self) -> None:
        """Raises RuntimeError where it has ended by itself."""
        if self._process is None or self._process.poll() is not None:
            words = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"the simulated fleet has ended: {words}")

    def status(self) -> FleetStatus:
        """How it is doing."""
        with self._lock:
            return self._status

    def truth(self) -> list[bytes]:
        """What goes wrong, where and when: lines of JSON."""
        return FleetFolder(self._folder).truth.read_bytes().splitlines()

    def take_late_s(self) -> float:
        """The most that one of its lines was late since the last call."""
        with self._lock:
            late_s, self._late_s = self._late_s, 0.0
        return late_s

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        for line in process.stdout:
            said: dict[str, Any] = json.loads(line)
            if said["event"] == "ready":
                self._ready.set()
            elif said["event"] == "status":
                with self._lock:
                    self._status = FleetStatus(said["lines"], said["cpu_seconds"])
                    self._late_s = max(self._late_s, said["late_s"])
        # Whoever waits for its start is told by `check`.
        self._ready.set()


@contextlib.contextmanager
def running_fleet(course: "Course", url: str, folder: Path) -> Iterator[Fleet]:
    """A fleet whose hosts are registered in the database; it is gone at the end."""
    command = [sys.executable, "-m", "watchpost", "fleet", "--hosts", str(course.hosts), "--port", str(course.port)]
    command += ["--register", "--db", url, "--folder", str(folder / "fleet"), "--json", "--with-stdin"]
    if course.processes is not None:
        command += ["--processes", str(course.processes)]
    if course.chance:
        command += ["--chance", str(course.chance)]
    fleet = Fleet(command, own_environment(folder), folder / "fleet.log", folder / "fleet")
    try:
        fleet.come_back()
        yield fleet
    finally:
        fleet.vanish()
