"""`python -m benchmarks NAME [--quick]` runs one of the benches; exits with 1 when a limit is missed."""

import argparse
import importlib
import sys
from pathlib import Path

from benchmarks.figure import show

NAMES = ("probe", "poller", "connections", "gui", "store")


def main() -> int:
    """Runs the bench that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures Watchpost against its limits.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="sooner done, less exact")
    store = parser.add_argument_group("store")
    store.add_argument("--recording", type=Path, metavar="FILE", help="a recording to use; made there if there is none")
    store.add_argument("--minutes", type=float, default=6.5, help="how long to record; from 31 on at the usual 5 s")
    asked = parser.parse_args()
    options = {"recording": asked.recording, "minutes": asked.minutes} if asked.name == "store" else {}
    figures = importlib.import_module(f"benchmarks.{asked.name}").measure(quick=asked.quick, **options)
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
