"""Pieces of columns back from blocks, bit for bit: those of many frames in a few passes over all of them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from storage.chunks.block_heads import Blocks, Pieces, read_heads
from storage.chunks.column_codec import mask_bytes
from storage.chunks.differences import from_differences
from storage.chunks.whole_numbers import BITS, SCALES, Integers


def decode_pieces(data: bytes, pieces: Pieces, *, as_numbers: bool = False) -> Integers:
    """All pieces, one after the other.

    Args:
        data: of the blocks.
        pieces: arrays (P,).
        as_numbers: whether to give whole numbers rather than values.

    Returns:
        (N,): numbers, or the bits of values.
    """
    ends = np.cumsum(pieces.length)
    found = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.int64)
    starts = ends - pieces.length
    alike = len(starts) > 0 and bool((pieces.length == pieces.length[0]).all())
    rows = found.reshape(len(starts), -1) if alike else None
    kind = BITS if as_numbers else np.minimum(pieces.scale, BITS)
    form = (kind * 16 + pieces.width) * 16 + pieces.order
    order = np.argsort(form, kind="stable")
    edges = [0, *(np.flatnonzero(np.diff(form[order])) + 1).tolist(), len(order)]
    for first, last in pairwise(edges):
        if first < last:
            some = order[first:last]
            _restore(data, pieces, some, int(form[some[0]]) >> 8, _Target(found, rows, starts, some))
    for piece in np.flatnonzero(pieces.mask_at >= 0).tolist():
        at, start, length = int(pieces.mask_at[piece]), int(starts[piece]), int(pieces.length[piece])
        mask = np.frombuffer(data, np.uint8, mask_bytes(length), at)
        values = found[start : start + length].view(np.float64)
        values[np.unpackbits(mask, count=length) == 0] = np.nan
    return found


def decode_numbers(data: bytes, count: int, length: int) -> Integers:
    """Whole numbers (count, length) of one block of so many columns; neither is 0.

    Raises:
        ValueError: a block that contradicts itself.
    """
    heads = read_heads(Blocks([data], (count,), np.array([length]), tuple(range(count)), None), 0)
    pieces = Pieces(*(field.ravel() for field in heads))
    return decode_pieces(data, pieces, as_numbers=True).reshape(count, length)


class _Target:
    """Where some pieces go: all at once where all that there are have one length, else neighbours at once."""

    def __init__(self, found: Integers, rows: Integers | None, starts: Integers, some: NDArray[np.intp]) -> None:
        self._found = found
        self._rows = rows
        self._starts = starts
        self._some = some

    def put(self, numbers: Integers, lengths: Integers) -> None:
        """Pieces, one after the other."""
        some = self._some
        if self._rows is not None:
            self._rows[some] = numbers.reshape(len(some), -1)
            return
        edges = [0, *(np.flatnonzero(some[1:] != some[:-1] + 1) + 1).tolist()]
        runs = np.add.reduceat(lengths, edges).tolist()
        at = 0
        for start, length in zip(self._starts[some[edges]].tolist(), runs, strict=True):
            self._found[start : start + length] = numbers[at : at + length]
            at += length


def _restore(data: bytes, pieces: Pieces, some: NDArray[np.intp], kind: int, target: _Target) -> None:
    """Pieces of one width, order and kind of scale."""
    lengths = pieces.length[some]
    width = int(pieces.width[some[0]])
    rest = _unplaned(data, pieces.at[some].tolist(), lengths.tolist(), width)
    order = int(pieces.order[some[0]])
    numbers = from_differences(order, pieces.first[some], pieces.second[some], pieces.shift[some], rest, lengths)
    if kind < BITS:
        values = numbers / SCALES[kind] if kind else numbers.astype(np.float64)
        numbers = values.view(np.int64)
    target.put(numbers, lengths)


def _unplaned(data: bytes, starts: Sequence[int], lengths: Sequence[int], width: int) -> Integers:
    """Numbers of all pieces from their planes, no longer zigzag."""
    if width == 0:
        return np.zeros(sum(lengths), dtype=np.int64)
    unsigned, signed = _TYPES[width]
    bytes_of = np.zeros((sum(lengths), unsigned.itemsize), dtype=np.uint8)
    for plane in range(width):
        planes = [
            data[start + plane * length : start + (plane + 1) * length]
            for start, length in zip(starts, lengths, strict=True)
        ]
        bytes_of[:, plane] = np.frombuffer(b"".join(planes), np.uint8)
    zigzag = bytes_of.view(unsigned)[:, 0]
    one = unsigned.type(1)
    small = (zigzag >> one).view(signed)
    small ^= -(zigzag & one).view(signed)
    numbers: Integers = small.astype(np.int64, copy=False)
    return numbers


_TYPES = [(np.dtype(f"<u{size}"), np.dtype(f"<i{size}")) for size in (1, 1, 2, 4, 4, 8, 8, 8, 8)]
"""By width: the smallest numbers that hold so many bytes, which are the fastest to work with."""
