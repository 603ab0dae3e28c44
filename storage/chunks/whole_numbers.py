"""Columns of float64 as whole numbers, exactly.

They are multiplied by a power of ten where that gives them back bit for bit; else the bits themselves are the numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

SCALES = np.array([1.0, 10.0, 100.0, 1e3, 1e4, 1e6, 1e9])
"""Stored by place: only ever add to its end."""
BITS = 254
"""Stored in place of a scale: the numbers are the bits of the values."""
WHOLE = 255
"""Stored in place of a scale: the numbers are what was given, no values of float64."""

_LARGEST = float(2**53)
_NAN_BITS = np.float64(np.nan).view(np.int64)
_TRIED = 8
"""How many values of a column are tried with every scale before all of them are with one."""


@dataclass(frozen=True, slots=True, eq=False)
class WholeNumbers:
    """S columns of T numbers.

    Attributes:
        numbers: (S, T).
        scales: (S,) uint8, places in `SCALES`, or `BITS`, or `WHOLE`.
        present: (S, T), False where a value is absent and `numbers` repeats a neighbour; None where none is.
    """

    numbers: Integers
    scales: NDArray[np.uint8]
    present: NDArray[np.bool_] | None


def to_whole_numbers(columns: Array) -> WholeNumbers:
    """The inverse of `from_whole_numbers`, for contiguous columns (S, T)."""
    present = columns == columns  # noqa: PLR0124 - not NaN
    if present.all():
        numbers, scales = exact_numbers(columns)
        return WholeNumbers(numbers, scales, None)
    # Mostly a few columns have all of the absent values.
    sparse = np.flatnonzero(~present.all(axis=1))
    given, there = columns[sparse], present[sparse]
    held = columns.copy()
    held[sparse] = hold(given, there)
    numbers, scales = exact_numbers(held)
    # A NaN of another kind must come back as it was.
    odd = ((given.view(np.int64) != _NAN_BITS) & ~there).any(axis=1)
    as_bits = sparse[odd | (scales[sparse] == BITS)]
    scales[as_bits] = BITS
    numbers[as_bits] = columns[as_bits].view(np.int64)
    present[as_bits] = True
    return WholeNumbers(numbers, scales, present)


def exact_numbers(columns: Array, together: int = 1) -> tuple[Integers, NDArray[np.uint8]]:
    """Numbers (S, T) and scales (S,) of contiguous columns.

    Args:
        columns: (S, T); T is at least 1 where S is.
        together: so many columns, one after the other, have one scale.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return _exact_numbers(columns, together)


def _exact_numbers(columns: Array, together: int) -> tuple[Integers, NDArray[np.uint8]]:
    scales = _likely_scales(columns, together)
    # Most are whole as they are. A cast of what is too large for it gives anything, but never the same again.
    numbers = columns.astype(np.int64)
    exact = (numbers.astype(np.float64).view(np.int64) == columns.view(np.int64)).all(axis=1)
    exact = _all_of(exact & (scales == 0), together)
    rows = np.flatnonzero(~exact)
    scales[rows] = np.maximum(scales[rows], 1)
    numbers[rows] = columns[rows].view(np.int64)
    rows = rows[scales[rows] != BITS]
    while len(rows):
        whole, exact = _scaled(columns[rows], SCALES[scales[rows]][:, np.newaxis])
        exact = _all_of(exact, together)
        numbers[rows[exact]] = whole[exact]
        rows = rows[~exact]
        scales[rows] += 1
        scales[rows[scales[rows] == len(SCALES)]] = BITS
        rows = rows[scales[rows] != BITS]
    return numbers, scales


def from_whole_numbers(numbers: Integers, scales: Sequence[int]) -> Array:
    """Values (S, T) of numbers (S, T); either all of the scales are `BITS` or none is."""
    if scales[0] == BITS:
        return numbers.view(np.float64)
    values: Array = numbers / SCALES.take(scales)[:, np.newaxis]
    return values


def hold(columns: Array, present: NDArray[np.bool_]) -> Array:
    """Absent values as the last present one, those at the start as the first: so they make no difference."""
    index = np.where(present, np.arange(columns.shape[1]), -1)
    np.maximum.accumulate(index, axis=1, out=index)
    index = np.where(index < 0, present.argmax(axis=1)[:, np.newaxis], index)
    held = np.take_along_axis(columns, index, axis=1)
    held[~present.any(axis=1)] = 0.0
    return held


def _likely_scales(columns: Array, together: int) -> NDArray[np.uint8]:
    """A guess from a few values of each column: the smallest scale that fits them all."""
    length = columns.shape[1]
    places = np.linspace(0, length - 1, min(_TRIED, length)).astype(np.intp)
    _, exact = _scaled(columns[:, places], SCALES[:, np.newaxis, np.newaxis])
    scales = np.where(exact.any(axis=0), exact.argmax(axis=0), BITS).astype(np.uint8)
    return scales if together == 1 else scales.reshape(-1, together).max(axis=1).repeat(together)


def _scaled(values: Array, scales: Array) -> tuple[Integers, NDArray[np.bool_]]:
    """Values times their scales as numbers, and for each column whether these give back every value."""
    scaled = np.rint(values * scales)
    whole = scaled.astype(np.int64)
    # By their bits: 0 equals -0.0.
    exact = (whole / scales).view(np.int64) == values.view(np.int64)
    exact &= np.abs(scaled) < _LARGEST
    return whole, exact.all(axis=-1)


def _all_of(exact: NDArray[np.bool_], together: int) -> NDArray[np.bool_]:
    """For each column whether it and those that it shares a scale with are exact."""
    return exact if together == 1 else exact.reshape(-1, together).all(axis=1).repeat(together)
