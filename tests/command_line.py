"""The command line for tests: called in this process, or as the real program."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from watchpost.app import app

ROOT = Path(__file__).parents[1]
PROGRAM = (sys.executable, "-m", "watchpost")
PYTHONPATH = os.pathsep.join([str(ROOT / "tests" / "child_start"), str(ROOT)])
"""For what the tests start: the source tree, and keys that are made quickly (`tests.cheap_keys`)."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - any document
        """The document on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The error that `--json` puts on standard error."""
        said: dict[str, str] = json.loads(self.err)["error"]
        return said


class CommandLine:
    """Calls commands in this process; standard input, output and error are pipes."""

    def __call__(self, *arguments: str, stdin: str = "") -> Outcome:
        """Runs one command; an exception that is not foreseen comes out as it is."""
        result = CliRunner().invoke(app, list(arguments), input=stdin, prog_name="watchpost", catch_exceptions=False)
        return Outcome(result.exit_code, result.stdout, result.stderr)


def run_program(*arguments: str, environment: Mapping[str, str], folder: Path, stdin: str = "") -> Outcome:
    """Runs the real program in a process of its own."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        check=False,
        input=stdin.encode(),
        capture_output=True,
        env=program_environment(environment),
        cwd=folder,
        timeout=240,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def program_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """That environment, with the source tree to import from and what coverage needs."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE") or name == "PATH"}
    return {**kept, "PYTHONPATH": PYTHONPATH, **environment}
