"""A curve: moments and as many values."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """One curve: UTC milliseconds, rising, and as many values."""

    ts: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


def sum_of_present(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of each row (T, N) over what is there; NaN where nothing is."""
    if columns.shape[1] == 1:
        return columns[:, 0]
    absent = np.isnan(columns)
    return np.where(absent.all(axis=1), np.nan, np.where(absent, 0.0, columns).sum(axis=1))
