"""Series made up for tests of comparisons."""

from collections.abc import Sequence

import numpy as np

from storage.queries import SeriesPoints
from storage.rollup import LENGTH_MS, Interval
from tests.recorded import key

HOUR_MS = 3_600_000
START = 1_790_000_040_000
SPAN = (START, START + HOUR_MS)


def points(
    name: str, values: Sequence[float], *, first: int = 0, step: int = 5, start: int = START, **labels: str
) -> SeriesPoints:
    """Readings every `step` seconds, from `first` seconds after the start on."""
    ts = start + (first + np.arange(len(values), dtype=np.int64) * step) * 1000
    found = np.array(values, dtype=np.float64)
    count = np.ones(len(ts), dtype=np.int64)
    return SeriesPoints(1, key(name, **labels), Interval.RAW, ts, found, found, found, count)


def buckets(
    name: str, means: Sequence[float], maxima: Sequence[float], counts: Sequence[int], **labels: str
) -> SeriesPoints:
    """Minutes from the start on."""
    ts = START + np.arange(len(means), dtype=np.int64) * LENGTH_MS[Interval.M1]
    values = np.array(means, dtype=np.float64)
    return SeriesPoints(
        1, key(name, **labels), Interval.M1, ts, values, values, np.array(maxima), np.array(counts, dtype=np.int64)
    )
