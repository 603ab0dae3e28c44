"""The heads of many blocks at once: what is said in them about the columns that are wanted."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.chunks.column_codec import HEAD_BYTES
from storage.chunks.differences import BEND, ORDERS
from storage.chunks.whole_numbers import BITS, SCALES, WHOLE, Integers

_FIRSTS, _SECONDS, _SPARSE = 4, 12, 20
"""Where these are in a head, in bytes times columns, after scales, orders, widths and shifts."""


class DamagedBlockError(ValueError):
    """A block that contradicts itself.

    Attributes:
        frame: which of the frames has it.
    """

    def __init__(self, message: str, frame: int) -> None:
        super().__init__(message)
        self.frame = frame


class Blocks(NamedTuple):
    """Blocks of F frames that are alike: of each the same B ones.

    Attributes:
        data: F times B blocks, frame by frame.
        counts: (B,), how many columns each has; the same in all frames.
        rows: (F,), how many numbers a column of each frame has: at least 1.
        wanted: (W,), places of the wanted columns among those of the B blocks.
        whole: of how many of these the numbers are the values; the scale of the others tells. None: of all.
    """

    data: Sequence[bytes]
    counts: tuple[int, ...]
    rows: Integers
    wanted: tuple[int, ...]
    whole: int | None


class Pieces(NamedTuple):
    """Columns of frames. Arrays (W, F), or of any shape that they all have: what is said of each.

    Attributes:
        at: where its planes begin.
        width: how many there are.
        length: of a plane.
        order: of its differences.
        scale: of its numbers.
        shift: low bits that were cut off.
        first: number.
        second: see `storage.chunks.differences`.
        mask_at: where its mask begins, -1 where it has none.
    """

    at: Integers
    width: Integers
    length: Integers
    order: Integers
    scale: Integers
    shift: Integers
    first: Integers
    second: Integers
    mask_at: Integers


def read_heads(blocks: Blocks, start: int) -> Pieces:
    """The wanted columns.

    Args:
        blocks: to read.
        start: at which byte of all data the first block begins; `at` and `mask_at` count from there.

    Raises:
        DamagedBlockError: a block that contradicts itself.
    """
    plan = _plan(blocks.counts, blocks.wanted)
    frames, count = len(blocks.rows), len(blocks.counts)
    sizes = np.fromiter(map(len, blocks.data), np.int64, len(blocks.data)).reshape(frames, count)
    _check(sizes >= plan.head_sizes, "a block is shorter than its head")
    parts = [data[:size] for data, size in zip(blocks.data, plan.head_sizes.tolist() * frames, strict=True)]
    heads = np.frombuffer(b"".join(parts), np.uint8).reshape(frames, -1)
    rows = blocks.rows[:, np.newaxis]
    widths = _Runs.of(heads.take(plan.widths, axis=1), plan)
    sparse = _Runs.of(heads.take(plan.sparse, axis=1), plan)
    masks_at = plan.head_sizes + widths.total * rows
    mask_sizes = (rows + 7) // 8
    _check(masks_at + sparse.total * mask_sizes == sizes, "a block is not as long as its head says")
    starts = (start + np.cumsum(sizes) - sizes.ravel()).reshape(frames, count)
    block_of, wanted = plan.block_of, plan.wanted
    planes_at = (starts + plan.head_sizes)[:, block_of] + widths.before[:, wanted] * rows
    mask_at = (starts + masks_at)[:, block_of] + sparse.before[:, wanted] * mask_sizes
    small = heads.take(plan.small, axis=1).astype(np.int64)
    scale, order, shift = small[:, 0], small[:, 1], small[:, 2]
    width = widths.each[:, wanted]
    numbers = heads.take(plan.numbers, axis=1).view("<i8")[..., 0]
    has_mask = sparse.each[:, wanted] != 0
    known = (width <= 8) & (order < ORDERS) & (shift <= 63) & ((scale < len(SCALES)) | (scale >= BITS))
    known &= (order != BEND) | (rows > 1)
    _check(known, "a block has a column of a form that is not known")
    if blocks.whole is None:
        _check(~has_mask, "a block has absent values where there are none")
    else:
        is_whole = np.arange(len(wanted)) < blocks.whole
        _check((scale == WHOLE) == is_whole, "a block has a column of a form that is not known")
        _check(~(has_mask & is_whole), "a block has absent values where there are none")
    found = (
        planes_at,
        width,
        np.broadcast_to(rows, width.shape),
        order,
        scale,
        shift,
        numbers[:, 0],
        numbers[:, 1],
        np.where(has_mask, mask_at, -1),
    )
    return Pieces(*(array.T for array in found))


class _Plan(NamedTuple):
    """Where in the heads of B blocks, one after the other, that which is needed of their K columns is.

    Attributes:
        head_sizes: (B,).
        first: (B,), the first column of each block.
        last: (B,), the last one.
        column_block: (K,), the block of each column.
        widths: (K,).
        sparse: (K,).
        wanted: (W,), which columns are wanted.
        block_of: (W,), their blocks.
        small: (3, W), their scales, orders and shifts.
        numbers: (2, W, 8), their first and second numbers.
    """

    head_sizes: Integers
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    column_block: NDArray[np.intp]
    widths: NDArray[np.intp]
    sparse: NDArray[np.intp]
    wanted: NDArray[np.intp]
    block_of: NDArray[np.intp]
    small: NDArray[np.intp]
    numbers: NDArray[np.intp]


@lru_cache(512)
def _plan(counts: tuple[int, ...], wanted: tuple[int, ...]) -> _Plan:
    sizes = np.array(counts, dtype=np.intp)
    ends = np.cumsum(sizes)
    column_block = np.arange(len(sizes)).repeat(sizes)
    # Of each column: where the head of its block starts, its place in it, and how many columns are in it.
    head = (ends - sizes)[column_block] * HEAD_BYTES
    place = np.arange(len(column_block)) - (ends - sizes)[column_block]
    beside = sizes[column_block]
    chosen = np.array(wanted, dtype=np.intp)
    of = (head[chosen], place[chosen], beside[chosen])
    return _Plan(
        sizes * HEAD_BYTES,
        ends - sizes,
        ends - 1,
        column_block,
        head + 2 * beside + place,
        head + _SPARSE * beside + place,
        chosen,
        column_block[chosen],
        np.stack([of[0] + field * of[2] + of[1] for field in (0, 1, 3)]),
        np.stack([(of[0] + field * of[2] + 8 * of[1])[:, np.newaxis] + np.arange(8) for field in (_FIRSTS, _SECONDS)]),
    )


class _Runs(NamedTuple):
    """Something of each column (F, K), what those before it in its block come to, and all of a block (F, B)."""

    each: Integers
    before: Integers
    total: Integers

    @classmethod
    def of(cls, some: NDArray[np.uint8], plan: _Plan) -> "_Runs":
        each = some.astype(np.int64)
        if not some.any():
            return cls(each, each, np.zeros((len(some), len(plan.first)), dtype=np.int64))
        ends = np.cumsum(each, axis=1)
        before = ends - each
        first = before[:, plan.first]
        return cls(each, before - first[:, plan.column_block], ends[:, plan.last] - first)


def _check(sound: NDArray[np.bool_], message: str) -> None:
    """Of each frame."""
    if not sound.all():
        raise DamagedBlockError(message, int(np.argmin(sound.all(axis=1))))
