"""A real poller, watched from outside."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

END_TIMEOUT_S = 60.0


class Poller:
    """A running `watchpost run`, with its workers.

    Attributes:
        started: when, on a clock that never goes back.
    """

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.started = time.monotonic()
        self._process = process
        self._log = log
        self._main = psutil.Process(process.pid)
        self._cpu_s: dict[int, float] = {}

    def cpu_s(self) -> float:
        """CPU seconds so far, all of its processes; those that have ended as they were last seen."""
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self._cpu_s[process.pid] = times.user + times.system
        return sum(self._cpu_s.values())

    def memory_mb(self) -> float:
        """Resident memory of all of its processes, in MB."""
        total = 0
        for process in self._processes():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 1e6

    def check(self) -> None:
        """Raises RuntimeError where it has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"the poller has ended with status {self._process.returncode}: {self.last_words()}")

    def last_words(self) -> str:
        """The end of its log."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def _processes(self) -> list[psutil.Process]:
        return [self._main, *self._main.children(recursive=True)]


@contextlib.contextmanager
def run_poller_process(url: str, folder: Path, workers: str) -> Iterator[Poller]:
    """Starts it; it is gone at the end."""
    log = folder / "run.log"
    command = [sys.executable, "-m", "watchpost", "run", "--db", url, "--workers", workers, "--with-stdin"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=file, env=own_environment(folder))
    try:
        yield Poller(process, log)
    finally:
        process.terminate()
        try:
            process.wait(END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def own_environment(folder: Path) -> dict[str, str]:
    """With a home of its own: no configuration, keys or agent of whoever runs this plays a part."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "PYTHONPATH"}}
    return {**kept, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LOG_LEVEL": "ERROR"}
