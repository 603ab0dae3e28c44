"""One side of a comparison: what was read of a quantity over a span, summed up. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fleet.compared_metrics import Together
from storage.queries import SeriesPoints
from storage.rollup import LENGTH_MS
from storage.series import SeriesKey

PIECES = 12
"""Into which each side is cut."""
ENOUGH_PIECES = 6
"""That need to have readings in them."""
ENOUGH_READINGS = 12
"""Of each side, buckets counting as one: fewer tell nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """One quantity of a host over a span; arrays of one length, rising in `ts`, without NaN.

    Attributes:
        ts: UTC milliseconds; of a bucket, where it starts.
        value: the reading; of a bucket, the mean.
        maximum: the largest reading.
        weight: how many readings that is.
        length_ms: of a bucket; 0 for readings as they were made.
    """

    ts: NDArray[np.int64]
    value: NDArray[np.float64]
    maximum: NDArray[np.float64]
    weight: NDArray[np.float64]
    length_ms: int = 0


NOTHING = Readings(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True)
class Side:
    """A quantity before, or after.

    Attributes:
        mean: of the readings; of several hosts, the mean of their means.
        p95: the smallest value that 95 % of the readings do not exceed; of several hosts, each weighs the same.
        maximum: the largest reading.
        readings: how many there are.
        covered: for how much of the time there are readings, from 0 to 1; of several hosts, their mean.
    """

    mean: float | None
    p95: float | None
    maximum: float | None
    readings: int
    covered: float


@dataclass(frozen=True, slots=True, eq=False)
class HostSide:
    """One side of one host, with what several hosts are summed up from.

    Attributes:
        side: its numbers.
        value: of each reading, or bucket.
        weight: how many readings each is.
        pieces: means of the pieces, shape (PIECES,), NaN for those without readings.
    """

    side: Side
    value: NDArray[np.float64]
    weight: NDArray[np.float64]
    pieces: NDArray[np.float64]


def quantities(series: Sequence[SeriesPoints], how: Together) -> dict[SeriesKey, Readings]:
    """What is compared of one host and metric, by a key that has labels only where series are kept apart."""
    if how is Together.APART or len(series) == 1:
        return {_key(each, how): _readings([each], how) for each in series}
    return {_key(series[0], how): _readings(series, how)} if series else {}


def host_side(readings: Readings, span: tuple[int, int], longest_gap_ms: float) -> HostSide:
    """Sums one side up.

    Args:
        readings: of one host; what lies outside of the span, also in part, is left out.
        span: start and end, UTC milliseconds, the end outside.
        longest_gap_ms: between two readings, beyond which the time between them counts as without any.
    """
    start, end = span
    inside = (readings.ts >= start) & (readings.ts + max(readings.length_ms, 1) <= end) & np.isfinite(readings.value)
    ts, value, weight = readings.ts[inside], readings.value[inside], readings.weight[inside]
    pieces = np.full(PIECES, np.nan)
    if not len(ts):
        return HostSide(Side(None, None, None, 0, 0.0), value, weight, pieces)
    place = np.minimum((ts - start) * PIECES // (end - start), PIECES - 1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        pieces = np.bincount(place, value * weight, PIECES) / np.bincount(place, weight, PIECES)
        # A mean rounds, so that of equal values may come out beside them.
        mean = float(np.clip(np.average(value, weights=weight), value.min(), value.max()))
    side = Side(
        mean=mean if np.isfinite(mean) else None,
        p95=_p95(value, weight),
        maximum=float(readings.maximum[inside].max()),
        readings=int(weight.sum()),
        covered=_covered(ts, span, max(longest_gap_ms, readings.length_ms), readings.length_ms),
    )
    return HostSide(side, value, weight, pieces)


def together(sides: Sequence[HostSide]) -> Side:
    """Several hosts as one, each weighing the same; those without readings must have been left out."""
    means = [each.side.mean for each in sides if each.side.mean is not None]
    if not means:
        return Side(None, None, None, 0, 0.0)
    shares = [each.weight / each.weight.sum() for each in sides]
    with np.errstate(over="ignore"):
        mean = float(np.mean(means))
    return Side(
        mean=mean if np.isfinite(mean) else None,
        p95=_p95(np.concatenate([each.value for each in sides]), np.concatenate(shares)),
        maximum=max(each.side.maximum for each in sides if each.side.maximum is not None),
        readings=sum(each.side.readings for each in sides),
        covered=float(np.mean([each.side.covered for each in sides])),
    )


def standard_error(sides: Sequence[HostSide]) -> float | None:
    """How far the mean of these hosts wanders by chance; None where there is too little to tell.

    What hosts have in common, such as more visitors at noon, makes their pieces rise together and counts in full.
    """
    deviations = [each.pieces - each.side.mean for each in sides if each.side.mean is not None]
    if not deviations or sum(len(each.value) for each in sides) < ENOUGH_READINGS:
        return None
    stacked = np.array(deviations)
    present = ~np.isnan(stacked)
    hosts = present.sum(axis=0)
    if np.count_nonzero(hosts) < ENOUGH_PIECES:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        pieces = np.where(present, stacked, 0.0).sum(axis=0)[hosts > 0] / hosts[hosts > 0]
        error = float(pieces.std(ddof=1) / np.sqrt(len(pieces)))
    return error if np.isfinite(error) else None


def _key(points: SeriesPoints, how: Together) -> SeriesKey:
    return points.key if how is Together.APART else SeriesKey(points.key.name)


def _readings(series: Sequence[SeriesPoints], how: Together) -> Readings:
    length_ms = LENGTH_MS.get(series[0].interval, 0)
    if len(series) == 1:
        (only,) = series
        return Readings(only.ts, only.value, only.maximum, only.count.astype(np.float64), length_ms)
    ts, place = np.unique(np.concatenate([each.ts for each in series]), return_inverse=True)
    value, maximum, weight = (
        np.concatenate([getattr(each, name) for each in series]) for name in ("value", "maximum", "count")
    )
    most = _largest(weight.astype(np.float64), place, len(ts))
    if how is Together.LARGEST:
        return Readings(ts, _largest(value, place, len(ts)), _largest(maximum, place, len(ts)), most, length_ms)
    sums = np.bincount(place, value, len(ts)).astype(np.float64)
    # When in a bucket each of them had its largest value is not known, so the sum of these may never have been.
    return Readings(ts, sums, sums, most, length_ms)


def _largest(values: NDArray[np.float64], place: NDArray[np.intp], size: int) -> NDArray[np.float64]:
    found = np.full(size, -np.inf)
    np.maximum.at(found, place, values)
    return found


def _p95(value: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    order = np.argsort(value)
    reached = np.cumsum(weight[order])
    # A little less than 95 %, as shares do not add up to 1 exactly.
    return float(value[order][np.searchsorted(reached, 0.95 * reached[-1] * (1 - 1e-12))])


def _covered(ts: NDArray[np.int64], span: tuple[int, int], longest_gap_ms: float, length_ms: int) -> float:
    """The share of the span in which neighbouring readings, or buckets, lie no further apart than that."""
    edges = np.concatenate(([span[0]], ts, [span[1] - length_ms]))
    gaps = np.diff(edges)
    # The length of the last bucket is full of readings as well.
    held = float(gaps[gaps <= longest_gap_ms].sum()) + length_ms
    return min(1.0, held / (span[1] - span[0]))
