"""`python -m benchmarks NAME [--quick]` runs one of the benches; exits with 1 when a limit is missed."""

import argparse
import importlib
import sys

from benchmarks.figure import show

NAMES = ("probe", "poller", "connections", "gui")


def main() -> int:
    """Runs the bench that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures Watchpost against its limits.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="sooner done, less exact")
    asked = parser.parse_args()
    figures = importlib.import_module(f"benchmarks.{asked.name}").measure(quick=asked.quick)
    return 0 if show(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
