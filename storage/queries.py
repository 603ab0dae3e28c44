"""Series over a range, stored or derived, raw or rolled up."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from storage.catalogue import CATALOGUE, Kind, Metric
from storage.errors import InvalidInputError
from storage.reading.asked import Asked
from storage.reading.buckets import Buckets
from storage.reading.choice import Chooser
from storage.reading.extents import Extent
from storage.reading.kept import choose_interval
from storage.reading.raw_reading import read_readings
from storage.reading.shown import Shown, show
from storage.reading.tier_reading import Wanted, read_buckets
from storage.rollup import TIER_OF, Interval, means, pick_tier
from storage.series import SeriesKey

_HOSTS_AT_ONCE = 500
"""Bounds what is in memory unpacked, and the parameters of a statement."""


@dataclass(frozen=True, slots=True, eq=False)
class SeriesPoints:
    """One series over a range. The arrays are equally long, ascending in `ts`, and hold no NaN.

    Attributes:
        host_id: whose.
        key: which series.
        interval: how far apart the points are; never AUTO.
        ts: UTC milliseconds; of a bucket, where it starts.
        value: the reading; of a bucket, the mean.
        minimum: the smallest reading.
        maximum: the largest reading.
        count: how many readings.
    """

    host_id: int
    key: SeriesKey
    interval: Interval
    ts: NDArray[np.int64]
    value: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    count: NDArray[np.int64]


def read_series(  # noqa: PLR0913 - all by name
    connection: Connection,
    *,
    host_ids: Sequence[int],
    metric: str,
    start: int,
    end: int,
    interval: Interval = Interval.RAW,
    labels: Mapping[str, str] | None = None,
    width: int = 1000,
    max_gap_s: float = 60.0,
) -> list[SeriesPoints]:
    """Every series of a metric that has a value in the range, by host in the order given.

    Buckets are whole: the first may start before the range and the last end after it. Counters are not rolled up when
    readings are sealed: buckets of one are made from the readings that are still kept.

    Args:
        connection: to read from; all hosts at once, so that a hundred of them take a handful of statements.
        host_ids: whose.
        metric: any name of the catalogue.
        start: UTC milliseconds, inclusive.
        end: UTC milliseconds, exclusive.
        interval: RAW gives readings, the others buckets; AUTO picks one by `width` and by what is still kept.
        labels: only series that have all of these labels.
        width: about how many points a series may have at most when the interval is AUTO.
        max_gap_s: the longest span over which a rate is taken; see `storage.derive.longest_gap_s`.

    Raises:
        InvalidInputError: there is no such metric.
        DatabaseCorruptError: a reading does not fit its layout, or a chunk that is needed is damaged.
    """
    known = find_metric(metric)
    wanted = Wanted(frozenset({metric}), known.cadence, max_gap_s)
    span = Extent(start, end)
    if interval is Interval.AUTO:
        interval = resolve_kept(connection, host_ids=host_ids, metric=known, span=span, width=width)
    if start >= end:
        return []
    found: list[SeriesPoints] = []
    for first in range(0, len(host_ids), _HOSTS_AT_ONCE):
        some = host_ids[first : first + _HOSTS_AT_ONCE]
        if interval is Interval.RAW:
            series = _readings(connection, wanted, some, span, labels or {})
        else:
            buckets = read_buckets(connection, wanted, some, TIER_OF[interval], span)
            series = {host_id: _of_buckets(host_id, interval, each, labels or {}) for host_id, each in buckets.items()}
        found += (points for host_id in some for points in series.get(host_id, ()))
    return found


def find_metric(name: str) -> Metric:
    """The catalogue's entry. Raises InvalidInputError, with similar names in the hint."""
    if found := CATALOGUE.get(name):
        return found
    close = get_close_matches(name[:100], list(CATALOGUE), n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "Metrics have names such as cpu_usage_percent or load1."
    raise InvalidInputError(f"There is no metric {name[:100]!r}.", hint=hint)


def resolve(interval: Interval, start: int, end: int, width: int = 1000) -> Interval:
    """The interval that AUTO stands for by the room there is; any other one stands for itself."""
    return pick_tier((end - start) / 1000, width) if interval is Interval.AUTO else interval


def resolve_kept(
    connection: Connection, *, host_ids: Sequence[int], metric: Metric, span: tuple[int, int], width: int = 1000
) -> Interval:
    """The interval that AUTO stands for by the room there is and by what is still kept of these hosts."""
    if metric.kind is Kind.COUNTER:
        return resolve(Interval.AUTO, *span, width)
    return choose_interval(connection, host_ids, metric.cadence, span, width)


def _readings(
    connection: Connection, wanted: Wanted, host_ids: Sequence[int], span: Extent, labels: Mapping[str, str]
) -> dict[int, list[SeriesPoints]]:
    # A rate at the start needs the reading before it, and one that lies further back would not count.
    asked = Asked(host_ids, wanted.cadence, span.since - wanted.lead_ms, span.until)
    parts: dict[int, dict[SeriesKey, list[_Points]]] = defaultdict(dict)
    for readings in read_readings(connection, Chooser(connection, wanted.sources), asked):
        shown = show(readings, wanted.metrics, wanted.max_gap_s)
        for place, key in enumerate(shown.keys):
            if labels.items() <= dict(key.labels).items():
                for host_id, points in _present(shown, place, span.since):
                    parts[host_id].setdefault(key, []).append(points)
    return {
        host_id: [_of_readings(host_id, key, each) for key, each in by_key.items()] for host_id, by_key in parts.items()
    }


class _Points(NamedTuple):
    """Readings of one series, equally long."""

    ts: NDArray[np.int64]
    values: NDArray[np.float64]


def _present(shown: Shown, place: int, since: int) -> Iterator[tuple[int, _Points]]:
    """What each host has of one series from a moment on."""
    host_id, ts, values = shown.host_id, shown.ts, shown.values[:, place]
    kept = (values == values) & (ts >= since)  # noqa: PLR0124 - not NaN
    if not kept.all():
        host_id, ts, values = host_id[kept], ts[kept], values[kept]
    if not len(ts):
        return
    edges = [0, *(np.flatnonzero(host_id[1:] != host_id[:-1]) + 1).tolist(), len(ts)]
    for first, last in pairwise(edges):
        yield int(host_id[first]), _Points(ts[first:last], values[first:last])


def _of_readings(host_id: int, key: SeriesKey, parts: Sequence[_Points]) -> SeriesPoints:
    """One series over all sessions."""
    ts, values = parts[0]
    if len(parts) > 1:
        ts, values = np.concatenate([part.ts for part in parts]), np.concatenate([part.values for part in parts])
    # Late lines of a session that broke may be newer than the first ones of the next.
    if (ts[1:] < ts[:-1]).any():
        order = np.argsort(ts, kind="stable")
        ts, values = ts[order], values[order]
    return SeriesPoints(host_id, key, Interval.RAW, ts, values, values, values, np.ones(len(ts), dtype=np.int64))


def _of_buckets(host_id: int, interval: Interval, buckets: Buckets, labels: Mapping[str, str]) -> list[SeriesPoints]:
    rolled, found = buckets.rolled, []
    for place, key in enumerate(buckets.keys):
        if labels.items() <= dict(key.labels).items():
            column = rolled.series(place)
            value = means(column)
            # Readings that are infinities of both signs have no mean.
            kept = ~np.isnan(value)
            if kept.any():
                ts, _, minimum, maximum, count = column.buckets(kept)
                found.append(SeriesPoints(host_id, key, interval, ts, value[kept], minimum, maximum, count))
    return found
