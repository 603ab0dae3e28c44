"""Samples of a file in order of host, cadence and time: sorted in parts, kept in a temporary file, merged."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from storage.transfer.samples import Samples
from storage.transfer.series_book import GROUP_LIMIT
from storage.transfer.series_spool import temporary_folder_full

_RECORD = np.dtype([("group", "<i4"), ("series", "<i4"), ("ts", "<i8"), ("value", "<f8")])
_RUN_RECORDS = 524_288
"""12 MB; sorting takes three times that."""
_BATCH_RECORDS = 131_072
_BATCH_MS = 86_400_000
Records = NDArray[Any]


class Staging(AbstractContextManager["Staging"]):
    """Takes samples in any order, then gives them in batches.

    Attributes:
        samples: how many it was given.
        repeated: how many of them are of a series and moment that came before; the first one counts.
        first_ts: the earliest of them.
    """

    def __init__(self) -> None:
        self.samples = 0
        self.repeated = 0
        self.first_ts: int | None = None
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - see __exit__
        self._waiting: list[Records] = []
        self._waiting_records = 0
        self._runs: list[tuple[int, int]] = []
        self._end = 0

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, samples: Samples, group_of: NDArray[np.int32]) -> None:
        """Keeps samples; `group_of` has the group of every series so far.

        Raises:
            InvalidInputError: there is no room for them.
        """
        if not len(samples.ts):
            return
        records = np.empty(len(samples.ts), dtype=_RECORD)
        records["group"], records["series"] = group_of[samples.series], samples.series
        records["ts"], records["value"] = samples.ts, samples.value
        earliest = int(samples.ts.min())
        self.first_ts = earliest if self.first_ts is None else min(self.first_ts, earliest)
        self.samples += len(records)
        self._waiting.append(records)
        self._waiting_records += len(records)
        if self._waiting_records >= _RUN_RECORDS:
            self._write_run()

    def batches(self) -> Iterator[tuple[int, Records]]:
        """Groups and their records by time and series: of one group and at most one day, some 131,072 at a time.

        All records of one group and moment are in the same batch.

        Raises:
            InvalidInputError: there is no room for the last ones.
        """
        self._write_run()
        runs = [_Run(self._file, *extent) for extent in self._runs]
        most = max(GROUP_LIMIT + 1, _BATCH_RECORDS // max(1, len(runs)))
        while runs := [run for run in runs if run.next_key() is not None]:
            group, ts = min(key for run in runs if (key := run.next_key()) is not None)
            edge = (ts // _BATCH_MS + 1) * _BATCH_MS
            # A run that has more gives up to where all of its records are known.
            edge = min(run.known_until(group, edge, most) for run in runs)
            yield group, self._in_order(np.concatenate([run.take(group, edge) for run in runs]))

    def _write_run(self) -> None:
        if not self._waiting:
            return
        run = self._in_order(np.concatenate(self._waiting))
        try:
            self._file.seek(self._end * _RECORD.itemsize)
            self._file.write(run.tobytes())
            self._file.flush()
        except OSError as error:
            raise temporary_folder_full(error) from error
        self._runs.append((self._end, len(run)))
        self._end += len(run)
        self._waiting, self._waiting_records = [], 0

    def _in_order(self, records: Records) -> Records:
        # Stable: of equal ones the first stays in front, and so counts.
        ordered = records[np.lexsort((records["series"], records["ts"], records["group"]))]
        same = (ordered["ts"][1:] == ordered["ts"][:-1]) & (ordered["series"][1:] == ordered["series"][:-1])
        if not same.any():
            return ordered
        self.repeated += int(same.sum())
        return ordered[np.concatenate(([True], ~same))]


class _Run:
    """Reads a sorted part of the file from front to back."""

    def __init__(self, file: IO[bytes], start: int, count: int) -> None:
        self._file = file
        self._at = start
        self._end = start + count
        self._ahead: Records = np.empty(0, dtype=_RECORD)

    def next_key(self) -> tuple[int, int] | None:
        """Group and moment of the next record; None at the end."""
        if not len(self._ahead) and not self._read_ahead():
            return None
        return int(self._ahead[0]["group"]), int(self._ahead[0]["ts"])

    def known_until(self, group: int, edge: int, most: int) -> int:
        """The moment up to before which all of a group's records can be taken at once: the edge, or before it."""
        while (inside := self._inside(group, edge)) == len(self._ahead) <= most:
            if not self._read_ahead():
                break
        return edge if inside <= most else int(self._ahead[most]["ts"])

    def take(self, group: int, edge: int) -> Records:
        """The next records of a group before a moment."""
        inside = self._inside(group, edge)
        taken, self._ahead = self._ahead[:inside], self._ahead[inside:]
        return taken

    def _inside(self, group: int, edge: int) -> int:
        of_group = int(np.searchsorted(self._ahead["group"], group, side="right"))
        return int(np.searchsorted(self._ahead["ts"][:of_group], edge))

    def _read_ahead(self) -> bool:
        count = min(self._end - self._at, 16_384)
        if not count:
            return False
        self._file.seek(self._at * _RECORD.itemsize)
        read = np.frombuffer(self._file.read(count * _RECORD.itemsize), dtype=_RECORD)
        self._at += count
        self._ahead = np.concatenate((self._ahead, read))
        return True
