"""Stand-ins for the probe that do one thing each, started on a host by the real stub and command."""

import json
import textwrap
from dataclasses import dataclass

from poller.probe_start.bootstrap import pack
from poller.probe_start.start import start_python

PRELUDE = """
import os, sys
def say(data):
    while data:
        data = data[os.write(1, data):]
def marker():
    say(b"\\0\\0WATCHPOST1\\n")
def wait_for_end_of_input():
    while os.read(0, 65536):
        pass
"""

HELLO = (
    b'{"watchpost": 1, "reader": "proc", "interval_s": 1.0, "m": 100.0, "t": 1790000000.0,'
    b' "inventory": {"hostname": "stand-in"}}\n'
    b'{"layout": 0, "group": "fast", "series": [["load1"]]}\n'
)
READING = b'{"n": 0, "m": 101.0, "t": 1790000001.0, "fast": [0, [0.5]]}\n'


@dataclass(frozen=True)
class StandIn:
    """What to run on a host, and what to feed it."""

    command: str
    source: bytes


def stand_in(body: str, size: int | None = None) -> StandIn:
    """A program whose `main` has this body. `marker()`, `say(bytes)` and `wait_for_end_of_input()` are there.

    `size` is how many bytes the stub waits for, where that is not to be what is sent.
    """
    main = "def main(options):\n" + textwrap.indent(textwrap.dedent(body), "    ") + "\n    return 0\n"
    sources = (("probe", "probe/__init__.py", ""), ("probe.main", "probe/main.py", PRELUDE + main))
    start = start_python(pack(sources, {}), size=size)
    return StandIn(start.command, start.source)


def pid_in(line: bytes) -> int:
    """The process id in the first line of `streaming`."""
    return int(json.loads(line)["pid"])


def streaming() -> StandIn:
    """Says who it is (its pid is its first line), sends one reading and lives until its input ends."""
    return stand_in(
        f"""
        marker()
        say(b'{{"pid": %d}}\\n' % os.getpid())
        say({HELLO + READING!r})
        wait_for_end_of_input()
        """
    )
