"""A recording played back as many hosts over any time: each at another place of it, counters growing on and on.

Nothing is made up: what differs between hosts, and between the devices that larger ones have, is where in the recording
they are. A recording that is over begins again, with its counters where they were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.store.recording import Recording
from storage.catalogue import CATALOGUE, Kind
from storage.chunks.raw_chunk import RawReadings
from storage.chunks.whole_numbers import BITS, from_whole_numbers, to_whole_numbers
from storage.process_rows import unpack_processes
from storage.scrape import Cadence, Scrape, Vector
from storage.series import Layout, SeriesKey

PERIOD_MS = 5_000
"""Between two readings of a played host."""
_GOLDEN = 0.6180339887498949
_INSTANCES = frozenset({"cpu", "device", "interface"})


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """What is played of one group: its time since the recording began, numbers, scales, growth over a whole turn."""

    layout: Layout
    at: NDArray[np.int64]
    numbers: NDArray[np.int64]
    scales: NDArray[np.uint8]
    present: NDArray[np.bool_]
    growth: NDArray[np.int64]
    lag: NDArray[np.int64]


HALF_HOUR_MS = 1_800_000
"""What is compressed at once where sizes are measured: less than a block, so that no recording is met twice."""


class Playback:
    """A recording as hosts of so many fast series.

    Attributes:
        note: what is to be said about it.
    """

    def __init__(self, recording: Recording, series: int | None = None) -> None:
        """Takes the recording, and how many fast series a host is to have; None for as many as were recorded."""
        fast = recording.groups[Cadence.FAST]
        self._dilation = round(PERIOD_MS / 1000 / recording.interval_s)
        self._began = int(fast.ts[0])
        steps = np.diff(fast.ts)
        self.length_ms = int(fast.ts[-1] - fast.ts[0] + np.median(steps)) * self._dilation
        self._groups = {
            cadence: self._group(readings, series if cadence is Cadence.FAST else None)
            for cadence, readings in recording.groups.items()
        }
        if self.length_ms < HALF_HOUR_MS:
            raise ValueError("the recording is too short: it would be compressed with itself")
        self._tables = [((ts - self._began) * self._dilation, packed) for ts, packed in recording.processes]
        self.note = recording.note
        if self._dilation > 1:
            self.note += f" at {recording.interval_s:g} s, their stamps stretched to 5 s"

    def readings(self, host: int, cadence: Cadence, start: int, until: int) -> RawReadings:
        """Those of a host from `start` up to before `until`, UTC milliseconds; the same ones whenever it is asked."""
        group = self._groups[cadence]
        turns, rows, ts = self._moments(host, group.at, start, until)
        numbers = np.empty((len(group.layout.series), len(ts)), dtype=np.int64)
        present = np.empty(numbers.shape, dtype=np.bool_)
        count = len(group.at)
        for column, lag in enumerate(group.lag.tolist()):
            further, place = np.divmod(rows + lag, count)
            numbers[column] = group.numbers[column, place] + (turns + further) * group.growth[column]
            present[column] = group.present[column, place]
        values = np.concatenate(
            [
                from_whole_numbers(numbers[column : column + 1].copy(), group.scales[column : column + 1].tolist())
                for column in range(len(numbers))
            ]
        )
        values[~present] = np.nan
        return RawReadings(ts, np.full(len(ts), start), group.layout, np.ascontiguousarray(values.T))

    def tables(self, host: int, start: int, until: int) -> list[tuple[int, bytes]]:
        """Process tables of a host, packed."""
        at = np.array([ts for ts, _ in self._tables])
        _, rows, ts = self._moments(host, at, start, until)
        return [(moment, self._tables[row][1]) for moment, row in zip(ts.tolist(), rows.tolist(), strict=True)]

    def scrapes(self, host: int, host_id: int, start: int, until: int) -> Iterator[Scrape]:
        """What a host sends, oldest first."""
        groups = {cadence: self.readings(host, cadence, start, until) for cadence in self._groups}
        places = {cadence: {ts: row for row, ts in enumerate(each.ts.tolist())} for cadence, each in groups.items()}
        tables = dict(self.tables(host, start, until))
        for ts in groups[Cadence.FAST].ts.tolist():
            vectors = tuple(
                Vector(cadence, groups[cadence].layout, groups[cadence].values[place[ts]])
                for cadence, place in places.items()
                if ts in place
            )
            packed = tables.get(ts)
            yield Scrape(host_id, ts, start, vectors, None if packed is None else unpack_processes(packed))

    def _moments(
        self, host: int, at: NDArray[np.int64], start: int, until: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Turn, row and time of everything of a group that is in a span."""
        # Time zero of the played recording, the same for all groups of a host.
        zero = -int(host * _GOLDEN % 1 * self.length_ms)
        first, last = (start - zero) // self.length_ms, (until - zero) // self.length_ms
        turns, rows = np.divmod(np.arange(first * len(at), (last + 1) * len(at)), len(at))
        ts = zero + turns * self.length_ms + at[rows]
        inside = (ts >= start) & (ts < until)
        return turns[inside] - first, rows[inside], ts[inside]

    def _group(self, readings: RawReadings, series: int | None) -> _Group:
        whole = to_whole_numbers(np.ascontiguousarray(readings.values.T))
        if any(_grows(key) for key, scale in zip(readings.layout.series, whole.scales, strict=True) if scale == BITS):
            raise ValueError("the recording has counters that are no decimals: they cannot grow on")
        chosen = _enlarged(readings.layout, series)
        columns = [column for column, _, _ in chosen]
        numbers = whole.numbers[columns]
        step = numbers[:, min(1, numbers.shape[1] - 1)] - numbers[:, 0]
        grows = np.array([_grows(readings.layout.series[column]) for column in columns])
        present = np.ones_like(numbers, dtype=np.bool_) if whole.present is None else whole.present[columns]
        return _Group(
            Layout(tuple(key for _, key, _ in chosen)),
            (readings.ts - self._began) * self._dilation,
            numbers,
            whole.scales[columns],
            present,
            np.where(grows, numbers[:, -1] - numbers[:, 0] + step, 0),
            np.array([int(copy * _GOLDEN % 1 * len(readings.ts)) for _, _, copy in chosen]),
        )


def _enlarged(layout: Layout, series: int | None) -> Sequence[tuple[int, SeriesKey, int]]:
    """Columns, their keys and which copy of the recorded instance each is, by metric as a host sends them."""
    found = [(column, key, 0) for column, key in enumerate(layout.series)]
    instances = [entry for entry in found if any(label in _INSTANCES for label, _ in entry[1].labels)]
    copy = 0
    while series is not None and len(found) < series and instances:
        copy += 1
        found += [(column, _of_copy(key, copy), copy) for column, key, _ in instances[: series - len(found)]]
    names = dict.fromkeys(key.name for _, key, _ in found)
    order = {name: place for place, name in enumerate(names)}
    return sorted(found[:series], key=lambda entry: (order[entry[1].name], entry[2], entry[0]))


def _of_copy(key: SeriesKey, copy: int) -> SeriesKey:
    return key._replace(labels=tuple((name, f"{value}-{copy}") for name, value in key.labels))


def _grows(key: SeriesKey) -> bool:
    return CATALOGUE[key.name].kind is Kind.COUNTER
