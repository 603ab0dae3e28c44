"""What the recorder has stored: how many readings, how late they were, and how long the transactions took."""

import time
from collections.abc import Callable

import numpy as np

from poller.health.distribution import Distribution
from storage.recorder import Commit

DELAY_BOUNDS_S = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0)
"""A reading has to be stored within 1 s; what waited in the spool comes hours late."""
COMMIT_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Stores:
    """Fed by the recorder's thread, read by any.

    Attributes:
        delay: from the reading on the host to the commit.
        commit: how long transactions take.
        readings: that were committed.
        commits: transactions.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Takes a clock that never goes back, in seconds."""
        self.delay = Distribution(DELAY_BOUNDS_S)
        self.commit = Distribution(COMMIT_BOUNDS_S)
        self.readings = 0
        self.commits = 0
        self._clock = clock

    def committed(self, commit: Commit) -> None:
        """The recorder has stored something."""
        now_s = self._clock()
        self.commit.add(np.array([commit.took_s]), now_s)
        self.delay.add((commit.at - np.array(commit.scrape_ts, dtype=np.float64)) / 1000, now_s)
        self.readings += len(commit.scrape_ts)
        self.commits += 1
