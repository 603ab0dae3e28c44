"""What the probe is asked to do."""

import sys

CHECKS_EVERY_S = 30.0
PROCESSES_EVERY_S = 10.0
SLOW_EVERY_S = 30.0
TOP_LIMIT = 100
_DAY_S = 86400.0


class Options:
    """Options with their defaults filled in and their limits kept.

    Attributes:
        interval_s: seconds between lines, 0.1 to a day.
        processes_s, slow_s: seconds between process tables, and between file systems.
        checks: what else is asked, (name, kind, target) each; the poller has checked them.
        checks_s: seconds between two rounds of checks, the interval to a day.
        reader: "proc" or "psutil"; "auto" is resolved here.
        top: how many processes by CPU, and how many by memory.
        all_mounts, all_interfaces: also those that are virtual.
        count: lines to write before the end; None is endless.
        marker: write the marker first.
        lifeline: end with standard input.
        first_pause_s: from the first line to the second, at most one interval and a half; None is one interval.
        watchdog_s: end when nothing at all could be written for that long, a minute to a day.
    """

    def __init__(self, wanted):
        self.interval_s = min(max(0.1, float(wanted.get("interval_s", 5.0))), _DAY_S)
        self.processes_s = max(PROCESSES_EVERY_S, self.interval_s)
        self.slow_s = max(SLOW_EVERY_S, self.interval_s)
        self.checks = tuple(tuple(map(str, check)) for check in wanted.get("checks") or ())
        self.checks_s = min(max(self.interval_s, float(wanted.get("checks_s", CHECKS_EVERY_S))), _DAY_S)
        self.reader = _resolve(wanted.get("reader", "auto"))
        self.top = min(max(1, int(wanted.get("top", 20))), TOP_LIMIT)
        self.all_mounts = bool(wanted.get("all_mounts", False))
        self.all_interfaces = bool(wanted.get("all_interfaces", False))
        count = wanted.get("count")
        self.count = None if count is None else max(1, int(count))
        self.marker = bool(wanted.get("marker", False))
        self.lifeline = bool(wanted.get("lifeline", False))
        pause_s = wanted.get("first_pause_s")
        self.first_pause_s = None if pause_s is None else min(max(0.0, float(pause_s)), 1.5 * self.interval_s)
        # A quarter of an hour: a stalled link that recovers sooner loses nothing, and a host at load 475 is no stall.
        self.watchdog_s = min(max(60.0, float(wanted.get("watchdog_s", 900.0))), _DAY_S)


def _resolve(reader):
    if reader in ("proc", "psutil"):
        return reader
    return "proc" if sys.platform.startswith("linux") else "psutil"
