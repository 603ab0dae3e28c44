"""Asks systemd whether units are active."""

from remote_probe import program
from remote_probe.check_connect import left

_OUTPUT_LIMIT = 65536
# What `systemctl is-active` says, one word a unit. Anything else is no answer.
_WORDS = {
    "active": 1,
    "reloading": 1,
    "refreshing": 1,
    "activating": 0,
    "deactivating": 0,
    "inactive": 0,
    "failed": 0,
    "maintenance": 0,
    "unknown": 0,
}


def check_units(units, until):
    """1 or 0 for each unit; None where there is no systemd."""
    try:
        # Its exit status says whether all of them are active.
        _, output = program.run(["systemctl", "is-active", "--", *units], left(until), _OUTPUT_LIMIT)
    except OSError:
        return [None] * len(units)
    words = output.decode("utf-8", "replace").split("\n")[:-1]
    if len(words) != len(units):
        return [None] * len(units)
    return [_WORDS.get(word) for word in words]
