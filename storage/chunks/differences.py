"""Columns of whole numbers as what is left of them once they are foretold from the numbers before; modulo 2**64."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storage.chunks.whole_numbers import Integers

LEVEL = 0
"""Differences to the first."""
STEP = 1
"""Differences between neighbours."""
BEND = 2
"""Differences between neighbouring differences."""
SLOPE = 3
"""Differences between neighbours, less their mean."""
ORDERS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """What is left of S columns of T numbers.

    Attributes:
        orders: (S,) uint8: `LEVEL`, `STEP`, `BEND` or `SLOPE`.
        firsts: (S,), the first number of each.
        seconds: (S,), the first difference (`BEND`) or the mean one (`SLOPE`).
        shifts: (S,) uint8, how many low bits are 0 in all of a column, and cut off.
        moving: (M,), the columns that have more than one value, ascending.
        rest: (M, T) uint64 of these, zigzag: 0, -1, 1, -2 as 0, 1, 2, 3, and so on; of the others it is all 0.
    """

    orders: NDArray[np.uint8]
    firsts: Integers
    seconds: Integers
    shifts: NDArray[np.uint8]
    moving: NDArray[np.intp]
    rest: NDArray[np.uint64]


def to_differences(numbers: Integers, *, searched: bool = True) -> Differences:
    """For each column (S, T) by the order that leaves the least; T is at least 1.

    Args:
        numbers: the columns.
        searched: whether to look for that order; else all are by their steps, in half the time.
    """
    firsts = numbers[:, 0].copy()
    moving = np.flatnonzero((numbers != numbers[:, :1]).any(axis=1))
    orders = np.full(len(numbers), LEVEL, dtype=np.uint8)
    seconds = np.zeros(len(numbers), dtype=np.int64)
    shifts = np.zeros(len(numbers), dtype=np.uint8)
    changing = numbers[moving]
    rest = np.empty_like(changing)
    rest[:, :1] = 0
    np.subtract(changing[:, 1:], changing[:, :-1], out=rest[:, 1:])
    if len(moving):
        zeros = _low_zeros(np.bitwise_or.reduce(rest, axis=1))
        orders[moving] = STEP
        if searched:
            orders[moving], seconds[moving] = _least(changing, rest, zeros)
            zeros[orders[moving] == SLOPE] = 0
        shifts[moving] = zeros
        signs = rest >> 63
        rest >>= zeros[:, np.newaxis]
        rest <<= 1
        rest ^= signs
    return Differences(orders, firsts, seconds, shifts, moving, rest.view(np.uint64))


def from_differences(  # noqa: PLR0913, PLR0917 - what `Differences` has, and how long each is
    order: int, firsts: Integers, seconds: Integers, shifts: Integers, rest: Integers, lengths: Integers
) -> Integers:
    """Numbers of S columns of one order, one after the other.

    Args:
        order: of all of them.
        firsts: (S,).
        seconds: (S,).
        shifts: (S,).
        rest: of all columns one after the other, no longer zigzag; used up.
        lengths: (S,), of each column: at least 1, of `BEND` at least 2.
    """
    if shifts.any():
        rest <<= shifts.repeat(lengths)
    if order == LEVEL:
        rest += firsts.repeat(lengths)
        return rest
    starts = np.cumsum(lengths) - lengths
    if order == BEND:
        rest[starts + 1] = seconds
        rest = _summed(rest, starts, np.zeros(len(starts), dtype=np.int64))
    elif order == SLOPE:
        rest += seconds.repeat(lengths)
    return _summed(rest, starts, firsts)


def _summed(steps: Integers, starts: Integers, firsts: Integers) -> Integers:
    """Running totals in place, anew from each start with its first number."""
    steps[starts] = firsts
    if len(starts) > 1:
        # What goes before a start is taken off there, so that one pass does for all.
        steps[starts[1:]] -= np.add.reduceat(steps, starts)[:-1]
    return np.cumsum(steps, out=steps)


def _least(numbers: Integers, steps: Integers, shifts: Integers) -> tuple[NDArray[np.uint8], Integers]:
    """Orders and second numbers of columns that have more than one value; `steps` becomes what is left of them."""
    length = numbers.shape[1]
    slope = (numbers[:, -1] - numbers[:, 0]) // (length - 1)
    sample: slice | NDArray[np.intp] = slice(1, None)
    before: slice | NDArray[np.intp] = slice(None, -1)
    if length > 2 * _SAMPLE:
        # A part tells: the order decides about the size alone.
        sample = np.linspace(1, length - 1, _SAMPLE).astype(np.intp)
        before = sample - 1
    some = steps[:, sample]
    bends = some - steps[:, before]
    ways = (numbers[:, sample] - numbers[:, :1], some, bends, some - slope[:, np.newaxis])
    costs = [_cost(way, 0 if order == SLOPE else shifts) for order, way in enumerate(ways)]
    orders = np.argmin(costs, axis=0).astype(np.uint8)
    level, bend, sloping = (np.flatnonzero(orders == order) for order in (LEVEL, BEND, SLOPE))
    seconds = np.where(orders == BEND, steps[:, 1], np.where(orders == SLOPE, slope, 0))
    steps[level] = numbers[level] - numbers[level, :1]
    mine = steps[bend]
    mine[:, 2:] -= steps[bend, 1:-1]
    mine[:, 1] = 0
    steps[bend] = mine
    mine = steps[sloping] - slope[sloping, np.newaxis]
    mine[:, 0] = 0
    steps[sloping] = mine
    return orders, seconds


_SAMPLE = 512
"""Numbers of a column by which its order is chosen."""


def _low_zeros(union: Integers) -> Integers:
    """How many low bits are 0; none of 0."""
    lowest = (union & -union).view(np.uint64).astype(np.float64)
    return np.where(union == 0, 0, np.frexp(lowest)[1] - 1).astype(np.int64)


def _cost(way: Integers, shifts: Integers | int) -> Integers:
    """About how many bits a column takes, by the exponents of its numbers."""
    exponents = way.astype(np.float32).view(np.uint32)
    exponents <<= 1
    exponents >>= 24
    some = np.count_nonzero(exponents, axis=1)
    cost: Integers = exponents.sum(axis=1, dtype=np.int64) - some * (125 + shifts)
    return cost
