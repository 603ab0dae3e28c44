"""Spares Python's collector of garbage a look at every session, again and again, of which none is garbage.

A thousand sessions are 300,000 objects, and to look at them all takes up to a second, in which nothing else happens:
every two minutes, as the readings that pass through make it believe that much has changed.
"""

import gc

from poller.heap import give_back

YOUNG = 5_000
"""Objects that are made before the youngest are looked at. Python's 700 is for programs that make few."""
SELDOM = 1_000
ENDED_AT_LEAST = 200
ALL_EVERY_S = 6 * 3600.0
STEP_S = 10.0
GIVE_BACK_EVERY_S = 60.0
"""It takes 40 ms with 1,000 hosts. What becomes free between what is in use grows by 1 MB a minute, and by 25 MB with
each round of sealing."""


class Garbage:
    """Sets aside what has lived for some seconds, and looks at all of it only when many sessions have ended.

    What has become free is given back to the system.
    """

    def __init__(self) -> None:
        self._ended = 0
        self._all_at_s: float | None = None
        self._given_back_at_s = 0.0
        self._usual = gc.get_threshold()

    def begin(self) -> None:
        """From now on the oldest are looked at by `step` alone."""
        self._usual = gc.get_threshold()
        gc.set_threshold(YOUNG, 20, SELDOM)

    def end(self) -> None:
        """From now on all is as before."""
        gc.set_threshold(*self._usual)
        gc.unfreeze()

    def step(self, ended: int, hosts: int, now_s: float) -> None:
        """To be called every few seconds.

        Args:
            ended: how many sessions and tries have ended since the start.
            hosts: how many there are.
            now_s: a steady clock, seconds.
        """
        if self._all_at_s is None:
            self._all_at_s = self._given_back_at_s = now_s
        # What belonged to a session goes without the collector, but for a few objects of each.
        if is_all_due(ended - self._ended, hosts, now_s - self._all_at_s):
            self._ended, self._all_at_s = ended, now_s
            gc.unfreeze()
        gc.collect()
        gc.freeze()
        if now_s - self._given_back_at_s >= GIVE_BACK_EVERY_S:
            self._given_back_at_s = now_s
            give_back()


def is_all_due(ended: int, hosts: int, since_s: float) -> bool:
    """Whether enough sessions have ended since all was looked at, or enough time has passed."""
    return ended >= max(hosts // 2, ENDED_AT_LEAST) or since_s >= ALL_EVERY_S
