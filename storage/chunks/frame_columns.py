"""Frames of columns: times in a first block, then the columns of the series, family by family."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from storage.chunks.block_heads import Blocks, DamagedBlockError, Pieces, read_heads
from storage.chunks.column_codec import block_size_limit, encode_blocks
from storage.chunks.families import family_ends
from storage.chunks.frame import BRIEF_LEVEL, LEVEL, Block, DamagedChunkError, Opened, join_blocks, open_frame
from storage.chunks.pieces import decode_pieces
from storage.chunks.whole_numbers import BITS, WHOLE, Integers, WholeNumbers
from storage.layout_cache import kept_by_layout
from storage.series import Layout

TIMES = 2
"""Columns of the first block, int64."""


class FrameForm(NamedTuple):
    """What kind of frame it is.

    Attributes:
        magic: four bytes that name the form and its version.
        share: how many columns each series has.
        as_numbers: whether these are given as whole numbers with their scales rather than as values.
    """

    magic: bytes
    share: int
    as_numbers: bool = False


class Together(NamedTuple):
    """Frames of which as many series are wanted: what they hold is put one after the other.

    Attributes:
        frames: F of them.
        series: (F, W), places in the layout of each.
    """

    frames: Sequence[bytes]
    series: Sequence[Sequence[int]]


class FrameColumns(NamedTuple):
    """What was wanted of frames together.

    Attributes:
        lengths: (F,), how many readings or buckets each has; N in all.
        times: (2, N), the two columns of the first block.
        columns: (C, N), numbers, or bits of values, of the wanted series in the order asked for, `share` of each.
        scales: (C, F), of each of these.
    """

    lengths: Integers
    times: Integers
    columns: Integers
    scales: Integers


def encode_frame(
    form: FrameForm,
    times: tuple[Integers, Integers],
    columns: Callable[[slice], WholeNumbers],
    layout: Layout,
    *,
    brief: bool = False,
) -> bytes:
    """One frame.

    Args:
        form: which kind.
        times: the two columns of the first block.
        columns: gives those of some series, `share` of each.
        layout: the series.
        brief: whether it is soon written anew: then it is made fast rather than small.

    Raises:
        ValueError: more than a chunk may hold.
    """
    rows = len(times[0])
    blocks: list[Block] = []
    for start, ends in _groups(layout, _most_series(form.share * rows)) if rows else ():
        numbers = columns(slice(start, ends[-1]))
        sizes = [form.share * size for size in np.diff(ends, prepend=start).tolist() if size]
        if not blocks:
            # In one go with the others: of a few numbers it is the calls that cost.
            numbers, sizes = _with_times(times, numbers), [TIMES, *sizes]
        blocks += map(Block, sizes, encode_blocks(numbers, np.cumsum(sizes).tolist(), searched=not brief))
    return join_blocks(form.magic, rows, form.share * len(layout.series), blocks, BRIEF_LEVEL if brief else LEVEL)


_CELLS_AT_ONCE = 1 << 17
"""Numbers that are encoded at once: what the caches of a CPU hold."""


def _most_series(cells: int) -> int:
    """How many of so many numbers each are encoded at once: few different answers, as what follows from it is kept."""
    return 1 << max(0, (_CELLS_AT_ONCE // cells).bit_length() - 1)


@kept_by_layout
def _groups(layout: Layout, limit: int) -> Sequence[tuple[int, Sequence[int]]]:
    """Families that are encoded together: where they start, and where each ends. One at least, with so many series."""
    found: list[tuple[int, list[int]]] = []
    start = 0
    for end in family_ends(layout):
        if found and end - found[-1][0] <= limit:
            found[-1][1].append(end)
        else:
            found.append((start, [end]))
        start = end
    return found


def _with_times(times: tuple[Integers, Integers], columns: WholeNumbers) -> WholeNumbers:
    numbers = np.concatenate((np.stack(times), columns.numbers.reshape(-1, len(times[0]))))
    scales = np.concatenate((np.full(TIMES, WHOLE, dtype=np.uint8), columns.scales))
    present = columns.present
    if present is not None:
        present = np.concatenate((np.ones((TIMES, len(times[0])), dtype=np.bool_), present))
    return WholeNumbers(numbers, scales, present)


def decode_frames(form: FrameForm, wanted: Sequence[Together]) -> list[FrameColumns]:
    """Some series of many frames; all of them in a few passes.

    Raises:
        DamagedChunkError: a frame is damaged, or has no series of such a place; its place among those of all groups.
    """
    if not wanted:
        return []
    blocks: list[bytes] = []
    asked: list[_Pieces] = []
    place = 0
    for together in wanted:
        asked.append(_pieces(form, together, place, blocks))
        place += len(together.frames)
    pieces = Pieces(*(np.concatenate([each.pieces[at].ravel() for each in asked]) for at in range(len(Pieces._fields))))
    numbers = decode_pieces(b"".join(blocks), pieces, as_numbers=form.as_numbers)
    found = []
    at = 0
    for each in asked:
        count, rows = len(each.pieces.at), int(each.lengths.sum())
        columns = numbers[at : at + count * rows].reshape(count, rows)
        at += count * rows
        found.append(FrameColumns(each.lengths, columns[:TIMES], columns[TIMES:], each.scales))
    return found


def choose_columns(
    form: FrameForm, frame: bytes, layout: Layout, columns: Sequence[int] | None
) -> tuple[Together, Layout]:
    """What is to be decoded of one frame, and its layout: the series at these places, or all.

    Raises:
        ValueError: the frame has another number of series than its layout, or is damaged in its head.
    """
    if open_frame(frame, form.magic).columns // form.share != len(layout.series):
        raise ValueError("a chunk has another number of series than its layout")
    if columns is None:
        return Together([frame], [range(len(layout.series))]), layout
    return Together([frame], [columns]), Layout(tuple(layout.series[column] for column in columns))


class _Pieces(NamedTuple):
    """Of frames together: how long each is, the pieces (TIMES + C, those of any length), and scales (C, F)."""

    lengths: Integers
    pieces: Pieces
    scales: Integers


def _pieces(form: FrameForm, together: Together, first: int, blocks: list[bytes]) -> _Pieces:
    """What is to be decoded of some frames, whose blocks are added to the others."""
    alike: dict[_Alike, list[int]] = {}
    frames: list[Opened] = []
    for place, (frame, series) in enumerate(zip(together.frames, together.series, strict=True)):
        try:
            opened = open_frame(frame, form.magic)
        except ValueError as error:
            raise DamagedChunkError(str(error), first + place) from error
        frames.append(opened)
        alike.setdefault(_Alike(opened.counts, opened.columns, opened.rows > 0, tuple(series)), []).append(place)
    lengths = np.array([opened.rows for opened in frames], dtype=np.int64)
    parts, places = [], []
    for each, mine in alike.items():
        try:
            plan = _plan(each, form.share)
        except ValueError as error:
            raise DamagedChunkError(str(error), first + mine[0]) from error
        if each.has_rows:
            parts.append(_heads(form, plan, [frames[place] for place in mine], (mine, first), blocks))
            places += mine
    count = TIMES + form.share * (len(together.series[0]) if together.series else 0)
    scales = np.full((count, len(frames)), BITS, dtype=np.int64)
    if not parts:
        return _Pieces(lengths, Pieces(*(np.empty((count, 0), dtype=np.int64) for _ in Pieces._fields)), scales[TIMES:])
    pieces = parts[0]
    if len(parts) > 1:
        order = np.argsort(places)
        fields = zip(*parts, strict=True)
        pieces = Pieces(*(np.concatenate(field, axis=1)[:, order] for field in fields))
    scales[:, np.sort(places)] = pieces.scale
    return _Pieces(lengths, pieces, scales[TIMES:])


class _Alike(NamedTuple):
    """What frames have in common of which the same blocks are needed."""

    counts: tuple[int, ...]
    columns: int
    has_rows: bool
    series: tuple[int, ...]


class _Plan(NamedTuple):
    """The blocks that are needed, how many columns they have, and which of these are wanted, the times first."""

    blocks: tuple[int, ...]
    counts: tuple[int, ...]
    wanted: tuple[int, ...]


@lru_cache(512)
def _plan(alike: _Alike, share: int) -> _Plan:
    counts, rows = alike.counts, alike.has_rows
    if sum(counts) != (alike.columns + TIMES if rows else 0) or (rows and counts[0] != TIMES):
        raise ValueError("a chunk has another number of series than its head says")
    columns = [share * place + column for place in alike.series for column in range(share)]
    if columns and not 0 <= min(columns) <= max(columns) < alike.columns:
        raise ValueError("a chunk has fewer series than its layout")
    ends = list(accumulate(counts))
    places = [bisect_right(ends, column + TIMES) for column in columns] if rows else []
    blocks = sorted({0, *places}) if rows else []
    # Where the columns of each needed block begin, less where they do in the frame.
    shifts, at = {}, 0
    for block in blocks:
        shifts[block] = at - (ends[block] - counts[block])
        at += counts[block]
    wanted = [column + TIMES + shifts[block] for column, block in zip(columns, places, strict=bool(rows))]
    return _Plan(tuple(blocks), tuple(counts[block] for block in blocks), (*range(TIMES), *wanted))


def _heads(
    form: FrameForm, plan: _Plan, frames: Sequence[Opened], places: tuple[Sequence[int], int], blocks: list[bytes]
) -> Pieces:
    """What the heads of the needed blocks say, which are added to the others."""
    mine, first = places
    data: list[bytes] = []
    for place, opened in zip(mine, frames, strict=True):
        try:
            data += [opened.unpack(block, block_size_limit(opened.counts[block], opened.rows)) for block in plan.blocks]
        except ValueError as error:
            raise DamagedChunkError(str(error), first + place) from error
    rows = np.array([opened.rows for opened in frames], dtype=np.int64)
    start = sum(map(len, blocks))
    try:
        pieces = read_heads(Blocks(data, plan.counts, rows, plan.wanted, None if form.as_numbers else TIMES), start)
    except DamagedBlockError as error:
        raise DamagedChunkError(str(error), first + mine[error.frame]) from error
    blocks += data
    return pieces
