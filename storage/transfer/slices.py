"""One metric of one host over any range, read a slice of time after the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from storage.catalogue import Metric
from storage.host import Host
from storage.queries import SeriesPoints, read_series
from storage.rollup import LENGTH_MS, TIER_OF, Interval
from storage.tier import BLOCK_MS, longest_ms
from storage.transfer.next_reading import next_reading

_FEW_POINTS = 50_000
_MANY_POINTS = 150_000
"""A slice between these two is worth its query, and takes some megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What of one host is read.

    Attributes:
        host: whose.
        metric: which.
        start: UTC milliseconds, inclusive.
        end: UTC milliseconds, exclusive.
        interval: RAW gives readings, the others buckets; never AUTO.
        gap_s: the longest span over which a rate is taken.
    """

    host: Host
    metric: Metric
    start: int
    end: int
    interval: Interval
    gap_s: float


def read_slices(connection: Connection, wanted: Range) -> Iterator[list[SeriesPoints]]:
    """The series of each slice, oldest slice first; together they are what `read_series` gives for the whole range.

    Raises:
        DatabaseCorruptError: rows do not fit their layouts.
    """
    host, metric, tier = wanted.host, wanted.metric, wanted.interval
    shortest = LENGTH_MS.get(tier, 60_000)
    step = max(shortest, longest_ms(TIER_OF[tier], metric.cadence))
    at = next_reading(connection, host.id, metric.cadence, _bucket(wanted.start, tier), tier)
    at = None if at is None else max(at, wanted.start)
    while at is not None and at < wanted.end:
        edge = _edge(connection, wanted, at, step)
        found = read_series(
            connection,
            host_ids=[host.id],
            metric=metric.name,
            start=at,
            end=edge,
            interval=tier,
            max_gap_s=wanted.gap_s,
        )
        if found:
            yield found
            step = _next_step(step, sum(len(points.ts) for points in found), shortest)
            at = edge
        else:
            at = next_reading(connection, host.id, metric.cadence, edge, tier)


def _edge(connection: Connection, wanted: Range, at: int, step: int) -> int:
    """Where a slice ends: at a multiple of whole buckets, so that none is cut in two.

    Where there are readings, which may have to be rolled up for it, a slice of buckets is a block long at most: a
    bucket of a day stands for thousands of them.
    """
    edge = min(wanted.end, (at // step + 1) * step)
    if wanted.interval is Interval.RAW:
        return edge
    reading = next_reading(connection, wanted.host.id, wanted.metric.cadence, at, Interval.RAW)
    if reading is None or reading >= edge:
        return edge
    block = max(BLOCK_MS, LENGTH_MS[wanted.interval])
    before_readings = reading // block * block
    return min(edge, before_readings if before_readings > at else (at // block + 1) * block)


def _bucket(start: int, tier: Interval) -> int:
    """Where the bucket that holds the start begins; of readings, the start itself."""
    length = LENGTH_MS.get(tier, 1)
    return start // length * length


def _next_step(step: int, points: int, shortest: int) -> int:
    if points < _FEW_POINTS:
        return step * 2
    # Still a multiple of a bucket's length.
    return step if points <= _MANY_POINTS else max(shortest, step // 2 // shortest * shortest)
