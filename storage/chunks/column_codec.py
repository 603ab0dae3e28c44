"""Columns of float64 as blocks of bytes, bit for bit; `storage.chunks.pieces` has the way back.

A block holds the columns of one family of metrics. Of n columns it is, before it is compressed: n bytes each of scales,
orders, widths and shifts, n numbers of 8 bytes each of firsts and seconds (`storage.chunks.differences`), n bytes that
say whether a column has absent values; then for each column `width` planes of T bytes, lowest first; then for each
column with absent values T bits, 1 where there is one.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storage.chunks.differences import to_differences
from storage.chunks.whole_numbers import WholeNumbers

HEAD_BYTES = 21
"""A column's share of the head of its block."""


def block_size_limit(count: int, length: int) -> int:
    """The most bytes that a block of so many columns can have."""
    return count * (HEAD_BYTES + 8 * length + mask_bytes(length))


def encode_blocks(columns: WholeNumbers, ends: Sequence[int], *, searched: bool = True) -> list[bytes]:
    """Blocks of neighbouring columns, each ending before one of the `ends`.

    Args:
        columns: (S, T).
        ends: ascending; the last one is S.
        searched: whether to look for the smallest form.
    """
    whole = to_differences(columns.numbers, searched=searched)
    count, length = columns.numbers.shape
    widths = np.zeros(count, dtype=np.uint8)
    widths[whole.moving] = _widths(whole.rest)
    planes = whole.rest.view(np.uint8).reshape(len(whole.moving), length, 8).transpose(0, 2, 1)
    kept = planes[np.arange(8) < widths[whole.moving, np.newaxis]]
    plane_ends = np.cumsum(widths, dtype=np.int64)
    sparse = np.zeros(count, dtype=np.bool_)
    if columns.present is not None:
        np.logical_not(columns.present.all(axis=1), out=sparse)
    blocks = []
    start = plane_start = 0
    for end in ends:
        plane_end = int(plane_ends[end - 1]) if end else 0
        part = slice(start, end)
        heads: tuple[NDArray[Any], ...]
        heads = (columns.scales, whole.orders, widths, whole.shifts, whole.firsts, whole.seconds, sparse)
        pieces = [head[part].tobytes() for head in heads]
        pieces.append(kept[plane_start:plane_end].tobytes())
        if columns.present is not None:
            pieces.append(np.packbits(columns.present[part][sparse[part]], axis=1).tobytes())
        blocks.append(b"".join(pieces))
        start, plane_start = end, plane_end
    return blocks


def _widths(rest: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """How many bytes the largest number of each column takes."""
    largest = rest.max(axis=1)
    widths: NDArray[np.uint8] = (largest[:, np.newaxis] >= _STARTS).sum(axis=1, dtype=np.uint8)
    return widths


_STARTS = np.array([1, *(1 << bits for bits in range(8, 64, 8))], dtype=np.uint64)


def mask_bytes(length: int) -> int:
    """Of the bits that say which of so many values are there."""
    return (length + 7) // 8
