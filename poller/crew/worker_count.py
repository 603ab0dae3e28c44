"""How many workers a poller is to have. Pure."""

from collections.abc import Iterable

ONE_LOOP = 600.0
"""Scrapes a second that one event loop carries with room to spare: 3,000 hosts at 5 s. Beyond, there are workers."""


def workers_for(wanted: int | None, intervals_s: Iterable[float], cores: int, *, possible: bool = True) -> int:
    """How many processes hold sessions; 0 is the poller's own alone.

    Args:
        wanted: what a person has said: 0 for none; None leaves it to the load.
        intervals_s: seconds between scrapes, of each host.
        cores: of this machine.
        possible: whether there can be workers on this system.
    """
    if not possible:
        return 0
    if wanted is not None:
        return wanted
    load = sum(1 / interval_s for interval_s in intervals_s)
    return max(1, cores) if load > ONE_LOOP else 0
