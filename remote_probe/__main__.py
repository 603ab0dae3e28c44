"""The probe by itself, to look at what it says: `python3 -m remote_probe --interval 1 --count 5`."""

import argparse
import sys

from remote_probe.main import main


def _options():
    parser = argparse.ArgumentParser(prog="python3 -m remote_probe", description=__doc__.split(":", 1)[0] + ".")
    parser.add_argument("--interval", dest="interval_s", type=float, default=5.0, help="seconds between lines")
    parser.add_argument("--count", type=int, help="end after that many lines")
    parser.add_argument("--reader", choices=("auto", "proc", "psutil"), default="auto")
    parser.add_argument("--top", type=int, default=20, help="how many processes by CPU, and how many by memory")
    parser.add_argument("--all-mounts", action="store_true", help="memory, image and overlay file systems, too")
    parser.add_argument("--all-interfaces", action="store_true", help="virtual interfaces, too")
    parser.add_argument("--marker", action="store_true", help="write the marker first, as when a poller started it")
    parser.add_argument("--lifeline", action="store_true", help="end with standard input")
    parser.add_argument("--watchdog", dest="watchdog_s", type=float, default=900.0, help="seconds without a reader")
    return vars(parser.parse_args())


if __name__ == "__main__":
    try:
        sys.exit(main(_options()))
    except KeyboardInterrupt:
        sys.exit(130)
