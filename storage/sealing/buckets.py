"""From readings to buckets of a minute, and from these to longer ones. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.alignment import aligned
from storage.catalogue import CATALOGUE, Kind
from storage.chunks.raw_chunk import RawReadings
from storage.chunks.rollup_chunk import RolledUp
from storage.chunks.significant import round_significant
from storage.layout_cache import kept_by_layout
from storage.reading.readings import Readings, put_together
from storage.reading.shown import Shown, show
from storage.rollup import Rolled, coarser, roll_up_columns
from storage.sealing.series_limit import union_layout
from storage.series import Layout, shared_layout
from storage.tier import BUCKET_MS, Tier


def roll_up(readings: RawReadings, since: int, gap_s: float) -> RolledUp:
    """Buckets of a minute: of the gauges, and of all that is derived from these and from counters.

    Args:
        readings: those to roll up, and some before them for the rates of the first ones.
        since: from when on they count, UTC milliseconds, the start of a minute.
        gap_s: the longest span that gives a rate.
    """
    shown = [_from(show(group, None, gap_s), since) for group in _alike(readings)]
    parts = [part for part in shown if len(part.ts)]
    if not parts:
        return _nothing()
    layout = union_layout(((part.layout, len(part.ts)) for part in parts), sum(len(part.ts) for part in parts))
    ts = np.concatenate([part.ts for part in parts])
    values = [aligned(part.values, part.layout, layout) for part in parts]
    joined = np.concatenate(values) if len(values) > 1 else values[0]
    if (np.diff(ts) < 0).any():
        # Late readings of a session that broke may be newer than the first ones of the next.
        order = np.argsort(ts, kind="stable")
        ts, joined = ts[order], joined[order]
    return _named(_filled(roll_up_columns(ts, joined, BUCKET_MS[Tier.M1])), layout)


def longer(buckets: RolledUp, tier: Tier) -> RolledUp:
    """The same readings in the buckets of a coarser tier."""
    return _named(coarser(_arrays(buckets), BUCKET_MS[tier]), buckets.layout)


def one_after_another(parts: Sequence[RolledUp]) -> RolledUp:
    """Buckets of spans that follow each other."""
    there = [part for part in parts if len(part.ts)]
    if not there:
        return _nothing()
    if len(there) == 1:
        return there[0]
    layout = union_layout(((part.layout, len(part.ts)) for part in there), sum(len(part.ts) for part in there))
    spread = [_spread(part, layout) for part in there]
    return _named(_joined(spread), layout)


def merged(older: RolledUp, newer: RolledUp) -> RolledUp:
    """Both as one. A bucket that both have is that of `newer`, unless `older` knew more readings.

    Readings come late and then a bucket is computed anew, from more of them than before; from fewer only where some
    have been forgotten meanwhile.
    """
    if not len(older.ts):
        return newer
    if not len(newer.ts):
        return older
    weighed = ((older.layout, len(older.ts)), (newer.layout, len(newer.ts)))
    layout = union_layout(weighed, len(older.ts) + len(newer.ts))
    before, after = _spread(older, layout), _spread(newer, layout)
    known = np.zeros(len(newer.ts), dtype=np.int64)
    place = np.searchsorted(older.ts, newer.ts).clip(max=len(older.ts) - 1)
    shared = older.ts[place] == newer.ts
    known[shared] = _readings(older)[place[shared]]
    taken = _readings(newer) >= known
    left = ~np.isin(older.ts, newer.ts[taken])
    both = _joined((before.buckets(left), after.buckets(taken)))
    return _named(both.buckets(np.argsort(both.ts, kind="stable")), layout)


def within(buckets: RolledUp, since: int, until: int) -> RolledUp:
    """Those that start from `since` up to before `until`."""
    inside = slice(*np.searchsorted(buckets.ts, (since, until)).tolist())
    return _named(_arrays(buckets).buckets(inside), buckets.layout)


def rounded(buckets: RolledUp) -> RolledUp:
    """As it is kept: what was derived to a few significant digits, gauges exactly."""
    derived = _derived_columns(buckets.layout)
    if not derived.any():
        return buckets
    total, minimum, maximum = (
        _round_columns(values, derived) for values in (buckets.total, buckets.minimum, buckets.maximum)
    )
    return RolledUp(buckets.ts, buckets.layout, total, minimum, maximum, buckets.count)


def _round_columns(values: NDArray[np.float64], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    found = values.copy()
    found[:, chosen] = round_significant(np.ascontiguousarray(values[:, chosen]))
    return found


@kept_by_layout
def _derived_columns(layout: Layout) -> NDArray[np.bool_]:
    return np.array([_is_derived(key.name) for key in layout.series], dtype=bool)


def _is_derived(name: str) -> bool:
    metric = CATALOGUE.get(name)
    return metric is not None and metric.kind is Kind.DERIVED


def _alike(readings: RawReadings) -> Sequence[Readings]:
    """Readings by session and time, without the series that a session never had."""
    host_id = np.zeros(len(readings.ts), dtype=np.int64)
    whole = Readings(readings.layout, host_id, readings.session_at, readings.ts, readings.values)
    return put_together([whole], ())


class _Part(NamedTuple):
    """Values (T, S) at `ts`."""

    layout: Layout
    ts: NDArray[np.int64]
    values: NDArray[np.float64]


def _from(shown: Shown, since: int) -> _Part:
    inside = shown.ts >= since
    layout = shared_layout(shown.keys)
    if inside.all():
        return _Part(layout, shown.ts, shown.values)
    return _Part(layout, shown.ts[inside], shown.values.T[:, inside].T)


def _named(rolled: Rolled, layout: Layout) -> RolledUp:
    return RolledUp(rolled.ts, layout, rolled.total, rolled.minimum, rolled.maximum, rolled.count)


def _joined(parts: Sequence[Rolled]) -> Rolled:
    return Rolled(
        np.concatenate([part.ts for part in parts]),
        np.concatenate([part.total for part in parts]),
        np.concatenate([part.minimum for part in parts]),
        np.concatenate([part.maximum for part in parts]),
        np.concatenate([part.count for part in parts]),
    )


def _arrays(buckets: RolledUp) -> Rolled:
    return Rolled(buckets.ts, buckets.total, buckets.minimum, buckets.maximum, buckets.count)


def _filled(rolled: Rolled) -> Rolled:
    """Without those that hold nothing: a first reading has no rates."""
    filled: NDArray[np.bool_] = rolled.count.max(axis=1, initial=0) > 0
    return rolled if filled.all() else rolled.buckets(filled)


def _nothing() -> RolledUp:
    empty, none = np.empty((0, 0)), np.empty(0, dtype=np.int64)
    return RolledUp(none, Layout(()), empty, empty, empty, np.empty((0, 0), dtype=np.int64))


def _readings(buckets: RolledUp) -> NDArray[np.int64]:
    """How many readings each bucket knows of."""
    most: NDArray[np.int64] = buckets.count.max(axis=1, initial=0)
    return most


def _spread(buckets: RolledUp, layout: Layout) -> Rolled:
    """Over the series of another layout."""
    if buckets.layout == layout:
        return _arrays(buckets)
    total, minimum, maximum = (
        aligned(values, buckets.layout, layout) for values in (buckets.total, buckets.minimum, buckets.maximum)
    )
    # Far below 2**53, so exact.
    count = np.nan_to_num(aligned(buckets.count.astype(np.float64), buckets.layout, layout)).astype(np.int64)
    return Rolled(buckets.ts, total, minimum, maximum, count)
