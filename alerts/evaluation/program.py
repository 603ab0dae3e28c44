"""What is made of the readings of a layout so that they can be held against rules, compiled once.

Machines with as many disks and interfaces are one to it, whatever these are called: their readings are worked out
together, and only which limits hold for which of them differs.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from alerts.evaluation.live_signal import WINDOWED, Terms
from alerts.rules.matchers import matches
from alerts.rules.signal import Function, Signal
from storage.alerting.series_text import short_series
from storage.catalogue import CATALOGUE, Kind
from storage.derive import Deriver, deriver_for
from storage.formulas import CPU_MODES, stored_sources
from storage.layout_cache import kept_by_layout
from storage.series import Layout, SeriesKey, format_labels, shared_layout

if TYPE_CHECKING:
    from alerts.evaluation.limits import Limits

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cell:
    """One number that is held against limits.

    Attributes:
        number: of the signal.
        signal: what is looked at.
        key: of which series, by its name in the catalogue.
        row: of the values and what was derived of them.
    """

    number: int
    signal: Signal
    key: SeriesKey
    row: int

    @property
    def is_rate(self) -> bool:
        """Whether it is a counter of which the change is looked at: that is its rate."""
        return self.signal.function is Function.CHANGE and CATALOGUE[self.key.name].kind is Kind.COUNTER


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Spans:
    """Within which values are calm, for each of C cells.

    Attributes:
        high: what is above may be trouble, shape (C,); infinite where nothing is.
        low: what is below may be trouble.
        exact: what is equal may be trouble, NaN where nothing is; None where that is so for all.
        both: high and low in a row, shape (2C,).
    """

    high: Floats
    low: Floats
    exact: Floats | None
    both: Floats


class Shape:
    """What layouts have in common that differ in names only.

    Attributes:
        cells: all that is looked at, in order; those of windows first, then those that are looked for.
        windows: how many of them are of a window, and
        absences: after these, how many are looked for.
        spans: that are in use, by their bytes: of equal ones there is one.
    """

    def __init__(self, layout: Layout, signals: Sequence[Signal]) -> None:
        """Takes a layout whose labels are numbers, and what is looked at in any layout."""
        self._deriver: Deriver = deriver_for(layout)
        series = (*self._deriver.series, *layout.series)
        found = [
            Cell(number, signal, key, row)
            for row, key in enumerate(series)
            for number, signal in enumerate(signals)
            if signal.metric == key.name
        ]
        self.spans: WeakValueDictionary[bytes, Spans] = WeakValueDictionary()
        self.cells: tuple[Cell, ...] = tuple(sorted(found, key=_kind))
        kinds = [_kind(cell) for cell in self.cells]
        self.windows, self.absences = kinds.count(0), kinds.count(1)
        self._rows = np.array([cell.row for cell in self.cells], dtype=np.intp)
        ages = [place for place, cell in enumerate(self.cells) if cell.signal.function is Function.AGE]
        self._ages = np.array(ages, dtype=np.intp)
        counted = [place for place, cell in enumerate(self.cells) if cell.is_rate]
        self._counted = np.array(counted, dtype=np.intp)
        at = [self.cells[place].row - len(self._deriver.series) for place in counted]
        self._counters = np.array(at, dtype=np.intp)
        self._scale = _scaling([cell.signal.scale for cell in self.cells], 1.0)
        self._offset = _scaling([cell.signal.offset for cell in self.cells], 0.0)

    def values(self, ts: NDArray[np.int64], elapsed_s: Floats, before: Floats, after: Floats) -> Floats:
        """What each cell looks at, before windows.

        Args:
            ts: of N readings, UTC milliseconds.
            elapsed_s: since the readings before them, NaN where these say nothing of the time between.
            before: those readings, shape (N, S).
            after: these, shape (N, S).

        Returns:
            Shape (C, N), NaN where there is none.
        """
        if self._deriver.series:
            derived = self._deriver.between(elapsed_s, before, after).T
            values = np.concatenate((derived, after.T)).take(self._rows, axis=0)
        else:
            values = after.T.take(self._rows, axis=0)
        if len(self._ages):
            values[self._ages] = ts / 1000 - values[self._ages]
        if len(self._counted):
            with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
                rates = (after - before).T.take(self._counters, axis=0) / elapsed_s
            rates[~(rates >= 0)] = np.nan
            values[self._counted] = rates
        return values

    def scaled(self, values: Floats) -> Floats:
        """The values in the unit of the rules; the same array."""
        if self._scale is not None:
            values *= self._scale
        if self._offset is not None:
            values += self._offset
        return values


class Program:
    """What is done with the readings of one layout.

    Attributes:
        columns: the values that anything follows from.
        shape: how they are worked out.
        keys: of which series each cell is, as the host calls them,
        texts: the same as an alert has it.
        limits: that hold for it, by what is looked at.
    """

    def __init__(self, columns: Indices, shape: Shape, keys: Sequence[SeriesKey]) -> None:
        self.columns = columns
        self.shape = shape
        self.keys = keys
        self.limits: WeakKeyDictionary[Terms, Limits] = WeakKeyDictionary()
        self.texts = tuple(short_series(format_labels(key.labels)) for key in keys)
        labels = [dict(key.labels) for key in keys]
        self.is_meant = np.array(
            [matches(cell.signal.matchers, its) for cell, its in zip(shape.cells, labels, strict=True)], dtype=np.bool_
        )

    @cached_property
    def windowed(self) -> Sequence[Cell | None]:
        """What is looked back at; None in the place of what is not meant."""
        cells = self.shape.cells[: self.shape.windows]
        return [cell if meant else None for cell, meant in zip(cells, self.is_meant, strict=False)]

    @cached_property
    def places(self) -> dict[tuple[int, str], int]:
        """Where what is looked at stands, by the number of its signal and its series."""
        cells = zip(self.shape.cells, self.texts, self.is_meant, strict=True)
        return {(cell.number, text): place for place, (cell, text, meant) in enumerate(cells) if meant}


class Compiler:
    """Makes programs for whatever layouts come, for one set of signals; keeps many, and few of large ones."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self.signals = tuple(signals)
        self._sources = frozenset(source for signal in self.signals for source in stored_sources(signal.metric))
        self._shape: Callable[[Layout], Shape] = kept_by_layout(self._make_shape)
        self.program: Callable[[Layout], Program | None] = kept_by_layout(self._make_program)
        """That of a layout; None where nothing in it is looked at."""

    def _make_shape(self, numbered: Layout) -> Shape:
        return Shape(numbered, self.signals)

    def _make_program(self, layout: Layout) -> Program | None:
        columns = [column for column, key in enumerate(layout.series) if key.name in self._sources]
        numbers = _Numbers()
        numbered = shared_layout(tuple(numbers.numbered(layout.series[column]) for column in columns))
        shape = self._shape(numbered)
        if not shape.cells:
            return None
        keys = [numbers.named(cell.key) for cell in shape.cells]
        return Program(np.array(columns, dtype=np.intp), shape, keys)


class _Numbers:
    """Numbers in place of names, so that the first disk of one machine is that of all."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._counts: Counter[str] = Counter()

    def numbered(self, key: SeriesKey) -> SeriesKey:
        # What a CPU does has a meaning of its own.
        if not key.labels or key.name == CPU_MODES:
            return key
        return SeriesKey(key.name, tuple((label, self._number(label, value)) for label, value in key.labels))

    def named(self, key: SeriesKey) -> SeriesKey:
        return SeriesKey(
            key.name, tuple((label, self._names.get((label, value), value)) for label, value in key.labels)
        )

    def _number(self, label: str, value: str) -> str:
        number = self._numbers.get((label, value))
        if number is None:
            number = self._numbers[label, value] = str(self._counts[label])
            self._names[label, number] = value
            self._counts[label] += 1
        return number


def _kind(cell: Cell) -> int:
    if cell.signal.function in WINDOWED:
        return 0
    return 1 if cell.signal.function is Function.ABSENCE else 2


def _scaling(numbers: Sequence[float], trivial: float) -> Floats | None:
    return None if all(number == trivial for number in numbers) else np.array(numbers)[:, np.newaxis]
