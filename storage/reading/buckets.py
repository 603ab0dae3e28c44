"""Buckets of one host, put together from what several tiers have. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.alignment import aligned
from storage.reading.extents import Extents, inside
from storage.reading.shown import Shown
from storage.rollup import Rolled, coarser, roll_up_columns
from storage.series import Layout, SeriesKey


class Buckets(NamedTuple):
    """Buckets of the series `keys`."""

    keys: tuple[SeriesKey, ...]
    rolled: Rolled

    def within(self, extents: Extents) -> "Buckets":
        """Those that start in one of these."""
        ts = self.rolled.ts
        if len(ts) and any(since <= ts[0] and ts[-1] < until for since, until in extents):
            return self
        if len(extents) == 1:
            first, last = np.searchsorted(ts, extents[0]).tolist()
            return Buckets(self.keys, self.rolled.buckets(slice(first, last)))
        return Buckets(self.keys, self.rolled.buckets(inside(ts, extents)))

    def coarser(self, length_ms: int) -> "Buckets":
        """The same in longer buckets."""
        return Buckets(self.keys, coarser(self.rolled, length_ms))

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        return not len(self.rolled.ts) or not self.keys


_NOTHING = np.empty((0, 0))
NO_BUCKETS = Buckets((), Rolled(np.empty(0, np.int64), _NOTHING, _NOTHING, _NOTHING, np.empty((0, 0), np.int64)))


def rolled_up(parts: Iterable[Shown], length_ms: int) -> Buckets:
    """Readings of one host in buckets."""
    kept = [part for part in parts if len(part.ts) and part.keys]
    if not kept:
        return NO_BUCKETS
    keys = _union(part.keys for part in kept)
    ts = np.concatenate([part.ts for part in kept])
    values = np.concatenate([aligned(part.values, Layout(part.keys), Layout(keys)) for part in kept])
    order = _order(ts)
    return Buckets(keys, roll_up_columns(ts[order], values[order], length_ms))


def strung(parts: Sequence[Buckets]) -> Buckets:
    """Buckets of one tier after the other; no two parts have the same one."""
    kept = [part for part in parts if not part.is_empty]
    if len(kept) <= 1:
        return kept[0] if kept else NO_BUCKETS
    keys = _union(part.keys for part in kept)
    columns: Iterable[Any] = zip(*(_over(part, keys) for part in kept), strict=True)
    joined = Rolled(*map(np.concatenate, columns))
    order = _order(joined.ts)
    return Buckets(keys, joined if isinstance(order, slice) else joined.buckets(order))


def preferring(stored: Buckets, computed: Buckets, *, fuller: bool) -> Buckets:
    """Both in one.

    Args:
        stored: wins where both have a bucket of a series.
        computed: wins only where it is fuller, that is, has seen more readings.
        fuller: whether that counts.
    """
    if stored.is_empty or computed.is_empty:
        return computed if stored.is_empty else stored
    if computed.rolled.ts[0] > stored.rolled.ts[-1]:
        return strung((stored, computed))
    keys = _union((stored.keys, computed.keys))
    ts = np.union1d(stored.rolled.ts, computed.rolled.ts)
    first, second = (_at(_over(each, keys), ts) for each in (stored, computed))
    wins = first.count >= second.count if fuller else first.count > 0
    pairs: Iterable[Any] = zip(first[1:], second[1:], strict=True)
    return Buckets(keys, Rolled(ts, *(np.where(wins, *pair) for pair in pairs)))


def _union(several: Iterable[tuple[SeriesKey, ...]]) -> tuple[SeriesKey, ...]:
    distinct = list(dict.fromkeys(several))
    return distinct[0] if len(distinct) == 1 else tuple(dict.fromkeys(key for keys in distinct for key in keys))


def _order(ts: NDArray[np.int64]) -> slice | NDArray[np.intp]:
    return np.argsort(ts, kind="stable") if (np.diff(ts) < 0).any() else slice(None)


def _over(each: Buckets, keys: tuple[SeriesKey, ...]) -> Rolled:
    """The buckets over other series, holding nothing of those that they lack."""
    if each.keys == keys:
        return each.rolled
    place = {key: index for index, key in enumerate(each.keys)}
    columns = np.array([place.get(key, -1) for key in keys], dtype=np.intp)
    return _holding(each.rolled.series(columns), (slice(None), columns < 0))


def _at(rolled: Rolled, ts: NDArray[np.int64]) -> Rolled:
    """The buckets at other times, holding nothing at those that they lack."""
    rows = np.searchsorted(rolled.ts, ts)
    rows[rows == len(rolled.ts)] = 0
    return _holding(rolled.buckets(rows)._replace(ts=ts), (rolled.ts[rows] != ts, slice(None)))


def _holding(rolled: Rolled, nothing: tuple[Any, Any]) -> Rolled:
    rolled.total[nothing] = rolled.minimum[nothing] = rolled.maximum[nothing] = np.nan
    rolled.count[nothing] = 0
    return rolled
