"""`python -m benchmarks NAME [--quick]` runs one of the benches; exits with 1 when a limit is missed."""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from benchmarks.figure import show

NAMES = ("probe", "poller", "connections", "gui", "store", "fleet", "alerts")


def main() -> int:
    """Runs the bench that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures Watchpost against its limits.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="sooner done, less exact")
    store = parser.add_argument_group("store")
    store.add_argument("--recording", type=Path, metavar="FILE", help="a recording to use; made there if there is none")
    parser.add_argument(
        "--minutes", type=float, help="store: how long to record, from 31 on at the usual 5 s; fleet: to measure"
    )
    fleet = parser.add_argument_group("fleet")
    fleet.add_argument("--hosts", type=_numbers, metavar="N[,N…]", help="how many; each number is a course of its own")
    fleet.add_argument("--processes", type=int, help="that serve the fleet")
    fleet.add_argument("--port", type=int, default=2222, help="where its hosts listen")
    fleet.add_argument("--workers", default="auto", help="of the poller: auto, or how many")
    fleet.add_argument(
        "--failing", type=float, default=0.0, metavar="PERCENT", help="of the hosts in trouble at a time"
    )
    fleet.add_argument("--storm", action="store_true", help="all hosts vanish and return in the end")
    fleet.add_argument("--plot", type=Path, metavar="FILE", help="where to draw the cost over the number of hosts")
    asked = parser.parse_args()
    figures = importlib.import_module(f"benchmarks.{asked.name}").measure(quick=asked.quick, **_options(asked))
    return 0 if show(figures) else 1


def _options(asked: argparse.Namespace) -> dict[str, Any]:
    """What a bench takes besides."""
    if asked.name == "store":
        return {"recording": asked.recording, **({"minutes": asked.minutes} if asked.minutes else {})}
    if asked.name != "fleet" or (asked.hosts is None and asked.minutes is None):
        return {}
    fleet = importlib.import_module("benchmarks.fleet")
    return {
        "asked": fleet.Asked(
            hosts=asked.hosts or (1000,),
            minutes=asked.minutes or 10.0,
            processes=asked.processes,
            port=asked.port,
            workers=asked.workers,
            failing=asked.failing,
            storm=asked.storm,
            plot=asked.plot,
        )
    }


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
