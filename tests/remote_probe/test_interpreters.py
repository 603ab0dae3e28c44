"""The probe, as it is sent to hosts, on every Python that this machine has. For the rest: test_modules.py."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from poller.probe_start.bootstrap import MARKER, payload, python_arguments
from poller.probe_start.probe_options import ProbeOptions
from poller.stream.probe_end import ProbeEnd, judge_end
from storage.reason import Reason

ONCE = ProbeOptions(count=1)
_PLACES = (
    "/usr/bin",
    "/usr/local/bin",
    "/usr/libexec",
    *map(str, Path("~/.pyenv/versions").expanduser().glob("*/bin")),
)


def interpreters(name: str) -> list[str]:
    """Programs whose whole name is this, once each."""
    found = {file.resolve() for place in _PLACES for file in Path(place).glob("p*") if re.fullmatch(name, file.name)}
    return sorted(map(str, found))


# Where there is but one, it is the one that runs the tests.
PYTHONS = interpreters(r"python3\.([6-9]|\d\d)|platform-python") or [sys.executable]


def run(python: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        (python, *python_arguments(ONCE)), input=payload(ONCE), capture_output=True, check=False, timeout=60
    )


@pytest.mark.parametrize("python", PYTHONS)
def test_the_probe_runs_on(python: str) -> None:
    done = run(python)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(MARKER)
    hello, *others = [json.loads(line) for line in done.stdout[len(MARKER) :].splitlines()]
    assert tuple(map(int, hello["inventory"]["python"].split(".")[:2])) >= (3, 6)
    [reading] = [line for line in others if "n" in line]
    assert {"fast", "processes", "top", "slow"} <= reading.keys()
    assert all(value is not None for value in reading["fast"][1][:10])


def test_a_python_2_is_told_apart() -> None:
    for python in interpreters(r"python2\.7"):
        done = run(python)
        assert judge_end(ProbeEnd(status=done.returncode, stderr=done.stderr)).reason is Reason.PYTHON_TOO_OLD
