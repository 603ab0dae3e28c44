"""A probe as a child process, from the source tree and with nothing installed."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MARKER = b"\0\0WATCHPOST1\n"


class Probe:
    """One child and what it wrote."""

    def __init__(self, command: list[str]) -> None:
        self.child = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self.child.stdin is not None
        self.stdin = self.child.stdin

    def line(self) -> dict[str, Any]:
        """The next line; the suite's time-out is the deadline."""
        assert self.child.stdout is not None
        decoded: dict[str, Any] = json.loads(self.child.stdout.readline())
        return decoded

    def scrape(self) -> dict[str, Any]:
        """The next line that is a scrape."""
        while "n" not in (line := self.line()):
            pass
        return line

    def rest(self) -> list[dict[str, Any]]:
        """All lines up to the end of the child, which is waited for."""
        output, _ = self.child.communicate()
        return [json.loads(line) for line in output.splitlines()]

    def end(self) -> None:
        """Makes sure that it is gone."""
        self.child.kill()
        self.child.wait()
        for stream in (self.child.stdin, self.child.stdout, self.child.stderr):
            if stream is not None:
                stream.close()


StartProbe = Callable[..., Probe]
