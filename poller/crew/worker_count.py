"""How many workers a poller is to have, as its load goes up and down. Pure: time comes in."""

import math
from collections.abc import Iterable, Sequence

ONE_LOOP = 600.0
"""Scrapes a second that one event loop carries with room to spare: 3,000 hosts at 5 s. Beyond, there are workers."""
ROOM = 1.25
"""A worker is given up only where the rest would carry so much more than there is."""
BUSY = 0.8
"""Of a core. A loop that uses more falls behind as soon as anything else happens."""
CALM = 0.5
"""Of a core. With one worker less, the others must not be busier than that."""
BUSY_FOR_S = 60.0
"""A fleet that is logged in to makes every loop busy for a minute."""
CALM_FOR_S = 600.0
"""Hosts that move are read a moment later: not twice because somebody removes a group and registers it again."""
SETTLE_S = 180.0
"""So long after a change, how busy the loops are tells of hosts that move."""


def scrapes_a_second(intervals_s: Iterable[float]) -> float:
    """The load of hosts with these seconds between scrapes."""
    return sum(1 / interval_s for interval_s in intervals_s)


def workers_for(load: float, cores: int) -> int:
    """How many carry so many scrapes a second; 0 is the poller's own loop alone."""
    return 0 if load <= ONE_LOOP else min(max(1, cores), math.ceil(load / ONE_LOOP))


class WorkerCount:
    """Grows with the load at once, or with loops that are busy for a while; gives back late.

    Attributes:
        count: how many there are to be.
    """

    def __init__(self, cores: int, fixed: int | None = None) -> None:
        """Takes the cores of this machine, and what a person has said: 0 for none; None leaves it to the load."""
        self.count = fixed or 0
        self._cores = cores
        self._is_fixed = fixed is not None
        self._changed_at = -math.inf
        self._busy_since: float | None = None
        self._calm_since: float | None = None

    def follow(self, load: float, now_s: float) -> None:
        """Takes the scrapes a second that are wanted; where they are more than there is room for, it grows."""
        if not self._is_fixed and (needed := workers_for(load, self._cores)) > self.count:
            self._change(needed, now_s)

    def look(self, load: float, busy: Sequence[float | None], now_s: float) -> None:
        """To be called every second or so.

        Args:
            load: scrapes a second that are wanted.
            busy: which share of a core each loop that holds sessions uses; None where that is not known.
            now_s: seconds of a clock that never goes back.
        """
        if self._is_fixed:
            return
        known = [share for share in busy if share is not None]
        self._busy_since = _since(self._busy_since, max(known, default=0.0) >= BUSY, now_s)
        fewer = min(self.count, workers_for(load * ROOM, self._cores))
        fits = len(known) == len(busy) and sum(known) <= CALM * max(1, fewer)
        self._calm_since = _since(self._calm_since, fewer < self.count and fits, now_s)
        if now_s - self._changed_at < SETTLE_S:
            return
        if _lasts(self._busy_since, BUSY_FOR_S, now_s) and self.count < self._cores:
            self._change(self.count + 1, now_s)
        elif _lasts(self._calm_since, CALM_FOR_S, now_s):
            self._change(fewer, now_s)

    def _change(self, count: int, now_s: float) -> None:
        self.count, self._changed_at = count, now_s
        self._busy_since = self._calm_since = None


def _since(before: float | None, holds: bool, now_s: float) -> float | None:
    if not holds:
        return None
    return now_s if before is None else before


def _lasts(since: float | None, for_s: float, now_s: float) -> bool:
    return since is not None and now_s - since >= for_s
