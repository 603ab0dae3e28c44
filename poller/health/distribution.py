"""How long something takes, again and again: counted in buckets for good, and its latest values kept for a while."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt

KEPT_S = 30.0
"""Shorter than the minute after which somebody would look again; at 2,000 values a second half a megabyte."""
KEPT_LIMIT = 100_000


@dataclass(frozen=True, slots=True)
class Buckets:
    """All values so far.

    Attributes:
        bounds: the upper bounds of the buckets, in seconds, ascending; a last one has no bound.
        counts: how many values are in each, one more than there are bounds.
        total_s: the sum of all values.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total_s: float


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Of the latest values, in milliseconds; None where there are none."""

    median_ms: float | None
    p99_ms: float | None


class Distribution:
    """For any thread. Times are passed in as seconds of a clock that never goes back."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """Takes the upper bounds of the buckets, in seconds, ascending."""
        self._bounds = tuple(bounds)
        self._edges = np.array(self._bounds)
        self._counts = np.zeros(len(self._bounds) + 1, dtype=np.int64)
        self._total_s = 0.0
        self._latest: deque[tuple[float, npt.NDArray[np.float64]]] = deque()
        self._kept = 0
        self._lock = Lock()

    def add(self, values_s: npt.NDArray[np.float64], at_s: float) -> None:
        """Takes values, in seconds; one below zero, as clocks that differ have it, counts as zero."""
        if not len(values_s):
            return
        values = np.maximum(values_s, 0.0)
        # Values of a bucket are at most its bound, as Prometheus has it.
        places = np.searchsorted(self._edges, values, side="left")
        with self._lock:
            self._counts += np.bincount(places, minlength=len(self._counts))
            self._total_s += float(values.sum())
            self._latest.append((at_s, values))
            self._kept += len(values)
            self._forget(at_s)

    def quantiles(self, now_s: float) -> Quantiles:
        """Of the values of the last KEPT_S."""
        with self._lock:
            self._forget(now_s)
            parts = [values for _, values in self._latest]
        if not parts:
            return Quantiles(None, None)
        median, p99 = np.quantile(np.concatenate(parts), (0.5, 0.99)) * 1000
        return Quantiles(round(float(median), 1), round(float(p99), 1))

    def buckets(self) -> Buckets:
        """All values so far."""
        with self._lock:
            return Buckets(self._bounds, tuple(self._counts.tolist()), self._total_s)

    def _forget(self, now_s: float) -> None:
        while self._latest and (self._kept > KEPT_LIMIT or now_s - self._latest[0][0] > KEPT_S):
            self._kept -= len(self._latest.popleft()[1])
