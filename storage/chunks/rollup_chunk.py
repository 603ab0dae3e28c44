"""Buckets of one host, cadence and tier as a frame, and back, bit for bit.

Each series has five columns, side by side (`storage.chunks.statistics`): a series that rests costs next to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from storage.chunks.frame import DamagedChunkError
from storage.chunks.frame_columns import FrameForm, Together, choose_columns, decode_frames, encode_frame
from storage.chunks.statistics import COLUMNS, DamagedStatisticsError, Statistics, from_related, to_related
from storage.chunks.whole_numbers import WholeNumbers
from storage.series import Layout

_FORM = FrameForm(b"WPb\x01", COLUMNS, as_numbers=True)


@dataclass(frozen=True, slots=True, eq=False)
class RolledUp:
    """Buckets of one host and cadence in one tier.

    Attributes:
        ts: (B,) int64, where each bucket starts, UTC milliseconds, ascending, each once.
        layout: the S series.
        total: (B, S) float64, the sum of the values of each; NaN where there are none.
        minimum: (B, S), the smallest.
        maximum: (B, S), the largest.
        count: (B, S) int64, how many.
    """

    ts: NDArray[np.int64]
    layout: Layout
    total: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    count: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RolledColumns:
    """Some series of frames together, one frame after the other; arrays (N, W) column by column in memory.

    Attributes:
        lengths: (F,), how many buckets each frame has; N in all.
        ts: (N,).
        total: (N, W), in the order asked for; this and the others as `RolledUp` has them.
        minimum: (N, W).
        maximum: (N, W).
        count: (N, W).
    """

    lengths: NDArray[np.int64]
    ts: NDArray[np.int64]
    total: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]
    count: NDArray[np.int64]


def encode_rolled(buckets: RolledUp) -> bytes:
    """One frame of buckets. Statistics where the count is 0 are not kept: they come back as NaN.

    Raises:
        ValueError: more than a chunk may hold, or arrays that do not fit each other.
    """
    shape = (len(buckets.ts), len(buckets.layout.series))
    if any(array.shape != shape for array in (buckets.total, buckets.minimum, buckets.maximum, buckets.count)):
        raise ValueError("buckets do not fit their layout or their times")
    usual = buckets.count.max(axis=1, initial=0)
    return encode_frame(_FORM, (buckets.ts, usual), partial(_related, buckets, usual), buckets.layout)


def _related(buckets: RolledUp, usual: NDArray[np.int64], some: slice) -> WholeNumbers:
    minimum, maximum, total = (array.T[some] for array in (buckets.minimum, buckets.maximum, buckets.total))
    return to_related(Statistics(minimum, maximum, total, buckets.count.T[some]), usual)


def decode_rolled(frame: bytes, layout: Layout, columns: Sequence[int] | None = None) -> RolledUp:
    """Buckets of a frame.

    Args:
        frame: from `encode_rolled`.
        layout: all of its series.
        columns: places in the layout to decode, in this order; None for all.

    Raises:
        ValueError: damage, or a layout of another length.
    """
    wanted, chosen = choose_columns(_FORM, frame, layout, columns)
    found = decode_rolled_many([wanted])[0]
    return RolledUp(found.ts, chosen, found.total, found.minimum, found.maximum, found.count)


def decode_rolled_many(wanted: Sequence[Together]) -> list[RolledColumns]:
    """Some columns of many frames, in a fraction of the time that one by one takes.

    Args:
        wanted: frames from `encode_rolled` and places in their layouts.

    Raises:
        DamagedChunkError: a ValueError that says which of all the frames is damaged.
    """
    first = 0
    found = []
    for frame in decode_frames(_FORM, wanted):
        try:
            statistics = from_related(frame.columns, frame.scales, frame.times[1], frame.lengths)
        except DamagedStatisticsError as error:
            raise DamagedChunkError(str(error), first + error.frame) from error
        first += len(frame.lengths)
        total, minimum, maximum = (each.T for each in (statistics.total, statistics.minimum, statistics.maximum))
        found.append(RolledColumns(frame.lengths, frame.times[0], total, minimum, maximum, statistics.count.T))
    return found
