"""The statistics of buckets as whole numbers, each given by what the ones before it leave open.

Of each series, in this order: the smallest value; the largest less the smallest; the total less the middle of both
times the count; by how many steps of float64 adding up has moved the total; and how far the count falls short of the
usual one, the largest in its bucket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from storage.chunks.significant import SIGNIFICANT_BITS, round_significant
from storage.chunks.whole_numbers import BITS, SCALES, WHOLE, Integers, WholeNumbers, exact_numbers, hold

Array = NDArray[np.float64]

COLUMNS = 5

_ROUNDED = np.int64((1 << (53 - SIGNIFICANT_BITS)) - 1)
"""Bits that are 0 in what has been rounded."""
_SMALL = 1 << SIGNIFICANT_BITS
_ASTRAY = 128
"""Steps of float64 beyond which a total is no decimal."""


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Arrays of one shape: the smallest values, the largest, the totals, and how many there are."""

    minimum: Array
    maximum: Array
    total: Array
    count: Integers


def to_related(statistics: Statistics, usual: Integers) -> WholeNumbers:
    """Five columns a series, (5S, B), of statistics (S, B). What they have where the count is 0 is not kept."""
    count = np.ascontiguousarray(statistics.count, dtype=np.int64)
    series, length = count.shape
    stacked: Array = np.stack((statistics.minimum, statistics.maximum, statistics.total), axis=1)
    present = count != 0
    if not present.all():
        stacked = hold(stacked.reshape(3 * series, length), present.repeat(3, axis=0)).reshape(series, 3, length)
    bits = stacked.view(np.int64)
    extremes, scales = exact_numbers(stacked[:, :2].reshape(2 * series, length), 2)
    numbers = np.empty((series, 3, length), dtype=np.int64)
    numbers[:, :2] = extremes.reshape(series, 2, length)
    scales = scales[::2]
    numbers[:, 2], astray = _decimal_totals(stacked[:, 2], scales)
    as_bits = (scales == BITS) | (np.abs(astray) >= _ASTRAY).any(axis=1) | _better_as_bits(bits, numbers)
    scales = np.where(as_bits, BITS, scales).astype(np.uint8)
    numbers[as_bits] = bits[as_bits]
    astray[as_bits] = 0
    minimum, maximum, total = numbers[:, 0], numbers[:, 1], numbers[:, 2]
    expected = _expected(minimum, maximum, count)
    expected[as_bits] = _expected_bits(minimum[as_bits], maximum[as_bits], count[as_bits])
    columns = (minimum, maximum - minimum, total - expected, astray, usual - count)
    stored = np.repeat(scales[:, np.newaxis], COLUMNS, axis=1)
    stored[:, 3:] = WHOLE
    return WholeNumbers(np.stack(columns, axis=1).reshape(COLUMNS * series, length), stored.ravel(), None)


class DamagedStatisticsError(ValueError):
    """Columns that belong to no statistics.

    Attributes:
        frame: which of the frames has them.
    """

    def __init__(self, frame: int) -> None:
        super().__init__("a chunk has statistics of a form that is not known")
        self.frame = frame


def from_related(columns: Integers, scales: Integers, usual: Integers, lengths: Integers) -> Statistics:
    """The statistics (S, N) of S series in F frames, one frame after the other.

    Args:
        columns: (5S, N).
        scales: (5S, F), of each column.
        usual: (N,).
        lengths: (F,), how many of the N each frame has.

    Raises:
        DamagedStatisticsError: scales that do not belong together.
    """
    scale = scales[::COLUMNS]
    sound = (scale == scales[1::COLUMNS]) & (scale == scales[2::COLUMNS]) & (scale != WHOLE)
    if not sound.all():
        raise DamagedStatisticsError(int(np.argmin(sound.all(axis=0))))
    as_bits = scale == BITS
    minimum, spread, rest, astray, short = (columns[place::COLUMNS] for place in range(COLUMNS))
    count = usual - short
    maximum = minimum + spread
    if as_bits.all():
        values = _of_bits(minimum, maximum, rest, count)
    else:
        decimal = np.where(as_bits, 0, scale)
        values = _of_decimals((minimum, maximum, rest, astray), decimal, count, lengths)
        if as_bits.any():
            mine = as_bits.repeat(lengths, axis=1)
            bits = _of_bits(minimum[mine], maximum[mine], rest[mine], count[mine])
            for array, some in zip(values, bits, strict=True):
                array[mine] = some
    absent = count == 0
    if absent.any():
        for array in values:
            array[absent] = np.nan
    return Statistics(*values, count)


def _decimal_totals(totals: Array, scales: NDArray[np.uint8]) -> tuple[Integers, Integers]:
    """Totals (S, B) as the nearest numbers of their scales, and how many steps of float64 they are beside these."""
    divisors = SCALES.take(scales, mode="clip")[:, np.newaxis]
    with np.errstate(over="ignore", invalid="ignore"):
        numbers = np.rint(totals * divisors).astype(np.int64)
    return numbers, totals.view(np.int64) - (numbers / divisors).view(np.int64)


def _better_as_bits(bits: Integers, numbers: Integers) -> NDArray[np.bool_]:
    """Which series are of rounded values, whose bits make smaller numbers than the decimals they happen to be."""
    rounded: NDArray[np.bool_] = (np.bitwise_or.reduce(bits, axis=(1, 2)) & _ROUNDED) == 0
    if rounded.any():
        rounded[rounded] = (np.abs(numbers[rounded]) >= _SMALL).any(axis=(1, 2))
    return rounded


_Values: TypeAlias = tuple[Array, Array, Array]
"""The smallest, the largest and the totals."""


def _of_bits(minimum: Integers, maximum: Integers, rest: Integers, count: Integers) -> _Values:
    total = rest + _expected_bits(minimum, maximum, count)
    return np.array(minimum).view(np.float64), maximum.view(np.float64), total.view(np.float64)


def _of_decimals(columns: Sequence[Integers], scales: Integers, count: Integers, lengths: Integers) -> _Values:
    """Of the smallest, the largest, what is left of the totals and their steps (S, N), by scales (S, F)."""
    minimum, maximum, rest, astray = columns
    scale = SCALES[scales]
    divisors = scale[:, :1] if (scale == scale[:, :1]).all() else scale.repeat(lengths, axis=1)
    total = (rest + _expected(minimum, maximum, count)) / divisors
    total.view(np.int64)[...] += astray
    return minimum / divisors, maximum / divisors, total


def _expected(minimum: Integers, maximum: Integers, count: Integers) -> Integers:
    """The total that is the count times the middle of both; modulo 2**64."""
    middle: Integers = ((minimum + maximum) * count) >> 1
    return middle


def _expected_bits(minimum: Integers, maximum: Integers, count: Integers) -> Integers:
    """The same of values given by their bits, as bits. Rounded, as what is derived from readings has been."""
    with np.errstate(over="ignore", invalid="ignore"):
        middle = minimum.view(np.float64) * 0.5 + maximum.view(np.float64) * 0.5
        expected = round_significant(middle * count)
    # The bits of NaN differ between processors.
    return np.where(np.isfinite(expected), expected, 0.0).view(np.int64)
