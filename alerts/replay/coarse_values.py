"""Values of live signals where only roll-ups are left of the readings. Pure but for the reading."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from alerts.evaluation.live_signal import WINDOWED, is_live
from alerts.history.long_window import KEPT_FOR, Kept
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.matchers import matches
from alerts.rules.signal import Function, Signal
from storage.catalogue import CATALOGUE, Kind
from storage.connection import Connection
from storage.queries import SeriesPoints, read_series
from storage.rollup import LENGTH_MS, Interval
from storage.series import SeriesKey

_FINEST_FIRST = (Interval.M1, Interval.M5, Interval.H1, Interval.D1)


class CoarseValue(NamedTuple):
    """What a rule is held against for the length of a bucket."""

    ts: int
    applied: AppliedRule
    key: SeriesKey
    value: float
    length_ms: int


@dataclass(frozen=True, slots=True)
class Coarse:
    """What is left of a host in a span.

    Attributes:
        series: of each metric.
        intervals: the finest that there was, by metric.
    """

    series: Mapping[str, Sequence[SeriesPoints]]
    intervals: Mapping[str, Interval]


def can_be_coarse(signal: Signal) -> bool:
    """Whether anything can be said of it without readings: counters are not rolled up, and no gap is."""
    return (
        is_live(signal)
        and signal.function is not Function.ABSENCE
        and CATALOGUE[signal.metric].kind is not Kind.COUNTER
    )


def read_coarse(connection: Connection, host_id: int, metrics: Iterable[str], since: int, until: int) -> Coarse:
    """The finest roll-ups of each metric.

    Raises:
        DatabaseCorruptError: what is stored cannot be read.
    """
    series: dict[str, list[SeriesPoints]] = {}
    intervals: dict[str, Interval] = {}
    for metric in metrics:
        for interval in _FINEST_FIRST:
            found = read_series(
                connection, host_ids=[host_id], metric=metric, start=since, end=until, interval=interval
            )
            if found:
                series[metric], intervals[metric] = found, interval
                break
    return Coarse(series, intervals)


def coarse_values(coarse: Coarse, applied: Iterable[AppliedRule], since: int, until: int) -> list[CoarseValue]:
    """What the rules are held against, in order of time: of each bucket once where it begins and once where it ends.

    A mean that is too much for a whole bucket was too much for as long.
    """
    found: list[CoarseValue] = []
    for rule in applied:
        signal = rule.rule.signal
        if can_be_coarse(signal):
            for points in coarse.series.get(signal.metric, ()):
                if matches(signal.matchers, dict(points.key.labels)):
                    found += (each for each in _of_series(rule, points) if since <= each.ts < until)
    return sorted(found, key=lambda each: each.ts)


def _of_series(rule: AppliedRule, points: SeriesPoints) -> Iterator[CoarseValue]:
    signal, length = rule.rule.signal, LENGTH_MS[points.interval]
    for ts, value in zip(points.ts.tolist(), _seen_through(signal, points).tolist(), strict=True):
        if value == value:  # noqa: PLR0124 - not NaN
            scaled = value * signal.scale + signal.offset
            yield CoarseValue(ts, rule, points.key, scaled, length)
            yield CoarseValue(ts + length - 1, rule, points.key, scaled, length)


def _seen_through(signal: Signal, points: SeriesPoints) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Of each bucket what the function makes of it and of those before it that are in the window."""
    if signal.function is Function.AGE:
        return points.ts / 1000 - points.value
    if signal.function not in WINDOWED:
        return points.value
    kept = KEPT_FOR[signal.function]
    values = {Kept.MEAN: points.value, Kept.LOWEST: points.minimum, Kept.HIGHEST: points.maximum}[kept]
    first = np.searchsorted(points.ts, points.ts - round(signal.window_s * 1000), side="right")
    found = np.full(len(values), np.nan)
    for place, start in enumerate(first.tolist()):
        inside = values[start : place + 1]
        match signal.function:
            case Function.LOWEST:
                found[place] = inside.min()
            case Function.HIGHEST:
                found[place] = inside.max()
            case Function.AVERAGE:
                found[place] = np.average(inside, weights=points.count[start : place + 1])
            case _:
                if len(inside) > 1:
                    found[place] = (inside[-1] - inside[0]) * 1000 / (points.ts[place] - points.ts[start])
    return found
