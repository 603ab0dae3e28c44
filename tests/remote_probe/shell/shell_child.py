"""The shell probe, whole or in pieces, in real shells with a folder of programs that is chosen."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import psutil

import remote_probe
from poller.probe_start.probe_options import ProbeOptions
from poller.probe_start.shell_source import TABLES, shell_source
from tests.eventually import eventually
from tests.login_shells import PROBE_TOOLS, folder_of, shell_command

SHELLS = ("dash", "bash", "busybox")
AWKS = ("mawk", "gawk", "busybox", "original-awk")
MARKER = b"\0\0WATCHPOST1\n"
_FOLDER = Path(remote_probe.__file__).parent / "shell"
_BEFORE_MAIN = ("text", "proc", "networks", "filesystems")


def tools(folder: Path, awk: str | None = "mawk", *more: str) -> str:
    """A PATH with what the probe uses and one awk, or none."""
    return folder_of(folder, (*PROBE_TOOLS, *((f"awk={awk}",) if awk else ()), *more))


def call(script: str, shell: str = "dash", **variables: object) -> str:
    """What a script says that uses the probe's own functions; variables are set before them."""
    tables = {name: f" {' '.join(sorted(words))} " for name, words in TABLES.items()}
    settings = {**tables, "all_mounts": "", "all_interfaces": "", **variables}
    lines = [f"{name}='{value}'" for name, value in settings.items()]
    sources = [(_FOLDER / f"{name}.sh").read_text() for name in _BEFORE_MAIN]
    text = "\n".join(["LC_ALL=C", "set -f", *lines, *sources, script])
    done = subprocess.run((*shell_command(shell), text), capture_output=True, check=False, timeout=60)
    assert done.stderr == b"", done.stderr
    return done.stdout.decode("ascii")


class ShellProbe:
    """A running probe in a session of its own, as sshd starts one."""

    def __init__(self, options: ProbeOptions, shell: str, path: str, source: str | None = None) -> None:
        self.child = subprocess.Popen(
            (*shell_command(shell), source or shell_source(options)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={"PATH": path},
        )
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.stdin, self.stdout = self.child.stdin, self.child.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Makes sure that it is gone, with all that belongs to it."""
        for stream in (self.stdin, self.stdout, self.child.stderr):
            if stream is not None:
                stream.close()
        for pid in self.of_its_session() | ({self.child.pid} if self.child.poll() is None else set()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.child.wait()

    def lines(self) -> list[dict[str, Any]]:
        """All lines up to its end, which comes by itself and in good order."""
        written = self.stdout.read()
        assert written.startswith(MARKER), written[:200]
        assert self.child.wait() == 0
        return [json.loads(line) for line in written[len(MARKER) :].splitlines()]

    def line(self) -> dict[str, Any]:
        """The next line."""
        decoded: dict[str, Any] = json.loads(self.stdout.readline().lstrip(b"\0"))
        return decoded

    def marker(self) -> None:
        """Takes the marker off the stream."""
        assert self.stdout.readline() == MARKER

    def of_its_session(self) -> set[int]:
        """The processes that belong to it, wherever they have got to in the tree, but for zombies."""
        found = set()
        for process in psutil.process_iter():
            with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
                if os.getsid(process.pid) == self.child.pid and process.status() != psutil.STATUS_ZOMBIE:
                    found.add(process.pid)
        return found

    def stall(self) -> None:
        """Takes nothing more of what it writes, and waits until it has to wait for that."""
        fcntl.fcntl(self.stdout, fcntl.F_SETPIPE_SZ, 4096)
        eventually(self._has_to_wait)

    def _has_to_wait(self) -> bool:
        waiting = []
        for pid in self.of_its_session():
            with contextlib.suppress(OSError):
                waiting.append(Path(f"/proc/{pid}/wchan").read_text())
        return any("pipe_w" in where for where in waiting)


def scrapes(lines: list[dict[str, Any]]) -> list[dict[tuple[str, ...], float | None]]:
    """The values of each scrape by their series."""
    layouts: dict[int, list[tuple[str, ...]]] = {}
    found: list[dict[tuple[str, ...], float | None]] = []
    for line in lines:
        if "layout" in line:
            layouts[line["layout"]] = [tuple(series) for series in line["series"]]
        elif "n" in line:
            values: dict[tuple[str, ...], float | None] = {}
            for number, row in (line[group] for group in ("fast", "processes", "slow") if group in line):
                values.update(zip(layouts[number], row, strict=True))
            found.append(values)
    return found


def python_reading() -> list[dict[str, Any]]:
    """What the /proc reader says of this machine at this moment."""
    command = (sys.executable, "-m", "remote_probe", "--count", "1", "--reader", "proc")
    done = subprocess.run(command, capture_output=True, check=True, cwd=_FOLDER.parents[1])
    return [json.loads(line) for line in done.stdout.splitlines()]
