"""A real poller for tests: `watchpost run` in a process of its own."""

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.command_line import PROGRAM, program_environment
from tests.eventually import eventually


class RunningPoller:
    """A poller and its log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def running_poller(
    url: str, *options: str, environment: Mapping[str, str], folder: Path, program: Sequence[str] = PROGRAM
) -> Iterator[RunningPoller]:
    """A poller that polls; it is gone at the end."""
    log = folder / "run.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*program, "run", "--db", url, *options],
            stdin=subprocess.DEVNULL,
            stderr=file,
            env=program_environment(environment),
            cwd=folder,
        )
    poller = RunningPoller(process, log)
    try:
        eventually(lambda: "poller_ready" in poller.log or process.poll() is not None)
        assert process.poll() is None, poller.log
        yield poller
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
