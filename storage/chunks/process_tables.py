"""Process tables as columns of whole numbers: what changes from one table to the next, process by process."""

from array import array
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.chunks.whole_numbers import Integers, exact_numbers, from_whole_numbers
from storage.process_rows import Row
from storage.scrape import Process

Text = tuple[str, str, str]
"""Name, command and user."""


class ProcessColumns(NamedTuple):
    """T tables of N rows in all, of M processes. All columns are whole numbers.

    Attributes:
        texts: name, command and user of processes, each once.
        tables: (3, T): when each was read, UTC milliseconds; its rows; and how much longer processes run than before.
        processes: (3, M): id, place of its texts, and in how many tables it is.
        rows: (6, N), process by process, each row less the one before it: the table, the place in it less the one that
            its numbers lead to expect, CPU, resident and virtual bytes, and running time.
        scales: of CPU and of running time.
    """

    texts: list[Text]
    tables: Integers
    processes: Integers
    rows: Integers
    scales: tuple[int, int]


_TABLE, _PLACE, _CPU, _RSS, _VSZ, _RUN = range(6)


class TableGatherer:
    """Process tables on their way to columns: each is let go when it is taken, so that few are in memory at a time.

    An hour of them is ten thousand rows: what counts is that the memory they take is the same each time, and still in
    the caches.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str, str], int] = {}
        self._same: list[int] = []
        self._numbers: tuple[array[Any], ...] = (array("q"), array("d"), array("q"), array("q"), array("d"))
        self._tables: list[tuple[int, int]] = []

    def add(self, ts: int, rows: Sequence[Row]) -> None:
        """Takes one that was read at a moment, UTC milliseconds.

        Raises:
            OverflowError: a number beyond 64 bits; nothing of it is taken.
        """
        pid, name, command, user, cpu, rss, vsz, run = zip(*rows, strict=True) if rows else ((),) * 8
        numbers = (array("q", pid), array("d", cpu), array("q", rss), array("q", vsz), array("d", run))
        # Of each row the place of the first one of the same process.
        places = range(len(self._same), len(self._same) + len(rows))
        self._same.extend(map(self._known.setdefault, zip(pid, name, command, user, strict=True), places))
        for gathered, fresh in zip(self._numbers, numbers, strict=True):
            gathered.extend(fresh)
        self._tables.append((ts, len(rows)))

    def columns(self) -> ProcessColumns:
        """The inverse of `from_columns`."""
        # Processes with the same texts are much the same: each follows the ones before it.
        keys = sorted(self._known, key=itemgetter(1, 2, 3))
        number = np.empty(len(self._same), dtype=np.int64)
        number[[self._known[key] for key in keys]] = np.arange(len(keys))
        which = number[np.array(self._same, dtype=np.intp)]
        texts: dict[Text, int] = {}
        ids = np.array([(key[0], texts.setdefault(key[1:], len(texts))) for key in keys], dtype=np.int64)
        moments, sizes = np.array(self._tables, dtype=np.int64).reshape(-1, 2).T
        table = np.repeat(np.arange(len(sizes)), sizes)
        pid, rss, vsz = (np.frombuffer(self._numbers[place], dtype=np.int64) for place in (0, 2, 3))
        (cpu, cpu_scale), (run, run_scale) = (_whole(np.frombuffer(self._numbers[place])) for place in (1, 4))
        place = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        expected = _expected_places((which, -pid, -rss, -cpu, table), table)
        order = np.lexsort((table, which))
        first = np.flatnonzero(np.diff(which[order], prepend=-1))
        longer = _longer(run[order], table[order], first, len(sizes))
        clock = np.cumsum(longer)
        columns = np.stack((table, place - expected, cpu, rss, vsz, run - clock[table]))[:, order]
        held = np.bincount(which, minlength=len(keys))
        return ProcessColumns(
            list(texts),
            np.stack((moments, sizes, longer)),
            np.concatenate((ids.reshape(len(keys), 2).T, held[np.newaxis])),
            _stepped(columns, first),
            (cpu_scale, run_scale),
        )


def from_columns(columns: ProcessColumns, chosen: Sequence[int]) -> list[tuple[int, tuple[Process, ...]]]:
    """The tables of these places, with the time of each.

    Raises:
        ValueError: columns that contradict each other.
    """
    moments, sizes, longer = columns.tables
    _, texts, held = columns.processes
    if held.min(initial=1) < 1 or held.sum() != columns.rows.shape[1] or (sizes < 0).any():
        raise ValueError("process tables of which some rows are nobody's")
    rows = _unstepped(columns.rows, np.cumsum(held) - held)
    table = rows[_TABLE]
    if not np.array_equal(np.bincount(_checked(table, len(moments)), minlength=len(moments)), sizes):
        raise ValueError("process tables of other lengths than they should be")
    _checked(texts, len(columns.texts))
    which = np.repeat(np.arange(len(held)), held)
    rows[_RUN] += np.cumsum(longer)[table]
    return [
        (int(moments[place]), _table(columns, rows[:, mine], which[mine]))
        for place in chosen
        for mine in (np.flatnonzero(table == place),)
    ]


def _table(columns: ProcessColumns, rows: Integers, which: Integers) -> tuple[Process, ...]:
    pid = columns.processes[0][which]
    place = rows[_PLACE] + _expected_places((which, -pid, -rows[_RSS], -rows[_CPU]), np.zeros_like(pid))
    order = np.argsort(place, kind="stable")
    cpu = from_whole_numbers(rows[_CPU][np.newaxis], columns.scales[:1])[0]
    run = from_whole_numbers(rows[_RUN][np.newaxis], columns.scales[1:])[0]
    texts = columns.processes[1][which]
    fields = (pid, texts, cpu, rows[_RSS], rows[_VSZ], run)
    return tuple(
        Process(number, *columns.texts[text], *rest)
        for number, text, *rest in zip(*(field[order].tolist() for field in fields), strict=True)
    )


def _whole(values: NDArray[np.float64]) -> tuple[Integers, int]:
    if not len(values):
        return np.empty(0, dtype=np.int64), 0
    numbers, scales = exact_numbers(values[np.newaxis])
    return numbers[0], int(scales[0])


def _expected_places(keys: tuple[Integers, ...], table: Integers) -> Integers:
    """Where each row is in its table if it is in the order of the `keys`, which are as `lexsort` takes them."""
    order = np.lexsort(keys)
    starts = np.searchsorted(table[order], table, side="left")
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    expected: Integers = places - starts
    return expected


def _longer(run: Integers, table: Integers, first: Integers, count: int) -> Integers:
    """For each table how much longer most processes run than in the one before it."""
    steps = np.diff(run, prepend=0)
    follows = np.diff(table, prepend=-2) == 1
    follows[first] = False
    longer = np.zeros(count, dtype=np.int64)
    order = np.lexsort((steps[follows], table[follows]))
    tables, values = table[follows][order], steps[follows][order]
    found, starts, counts = np.unique(tables, return_index=True, return_counts=True)
    longer[found] = values[starts + counts // 2]
    return longer


def _stepped(columns: Integers, first: Integers) -> Integers:
    stepped = np.diff(columns, axis=1, prepend=0)
    # A process is in one table after another.
    stepped[_TABLE, first] = columns[_TABLE, first]
    stepped[_TABLE] -= 1
    stepped[_PLACE] = columns[_PLACE]
    return stepped


def _unstepped(stepped: Integers, first: Integers) -> Integers:
    columns = np.cumsum(stepped, axis=1)
    columns[_PLACE] = stepped[_PLACE]
    table = np.cumsum(stepped[_TABLE] + 1)
    before = table[first] - stepped[_TABLE, first] - 1
    columns[_TABLE] = table - np.repeat(before, np.diff(first, append=len(table)))
    return columns


def _checked(places: Integers, count: int) -> Integers:
    if len(places) and not 0 <= places.min() <= places.max() < count:
        raise ValueError("process tables that name what is not there")
    return places
