"""Rates and percentages from stored counters and gauges, compiled once per layout into index arrays.

A counter that fell, a value that is absent and a span that carries no rate (`elapsed`) give NaN, never a spike.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.catalogue import CATALOGUE
from storage.formulas import (
    CORE_IDLE,
    CPU_MODE_SHARE,
    CPU_MODES,
    CPU_USAGE,
    GROWTHS,
    IDLE_MODES,
    PEAKS,
    SHARES,
    WHOLE_CPU_MODES,
    Growth,
    Share,
)
from storage.layout_cache import kept_by_layout
from storage.series import Layout, SeriesKey

Array = NDArray[np.float64]
Labels = tuple[tuple[str, str], ...]
Columns = Mapping[str, Mapping[Labels, int]]
"""Where the series of a layout are: metric name, then labels."""

STEP_BACK_S = 3.0
"""The kernel's idle and iowait counters step back a little at times; node_exporter draws the line here as well."""

_CPU_PERCENT = Growth((), scale=100, ceiling=100)


def elapsed(ts: NDArray[np.int64], session_at: NDArray[np.int64], max_gap_s: float | Array) -> Array:
    """Seconds from each reading to the next, NaN where no rate may be taken: another session, or too long a gap.

    Args:
        ts: when each was read, UTC milliseconds, shape (T,), or (N, T) for N hosts at once.
        session_at: the start of its probe session, as `ts`.
        max_gap_s: the longest span that still gives a rate; for N hosts it may have the shape (N, 1).

    Returns:
        Shape (T-1,) or (N, T-1).
    """
    seconds = np.diff(ts) / 1000.0
    usable = (np.diff(session_at) == 0) & (seconds > 0) & (seconds <= max_gap_s)
    return np.where(usable, seconds, np.nan)


def longest_gap_s(interval_s: float) -> float:
    """The longest span that still gives a rate, for a host read every `interval_s`: three turns, at least 60 s."""
    return max(60.0, 3 * interval_s)


class Deriver:
    """Computes every derived series that one layout allows, or those of one metric and what it builds on.

    Attributes:
        series: what the columns of the results are, labels kept.
    """

    def __init__(self, layout: Layout, metric: str | None = None) -> None:
        columns = _columns(layout)
        wanted = _built_on(metric) if metric else CATALOGUE.keys()
        terms = (*_cpu_terms(columns), *_growth_terms(columns))
        self._shares = _Shares(columns, {name: share for name, share in SHARES.items() if name in wanted})
        self._growths = _Growths([term for term in terms if term.key.name in wanted])
        self._peaks = _Peaks(columns, self._growths.series)
        self.series: tuple[SeriesKey, ...] = self._shares.series + self._growths.series + self._peaks.series
        self._growths_at = len(self._shares.series)
        self._peaks_at = self._growths_at + len(self._growths.series)

    def compute(self, elapsed_s: Array, values: Array) -> Array:
        """One row for each reading but the first.

        Args:
            elapsed_s: seconds between neighbours, shape (T-1,), from `elapsed`.
            values: readings in the order of the layout, oldest first, shape (T, S).

        Returns:
            Shape (T-1, D); row i is about values[i] → values[i+1].
        """
        return self.rows(elapsed_s, values)[1:]

    def rows(self, elapsed_s: Array, values: Array) -> Array:
        """As `compute`, with a row for every reading, shape (T, D): the first one has no rates."""
        counters = self._growths.counters(values)
        growth = np.empty(counters.shape)
        growth[:, :1] = np.nan
        with np.errstate(invalid="ignore", over="ignore"):
            np.subtract(counters[:, 1:], counters[:, :-1], out=growth[:, 1:])
        return self._found(np.concatenate(([np.nan], elapsed_s))[: len(values)], growth, values)

    def between(self, elapsed_s: Array, before: Array, after: Array) -> Array:
        """From N pairs of readings, which may be of N hosts: shapes (N,), (N, S), (N, S) to (N, D)."""
        with np.errstate(invalid="ignore", over="ignore"):
            growth = self._growths.counters(after) - self._growths.counters(before)
        return self._found(elapsed_s, growth, after)

    def _found(self, elapsed_s: Array, growth: Array, values: Array) -> Array:
        # Series by series: long arrays of one series are what numpy and the caches of a CPU are fast with.
        found = np.empty((len(self.series), len(values)))
        growths = found[self._growths_at : self._peaks_at]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if self._shares.series:
                self._shares.compute(values.T, out=found[: self._growths_at])
            if self._growths.series:
                self._growths.compute(elapsed_s, growth, out=growths)
            if self._peaks.series:
                self._peaks.compute(growths, values.T, out=found[self._peaks_at :])
        # A host may send counters so large that a sum overflows; that is no value.
        found[~np.isfinite(found)] = np.nan
        return found.T


def deriver_for(layout: Layout, metric: str | None = None) -> Deriver:
    """The compiled formulas of a layout, from a bounded cache."""
    return _compiled(layout, metric)


_compiled = kept_by_layout(Deriver)


def _built_on(metric: str) -> frozenset[str]:
    peak = PEAKS.get(metric)
    return frozenset({metric, *(peak.rates if peak else ())})


class _Term(NamedTuple):
    """One growth to compute: columns of the layout above and below the line; none below stands for the time."""

    key: SeriesKey
    above: Sequence[int]
    below: Sequence[int]
    growth: Growth
    forgiving: Sequence[int] = ()
    """Columns that may step back by up to `STEP_BACK_S`."""


def _columns(layout: Layout) -> Columns:
    columns: dict[str, dict[Labels, int]] = defaultdict(dict)
    for index, key in enumerate(layout.series):
        columns[key.name][key.labels] = index
    return columns


def _at(columns: Columns, name: str, labels: Labels) -> int | None:
    return columns.get(name, {}).get(labels)


def _all_at(columns: Columns, names: Iterable[str], labels: Labels) -> list[int] | None:
    """Where each of the named series of one instance is; None when one is not there."""
    found = [_at(columns, name, labels) for name in names]
    return [index for index in found if index is not None] if None not in found else None


def _cpu_terms(columns: Columns) -> Iterator[_Term]:
    modes = {dict(labels).get("mode", ""): index for labels, index in columns.get(CPU_MODES, {}).items()}
    if "idle" not in modes:
        return
    whole = [index for mode, index in modes.items() if mode in WHOLE_CPU_MODES]
    busy = [index for mode, index in modes.items() if mode in WHOLE_CPU_MODES - IDLE_MODES]
    idle = [index for mode, index in modes.items() if mode in IDLE_MODES]
    if busy:
        yield _Term(SeriesKey(CPU_USAGE), busy, whole, _CPU_PERCENT, idle)
    for labels, index in columns[CPU_MODES].items():
        yield _Term(SeriesKey(CPU_MODE_SHARE, labels), [index], whole, _CPU_PERCENT, idle)


def _growth_terms(columns: Columns) -> Iterator[_Term]:
    for name, growth in GROWTHS.items():
        for labels in columns.get(growth.above[0], {}):
            above = _all_at(columns, growth.above, labels)
            below = _all_at(columns, growth.below, labels)
            if above is not None and below is not None:
                idle = [below[place] for place, counter in enumerate(growth.below) if counter == CORE_IDLE]
                yield _Term(SeriesKey(name, labels), above, below, growth, idle)


class _Growths:
    """Ratios of sums of what counters grew by. Each sum is computed once, however many terms have it."""

    def __init__(self, terms: Sequence[_Term]) -> None:
        self.series = tuple(term.key for term in terms)
        forgiving = {column for term in terms for column in term.forgiving}
        used = {column for term in terms for column in (*term.above, *term.below)}
        counters = [*sorted(forgiving), *sorted(used - forgiving)]
        self._forgiven = len(forgiving)
        self._counters = np.array(counters, dtype=np.intp)
        place = {column: index for index, column in enumerate(counters)}
        above = [tuple(place[column] for column in term.above) for term in terms]
        below = [tuple(place[column] for column in term.below) for term in terms]
        sums = list(dict.fromkeys(group for group in above + below if len(group) > 1))
        self._summed, self._starts = _segments(sums)
        # Rows of what is computed: the counters, the time, the sums.
        row: dict[tuple[int, ...], int] = {(index,): index for index in range(len(counters))} | {(): len(counters)}
        row |= {group: len(counters) + 1 + index for index, group in enumerate(sums)}
        self._above, self._below = (np.array([row[group] for group in side], dtype=np.intp) for side in (above, below))
        self._scale = np.array([[term.growth.scale] for term in terms])
        self._when_still = np.array([[term.growth.when_still] for term in terms])
        self._ceiling = np.array([[term.growth.ceiling] for term in terms])

    def counters(self, values: Array) -> Array:
        """The counters that are needed, (C, N)."""
        return values.T.take(self._counters, axis=0)

    def compute(self, elapsed_s: Array, growth: Array, *, out: Array) -> None:
        grown = self._grown(elapsed_s, growth)
        above, below = grown.take(self._above, axis=0), grown.take(self._below, axis=0)
        np.divide(above, below, out=out)
        out *= self._scale
        np.minimum(out, self._ceiling, out=out)
        still = below == 0
        if still.any():
            # Not plain `when_still`: what is absent above stays absent.
            out[still] = (above * 0 + self._when_still)[still]

    def _grown(self, elapsed_s: Array, growth: Array) -> Array:
        """What each counter grew by, the time, and the sums, (C+1+G, N)."""
        counters, sums = len(self._counters), len(self._starts)
        grown = np.empty((counters + 1 + sums, len(elapsed_s)))
        usable = grown[:counters]
        np.add(growth, elapsed_s * 0, out=usable)
        if self._forgiven:
            idle = usable[: self._forgiven]
            idle[(idle < 0) & (idle >= -STEP_BACK_S)] = 0
        usable[usable < 0] = np.nan
        grown[counters] = elapsed_s
        if sums:
            np.add.reduceat(usable.take(self._summed, axis=0), self._starts, axis=0, out=grown[counters + 1 :])
        return grown


class _Shares:
    """What is used of a gauge, in its own unit or in percent."""

    def __init__(self, columns: Columns, shares: Mapping[str, Share]) -> None:
        keys, total, free, usable, percent, as_df = [], [], [], [], [], []
        for name, share in shares.items():
            for labels in columns.get(share.total, {}):
                at = _all_at(columns, (share.total, share.free, share.usable or share.total), labels)
                if at is None:
                    continue
                keys.append(SeriesKey(name, labels))
                total.append(at[0])
                free.append(at[1])
                usable.append(at[2])
                percent.append(share.percent)
                as_df.append(share.usable is not None)
        self.series = tuple(keys)
        self._total, self._free, self._usable = (np.array(at, dtype=np.intp) for at in (total, free, usable))
        self._percent = np.array(percent, dtype=bool)[:, np.newaxis]
        self._as_df = np.array(as_df, dtype=np.float64)[:, np.newaxis]

    def compute(self, values: Array, *, out: Array) -> None:
        total = values.take(self._total, axis=0)
        used = np.maximum(total - values.take(self._free, axis=0), 0)
        # A plain share has its total here and adds nothing to it.
        whole = values.take(self._usable, axis=0) + used * self._as_df
        percent = np.minimum(used / whole * 100, 100)
        out[...] = np.where(self._percent, percent, used)
        out[~(total > 0)] = np.nan


class _Peaks:
    """The largest of some rates in percent of a gauge."""

    def __init__(self, columns: Columns, rates: Sequence[SeriesKey]) -> None:
        place = {key: index for index, key in enumerate(rates)}
        keys, parts, whole = [], [], []
        for name, peak in PEAKS.items():
            for labels, index in columns.get(peak.whole, {}).items():
                found = [place.get(SeriesKey(rate, labels)) for rate in peak.rates]
                if None not in found:
                    keys.append(SeriesKey(name, labels))
                    parts.append([at for at in found if at is not None])
                    whole.append(index)
        self.series = tuple(keys)
        self._rates, self._rates_at = _segments(parts)
        self._whole = np.array(whole, dtype=np.intp)

    def compute(self, rates: Array, values: Array, *, out: Array) -> None:
        whole = values.take(self._whole, axis=0)
        np.maximum.reduceat(rates.take(self._rates, axis=0), self._rates_at, axis=0, out=out)
        out /= np.where(whole > 0, whole, np.nan)
        out *= 100


def _segments(groups: Sequence[Sequence[int]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Groups of columns as `reduceat` takes them: all of them in a row, and where each group starts."""
    flat = np.array([column for group in groups for column in group], dtype=np.intp)
    starts = np.cumsum([0, *(len(group) for group in groups)])[:-1].astype(np.intp)
    return flat, starts
