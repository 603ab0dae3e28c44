"""Puts slices of time back together as whole series, one after the other, with the points in a temporary file."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from storage.errors import InvalidInputError
from storage.queries import SeriesPoints
from storage.rollup import Interval
from storage.series import SeriesKey

POINTS_AT_A_TIME = 65_536
_MEMORY_BYTES = 8 * 2**20
_READING = np.dtype([("ts", "<i8"), ("value", "<f8")])
_BUCKET = np.dtype([*_READING.descr, ("minimum", "<f8"), ("maximum", "<f8"), ("count", "<i8")])


class SeriesSpool(AbstractContextManager["SeriesSpool"]):
    """Takes what slices give and gives it back by series. Small ones never leave the memory."""

    def __init__(self, host_id: int, interval: Interval) -> None:
        self._host_id = host_id
        self._interval = interval
        self._kind = _READING if interval is Interval.RAW else _BUCKET
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_MEMORY_BYTES)  # noqa: SIM115 - see __exit__
        self._extents: dict[SeriesKey, list[tuple[int, int]]] = {}
        self._end = 0

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, slice_: Iterable[SeriesPoints]) -> None:
        """Keeps a slice; it is later than those before it.

        Raises:
            InvalidInputError: there is no room for it.
        """
        for points in slice_:
            records = np.empty(len(points.ts), dtype=self._kind)
            for column in self._kind.names or ():
                records[column] = getattr(points, column)
            try:
                self._file.write(records.tobytes())
            except OSError as error:
                raise temporary_folder_full(error) from error
            self._extents.setdefault(points.key, []).append((self._end, len(records)))
            self._end += len(records)

    def series(self) -> Iterator[SeriesPoints]:
        """Series by series in the order they were first seen, each oldest first, at most 65,536 points at a time."""
        for key, extents in self._extents.items():
            for group in _groups(extents):
                yield self._points(key, np.concatenate([self._read(*extent) for extent in group]))

    def _read(self, start: int, count: int) -> NDArray[Any]:
        self._file.seek(start * self._kind.itemsize)
        return np.frombuffer(self._file.read(count * self._kind.itemsize), dtype=self._kind)

    def _points(self, key: SeriesKey, records: NDArray[Any]) -> SeriesPoints:
        ts, value = records["ts"].copy(), records["value"].copy()
        if self._interval is Interval.RAW:
            one = np.ones(len(ts), dtype=np.int64)
            return SeriesPoints(self._host_id, key, self._interval, ts, value, value, value, one)
        least, most, count = records["minimum"].copy(), records["maximum"].copy(), records["count"].copy()
        return SeriesPoints(self._host_id, key, self._interval, ts, value, least, most, count)


def temporary_folder_full(error: OSError) -> InvalidInputError:
    """What it means that a temporary file cannot be written."""
    return InvalidInputError(
        f"The temporary folder {tempfile.gettempdir()} cannot be written: {error.strerror or error}.",
        hint="Make room there, or name a folder that has some in the environment variable TMPDIR.",
    )


def _groups(extents: Iterable[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Extents in turn, as many together as give no more points than may be taken at a time; long ones are cut."""
    group: list[tuple[int, int]] = []
    room = POINTS_AT_A_TIME
    for extent_start, extent_count in extents:
        start, count = extent_start, extent_count
        while count:
            taken = min(count, room)
            group.append((start, taken))
            start, count, room = start + taken, count - taken, room - taken
            if not room:
                yield group
                group, room = [], POINTS_AT_A_TIME
    if group:
        yield group
