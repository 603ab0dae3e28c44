"""Series over a range, stored or derived, raw or rolled up; process tables as they were."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from storage.catalogue import CATALOGUE, Kind, Metric
from storage.columns import ColumnReader, Span, Stretch
from storage.derive import deriver_for, elapsed
from storage.errors import DatabaseCorruptError, InvalidInputError
from storage.formulas import stored_sources
from storage.process_rows import unpack_processes
from storage.rollup import LENGTH_MS, Interval, pick_tier, roll_up
from storage.schema import process_snapshots
from storage.scrape import Process
from storage.series import SeriesKey


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


class ProcessSnapshot(NamedTuple):
    """The top processes at one moment, UTC milliseconds."""

    ts: int
    processes: tuple[Process, ...]


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

    Args:
        connection: to read from.
        host_ids: whose.
        metric: any name of the catalogue.
        start: UTC milliseconds, inclusive. The first bucket of a roll-up may start before it.
        end: UTC milliseconds, exclusive.
        interval: RAW gives readings, the others buckets; AUTO picks one by `width`.
        labels: only series that have all of these labels.
        width: about how many points a series may have at most when the interval is AUTO.
        max_gap_s: the longest span over which a rate is taken; see `storage.derive.longest_gap_s`.

    Raises:
        InvalidInputError: there is no such metric.
        DatabaseCorruptError: rows do not fit their layouts.
    """
    wanted = find_metric(metric)
    tier = resolve(interval, start, end, width)
    # A rate at the start needs the reading before it, and one that lies further back would not count.
    since = start - int(max_gap_s * 1000) if _takes_rates(wanted) else start
    reader = ColumnReader(connection, stored_sources(metric))
    points = []
    for host_id in host_ids:
        stretches = reader.read(Span(host_id, wanted.cadence, since, end))
        readings = [_from(start, _readings(stretch, wanted, max_gap_s)) for stretch in stretches]
        points += [_points(host_id, tier, series) for series in _by_series(readings, labels or {})]
    return points


def read_processes(connection: Connection, host_id: int, at: int) -> ProcessSnapshot | None:
    """The newest process table of a host that was read at or before `at`; None when there is none.

    Raises:
        DatabaseCorruptError: it cannot be unpacked.
    """
    newest = (
        select(process_snapshots.c.ts, process_snapshots.c.rows)
        .where(process_snapshots.c.host_id == host_id, process_snapshots.c.ts <= at)
        .order_by(process_snapshots.c.ts.desc())
        .limit(1)
    )
    row = connection.execute(newest).one_or_none()
    if row is None:
        return None
    try:
        return ProcessSnapshot(row.ts, unpack_processes(row.rows))
    except ValueError as error:
        raise DatabaseCorruptError("The database has a process table that cannot be read.") from error


def find_metric(name: str) -> Metric:
    """The catalogue's entry. Raises InvalidInputError, with similar names in the hint."""
    if found := CATALOGUE.get(name):
        return found
    close = get_close_matches(name[:100], list(CATALOGUE), n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "Metrics have names such as cpu_usage_percent or load1."
    raise InvalidInputError(f"There is no metric {name[:100]!r}.", hint=hint)


def resolve(interval: Interval, start: int, end: int, width: int = 1000) -> Interval:
    """The interval that AUTO stands for over a range; any other one stands for itself."""
    return pick_tier((end - start) / 1000, width) if interval is Interval.AUTO else interval


def _takes_rates(metric: Metric) -> bool:
    sources = stored_sources(metric.name)
    return metric.kind is Kind.DERIVED and any(CATALOGUE[name].kind is Kind.COUNTER for name in sources)


class _Readings(NamedTuple):
    """Values (T, D) of the series `keys` at `ts`."""

    keys: tuple[SeriesKey, ...]
    ts: NDArray[np.int64]
    values: NDArray[np.float64]


def _from(start: int, readings: _Readings) -> _Readings:
    inside = readings.ts >= start
    return _Readings(readings.keys, readings.ts[inside], readings.values[inside])


def _readings(stretch: Stretch, metric: Metric, max_gap_s: float) -> _Readings:
    if metric.kind is not Kind.DERIVED:
        return _Readings(stretch.layout.series, stretch.ts, stretch.values)
    deriver = deriver_for(stretch.layout, metric.name)
    columns = [index for index, key in enumerate(deriver.series) if key.name == metric.name]
    seconds = elapsed(stretch.ts, np.full(len(stretch.ts), stretch.session_at), max_gap_s)
    values = deriver.rows(seconds, stretch.values)[:, columns]
    return _Readings(tuple(deriver.series[index] for index in columns), stretch.ts, values)


class _Series(NamedTuple):
    """One series at `ts`."""

    key: SeriesKey
    ts: NDArray[np.int64]
    values: NDArray[np.float64]


def _by_series(readings: Sequence[_Readings], labels: Mapping[str, str]) -> Iterator[_Series]:
    """Each series over all sessions, without absent values."""
    keys = dict.fromkeys(key for part in readings for key in part.keys if labels.items() <= dict(key.labels).items())
    for key in keys:
        parts = [(part.ts, part.values[:, part.keys.index(key)]) for part in readings if key in part.keys]
        ts = np.concatenate([part[0] for part in parts])
        values = np.concatenate([part[1] for part in parts])
        # Late lines of a session that broke may be newer than the first ones of the next.
        order = np.argsort(ts, kind="stable")
        order = order[~np.isnan(values[order])]
        if len(order):
            yield _Series(key, ts[order], values[order])


def _points(host_id: int, interval: Interval, series: _Series) -> SeriesPoints:
    key, ts, values = series
    if interval is Interval.RAW:
        return SeriesPoints(host_id, key, interval, ts, values, values, values, np.ones(len(ts), dtype=np.int64))
    rolled = roll_up(ts, values, LENGTH_MS[interval])
    return SeriesPoints(host_id, key, interval, rolled.ts, rolled.mean, rolled.minimum, rolled.maximum, rolled.count)
