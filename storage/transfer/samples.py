"""Numbers and moments of a file's lines, checked many at a time."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.transfer.refusals import RefusalReason, Refusals

FUTURE_MS = 60_000
"""Clocks of two machines differ, by less than this."""
# `float` takes more than numbers are written in: underscores, spaces, digits of other scripts.
_NUMBER_LETTERS = frozenset("0123456789+-.eEinfatyINFATY")
_NOT_FINITE = re.compile(r"[+-]?inf(inity)?", re.IGNORECASE)


class Samples(NamedTuple):
    """Equally long arrays: the number of each one's series, when it was read, UTC milliseconds, and its value."""

    series: NDArray[np.int32]
    ts: NDArray[np.int64]
    value: NDArray[np.float64]


class Cut(NamedTuple):
    """Lines cut into parts, equally many of each, the moments already understood.

    Attributes:
        lines: their numbers.
        series: numbers of series.
        ts: UTC milliseconds.
        values: texts of numbers.
    """

    lines: Sequence[int]
    series: Sequence[int]
    ts: NDArray[np.int64]
    values: Sequence[str]


def checked_samples(cut: Cut, now_ms: int, refusals: Refusals) -> Samples:
    """What of the lines can be stored; the others are told to `refusals`."""
    values, readable = _numbers(cut.values)
    kept = readable.copy()
    for reason, bad in (
        (RefusalReason.BAD_NUMBER, ~readable),
        (RefusalReason.NOT_A_NUMBER, readable & np.isnan(values)),
        (RefusalReason.BEFORE_1970, cut.ts < 0),
        (RefusalReason.IN_THE_FUTURE, cut.ts > now_ms + FUTURE_MS),
    ):
        kept &= ~bad
        if bad.any():
            places = np.flatnonzero(bad).tolist()
            texts = [_shown(reason, cut, place) for place in places[:10]]
            refusals.add_many(reason, [cut.lines[place] for place in places], texts)
    return Samples(np.array(cut.series, dtype=np.int32)[kept], cut.ts[kept], values[kept])


def _shown(reason: RefusalReason, cut: Cut, place: int) -> str:
    if reason in {RefusalReason.BAD_NUMBER, RefusalReason.NOT_A_NUMBER}:
        return cut.values[place]
    return str(np.datetime64(int(cut.ts[place]), "ms"))


def _numbers(texts: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The numbers, and which texts are some."""
    if not set("".join(texts)) - _NUMBER_LETTERS:
        try:
            values = np.fromiter(map(float, texts), dtype=np.float64, count=len(texts))
        except ValueError:
            pass
        else:
            if not np.isinf(values).any():
                return values, np.ones(len(texts), dtype=bool)
    found = [_number(text) for text in texts]
    readable = np.array([value is not None for value in found], dtype=bool)
    return np.array([np.nan if value is None else value for value in found], dtype=np.float64), readable


def _number(text: str) -> float | None:
    if set(text) - _NUMBER_LETTERS:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    # What is too large for a float would come back as something else than it was.
    return None if np.isinf(value) and not _NOT_FINITE.fullmatch(text) else value
