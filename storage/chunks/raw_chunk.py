"""Readings of one host and cadence as a frame, and back, bit for bit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.alignment import aligned, union_of
from storage.chunks.frame_columns import FrameForm, Together, choose_columns, decode_frames, encode_frame
from storage.chunks.whole_numbers import WholeNumbers, to_whole_numbers
from storage.series import Layout

_FORM = FrameForm(b"WPr\x01", 1)


@dataclass(frozen=True, slots=True, eq=False)
class RawReadings:
    """Readings of one host and cadence, oldest first.

    Attributes:
        ts: (T,) int64, UTC milliseconds, each once.
        session_at: (T,) int64, when the probe session of each started, UTC milliseconds.
        layout: the S series.
        values: (T, S) float64, NaN where a value is absent.
    """

    ts: NDArray[np.int64]
    session_at: NDArray[np.int64]
    layout: Layout
    values: NDArray[np.float64]


class RawColumns(NamedTuple):
    """Some series of frames together, one frame after the other.

    Attributes:
        lengths: (F,), how many readings each frame has; N in all.
        ts: (N,).
        session_at: (N,).
        values: (N, W), in the order asked for, column by column in memory.
    """

    lengths: NDArray[np.int64]
    ts: NDArray[np.int64]
    session_at: NDArray[np.int64]
    values: NDArray[np.float64]


def encode_raw(readings: RawReadings, *, brief: bool = False) -> bytes:
    """One frame of readings.

    Args:
        readings: what it holds.
        brief: whether it is soon put together with others: then it is made fast rather than small.

    Raises:
        ValueError: more than a chunk may hold, or arrays that do not fit each other.
    """
    rows, columns = readings.values.shape
    if len(readings.layout.series) != columns or len(readings.ts) != rows or len(readings.session_at) != rows:
        raise ValueError("readings do not fit their layout or their times")
    times = (readings.ts, readings.session_at)
    return encode_frame(_FORM, times, partial(_whole_numbers, readings.values.T), readings.layout, brief=brief)


def _whole_numbers(columns: NDArray[np.float64], some: slice) -> WholeNumbers:
    return to_whole_numbers(np.ascontiguousarray(columns[some], dtype=np.float64))


def decode_raw(frame: bytes, layout: Layout, columns: Sequence[int] | None = None) -> RawReadings:
    """Readings of a frame.

    Args:
        frame: from `encode_raw`.
        layout: all of its series.
        columns: places in the layout to decode, in this order; None for all.

    Raises:
        ValueError: damage, or a layout of another length.
    """
    wanted, chosen = choose_columns(_FORM, frame, layout, columns)
    found = decode_raw_many([wanted])[0]
    return RawReadings(found.ts, found.session_at, chosen, found.values)


def decode_raw_many(wanted: Sequence[Together]) -> list[RawColumns]:
    """Some columns of many frames, in a fraction of the time that one by one takes.

    Args:
        wanted: frames from `encode_raw` and places in their layouts.

    Raises:
        DamagedChunkError: a ValueError that says which of all the frames is damaged.
    """
    return [
        RawColumns(found.lengths, found.times[0], found.times[1], found.columns.view(np.float64).T)
        for found in decode_frames(_FORM, wanted)
    ]


def merge_raw(older: RawReadings, newer: RawReadings) -> RawReadings:
    """Both as one, over the union of their series; where both have a reading of one time, that of `older` stays."""
    layout = union_of((older.layout, newer.layout))
    fresh = _missing(older.ts, newer.ts)
    added = newer if fresh.all() else _rows(newer, fresh)
    ts = np.concatenate((older.ts, added.ts))
    values = np.concatenate((aligned(older.values, older.layout, layout), aligned(added.values, newer.layout, layout)))
    merged = RawReadings(ts, np.concatenate((older.session_at, added.session_at)), layout, values)
    in_order = not len(older.ts) or not len(added.ts) or older.ts[-1] < added.ts[0]
    return merged if in_order else _rows(merged, np.argsort(ts, kind="stable"))


def _missing(there: NDArray[np.int64], ts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which times are not there; both ascend."""
    if not len(there):
        return np.ones(len(ts), dtype=np.bool_)
    missing: NDArray[np.bool_] = there[np.searchsorted(there, ts).clip(max=len(there) - 1)] != ts
    return missing


def _rows(readings: RawReadings, rows: NDArray[np.bool_] | NDArray[np.intp]) -> RawReadings:
    return RawReadings(readings.ts[rows], readings.session_at[rows], readings.layout, readings.values[rows])
