"""The past of many hosts as one array: means over buckets, half a minute each where nothing else is said. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BUCKET_MS = 30_000
COLUMNS = 121
"""A whole hour of half minutes, and the bucket that is filling."""
HOUR_MS = (COLUMNS - 1) * BUCKET_MS
_LONGEST_HOLD = 20


class Measure(IntEnum):
    """What is kept of a host; the numbers are places in arrays."""

    CPU = 0
    MEMORY = 1
    NETWORK = 2
    DISK = 3


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Readings, oldest first: `ts` (T,), UTC milliseconds, and `values` (measures, T), NaN where absent."""

    ts: NDArray[np.int64]
    values: Array


class CurveGrid:
    """Means by measure, host and bucket, NaN where nothing was read. Hosts have rows, which are used again."""

    def __init__(self, now_ms: int, bucket_ms: int = BUCKET_MS) -> None:
        """Takes the moment at which it shall end, and how long a bucket is."""
        self._bucket_ms = bucket_ms
        self._first = now_ms // bucket_ms - COLUMNS + 1
        self._rows: dict[int, int] = {}
        self._free: list[int] = []
        self._means = np.full((len(Measure), 0, COLUMNS), np.nan)
        self._counts = np.zeros((len(Measure), 0))
        self._newest = np.zeros(0, dtype=np.int64)
        self._hold = np.zeros(0, dtype=np.int64)

    @property
    def hosts(self) -> Mapping[int, int]:
        """The row of each host that is in here."""
        return self._rows

    @property
    def starts(self) -> NDArray[np.int64]:
        """When each bucket starts, UTC milliseconds."""
        return (self._first + np.arange(COLUMNS, dtype=np.int64)) * self._bucket_ms

    def advance(self, now_ms: int) -> int | None:
        """Makes room for that moment and lets go of what is older.

        Returns:
            How many buckets were left behind; None where the clock was set back so far that nothing of this fits.
        """
        steps = now_ms // self._bucket_ms - COLUMNS + 1 - self._first
        if steps < -1:
            return None
        if steps <= 0:
            return 0
        kept = max(0, COLUMNS - steps)
        self._means[:, :, :kept] = self._means[:, :, COLUMNS - kept :].copy()
        self._means[:, :, kept:] = np.nan
        self._first += steps
        return steps

    def begin(self, host_id: int, past: Iterable[Readings], interval_s: float) -> None:
        """Puts in a host with its past, which may be empty."""
        row = self._rows.get(host_id)
        if row is None:
            row = self._rows[host_id] = self._free.pop() if self._free else self._grown()
        self._means[:, row] = np.nan
        self._newest[row] = 0
        self._counts[:, row] = 0
        self._hold[row] = min(_LONGEST_HOLD, max(2, -int(-3 * interval_s * 1000 // self._bucket_ms)))
        for readings in past:
            self._put_past(row, readings)

    def forget(self, host_id: int) -> None:
        """Lets go of a host."""
        row = self._rows.pop(host_id)
        self._means[:, row] = np.nan
        self._free.append(row)

    def newest(self, host_id: int) -> int:
        """When the host was read last, UTC milliseconds; 0 where it never was."""
        return int(self._newest[self._rows[host_id]])

    def add(self, host_ids: list[int], readings: Readings) -> int:
        """Takes one reading of each of these hosts, newer than what is there of it.

        Returns:
            The first bucket that has changed; the number of buckets where none has.
        """
        columns = readings.ts // self._bucket_ms - self._first
        inside = (columns >= 0) & (columns < COLUMNS)
        rows = np.array([self._rows[host_id] for host_id in host_ids], dtype=np.intp)[inside]
        if not len(rows):
            return COLUMNS
        columns, ts, values = columns[inside], readings.ts[inside], readings.values[:, inside]
        is_same = columns == self._newest[rows] // self._bucket_ms - self._first
        counts = np.where(is_same, self._counts[:, rows], 0)
        present = np.isfinite(values)
        with np.errstate(invalid="ignore", over="ignore"):
            before = np.where(counts > 0, self._means[:, rows, columns], 0.0)
            means = before + (values - before) / (counts + 1)
        self._means[:, rows, columns] = np.where(present, means, self._means[:, rows, columns])
        self._counts[:, rows] = counts + present
        self._newest[rows] = ts
        return int(columns.min())

    def row(self, host_id: int, measure: Measure) -> Array:
        """The means of one host, a copy."""
        means: Array = self._means[measure, self._rows[host_id]]
        return means.copy()

    def totals(self, since: int = 0) -> Array:
        """What all hosts come to from a bucket on: mean CPU, sums of memory and network, the fullest disk.

        A host that is read more rarely than there are buckets counts with its last value until that is stale; without
        this, sums would flicker. Shape (measures, buckets), NaN where no host has a value.
        """
        rows = np.fromiter(self._rows.values(), dtype=np.intp, count=len(self._rows))
        begin = max(0, since - _LONGEST_HOLD)
        values = held(self._means[:, rows, begin:], self._hold[rows])[:, :, since - begin :]
        found = np.full((len(Measure), COLUMNS - since), np.nan)
        counts = np.isfinite(values).sum(axis=1)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            sums = np.nansum(values, axis=1)
            found[:] = np.where(counts > 0, sums, np.nan)
            found[Measure.CPU] /= counts[Measure.CPU]
        if len(rows):
            found[Measure.DISK] = np.fmax.reduce(values[Measure.DISK], axis=0)
        return found

    def _put_past(self, row: int, readings: Readings) -> None:
        columns = readings.ts // self._bucket_ms - self._first
        inside = (columns >= 0) & (columns < COLUMNS)
        if not inside.any():
            return
        columns = columns[inside]
        self._newest[row] = max(int(self._newest[row]), int(readings.ts[inside].max()))
        for measure in Measure:
            values = readings.values[measure, inside]
            present = np.isfinite(values)
            if not present.any():
                continue
            counts = np.bincount(columns[present], minlength=COLUMNS)
            with np.errstate(invalid="ignore", over="ignore"):
                means = np.bincount(columns[present], weights=values[present], minlength=COLUMNS) / counts
            self._means[measure, row] = np.where(counts > 0, means, self._means[measure, row])
            self._counts[measure, row] = counts[columns[-1]]

    def _grown(self) -> int:
        """The first of some new rows."""
        rows = len(self._newest)
        more = max(64, rows)
        self._means = np.concatenate((self._means, np.full((len(Measure), more, COLUMNS), np.nan)), axis=1)
        self._counts = np.concatenate((self._counts, np.zeros((len(Measure), more))), axis=1)
        self._newest = np.concatenate((self._newest, np.zeros(more, dtype=np.int64)))
        self._hold = np.concatenate((self._hold, np.zeros(more, dtype=np.int64)))
        self._free = list(range(rows + more - 1, rows, -1))
        return rows


def held(values: Array, hold: NDArray[np.int64]) -> Array:
    """The values (measures, hosts, buckets) with each hole filled from before, as far as its host's `hold` reaches."""
    places = np.arange(values.shape[2])
    last = np.maximum.accumulate(np.where(np.isfinite(values), places, -1), axis=2)
    filled = np.take_along_axis(values, np.maximum(last, 0), axis=2)
    is_stale = (last < 0) | (places - last > hold[np.newaxis, :, np.newaxis])
    filled[is_stale] = np.nan
    return filled
