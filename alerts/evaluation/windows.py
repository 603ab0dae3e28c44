"""What the last minutes of many series were: sums over spans of time, in arrays that all hosts share.

A window is parted into `SPANS`; it reaches back a little further than was asked for, by up to one of them. With each
reading only the span that is open is touched; the others are looked at when it closes.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from alerts.evaluation.program import Cell, Floats
from alerts.rules.signal import Function

SPANS = 15
KNOWN = 0.5
"""The share of a window that has to have been watched before anything is said of it."""
NO_PLACE = -1
_FIRST_PLACES = 64
_NOTHING = np.array((0.0, 0.0, 0.0, np.inf, np.inf))
"""Of no value: how many there are, their sum, that of their moments, the least, and the least of their opposites."""
_ADDED = slice(0, 3)
_LEAST = slice(3, 5)
_NEVER = -1
_KINDS = (Function.AVERAGE, Function.LOWEST, Function.HIGHEST, Function.CHANGE)
_LOWEST, _HIGHEST, _CHANGE = 1, 2, 3

Number = TypeVar("Number", np.int64, np.float64)
Moments = NDArray[np.int64]
Places = NDArray[np.intp]


class Windows:
    """The windows of any number of series, each of which has a place."""

    def __init__(self) -> None:
        self._free: list[int] = []
        self._kind: Moments = np.zeros(0, dtype=np.int64)
        self._window_ms: Moments = np.zeros(0, dtype=np.int64)
        self._since: Moments = np.zeros(0, dtype=np.int64)
        self._last: Moments = np.zeros(0, dtype=np.int64)
        # Which span is open; what it holds, what all others hold together, and each of them.
        self._at: Moments = np.zeros(0, dtype=np.int64)
        self._open: Floats = np.zeros((0, len(_NOTHING)))
        self._closed: Floats = np.zeros((0, len(_NOTHING)))
        self._spans: Floats = np.zeros((0, SPANS, len(_NOTHING)))
        self._slope: Floats = np.zeros(0)

    def __len__(self) -> int:
        """How many have a place."""
        return len(self._kind) - len(self._free)

    def places_for(self, cells: Sequence[Cell | None]) -> Places:
        """A place for each of these, of which nothing is known yet; `NO_PLACE` for None."""
        while len(self._free) < len(cells):
            self._grow()
        places = np.array([NO_PLACE if cell is None else self._free.pop() for cell in cells], dtype=np.intp)
        for place, cell in zip(places.tolist(), cells, strict=True):
            if cell is not None:
                self._kind[place] = 0 if cell.is_rate else _KINDS.index(cell.signal.function)
                self._window_ms[place] = max(SPANS, round(cell.signal.window_s * 1000))
                self._last[place] = 0
        return places

    def give_back(self, places: Places) -> None:
        """What had these is gone."""
        self._free += [place for place in places.tolist() if place != NO_PLACE]

    def take(self, places: Places, ts: Moments, longest_gap_ms: Moments, values: Floats) -> Floats:
        """Adds a value of each of M series, and says what their windows are with it. All shapes are (M,).

        Args:
            places: of the series, none of them twice.
            ts: of the values, UTC milliseconds.
            longest_gap_ms: after which a window begins anew.
            values: NaN where there is none.

        Returns:
            NaN where too little of the window has been watched.
        """
        gap = ts - self._last[places]
        is_new = (gap > longest_gap_ms) | (gap < 0)
        if is_new.any():
            self._forget(places[is_new], ts[is_new])
        self._last[places] = ts
        window_ms = self._window_ms[places]
        at = ts * SPANS // window_ms
        has_turned = np.flatnonzero(at != self._at[places])
        if len(has_turned):
            self._turn(places[has_turned], at[has_turned])
        held = self._open[places]
        _add(held, ts, values)
        self._open[places] = held
        closed = self._closed[places]
        held[:, _ADDED] += closed[:, _ADDED]
        np.minimum(held[:, _LEAST], closed[:, _LEAST], out=held[:, _LEAST])
        found = self._found(held, places)
        found[ts - self._since[places] < KNOWN * window_ms] = np.nan
        return found

    def _turn(self, places: Places, at: Moments) -> None:
        """Closes the open spans of these, and opens others; what is too old for the window goes."""
        before = self._at[places]
        spans = self._spans[places]
        spans[np.arange(len(places)), before % SPANS] = self._open[places]
        age = (at[:, np.newaxis] - np.arange(SPANS)) % SPANS
        spans[age < np.minimum(at - before, SPANS)[:, np.newaxis]] = _NOTHING
        self._spans[places] = spans
        closed = np.empty((len(places), len(_NOTHING)))
        closed[:, _ADDED] = spans[..., _ADDED].sum(axis=1)
        closed[:, _LEAST] = spans[..., _LEAST].min(axis=1)
        self._closed[places] = closed
        self._open[places] = _NOTHING
        self._at[places] = at
        changes = np.flatnonzero(self._kind[places] == _CHANGE)
        if len(changes):
            self._slope[places[changes]] = _slope(spans[changes])

    def _found(self, held: Floats, places: Places) -> Floats:
        """What the windows are that hold this, (M, 5)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = held[:, 1] / held[:, 0]
        kind = self._kind[places]
        if kind.any():
            found = np.where(kind == _LOWEST, held[:, 3], found)
            found = np.where(kind == _HIGHEST, -held[:, 4], found)
            found = np.where(kind == _CHANGE, self._slope[places], found)
        found[held[:, 0] == 0] = np.nan
        return found

    def _forget(self, places: Places, ts: Moments) -> None:
        """These begin anew."""
        self._since[places], self._at[places] = ts, _NEVER
        self._open[places] = self._closed[places] = self._spans[places] = _NOTHING
        self._slope[places] = np.nan

    def _grow(self) -> None:
        before = len(self._kind)
        length = max(_FIRST_PLACES, before * 3 // 2)
        self._kind, self._window_ms = longer(self._kind, length), longer(self._window_ms, length)
        self._since, self._last, self._at = (longer(each, length) for each in (self._since, self._last, self._at))
        self._open, self._closed = longer(self._open, length), longer(self._closed, length)
        self._spans, self._slope = longer(self._spans, length), longer(self._slope, length)
        self._free += range(length - 1, before - 1, -1)


def longer(array: NDArray[Number], length: int) -> NDArray[Number]:
    """The same rows, and zeros after them."""
    grown = np.zeros((length, *array.shape[1:]), dtype=array.dtype)
    grown[: len(array)] = array
    return grown


def _add(held: Floats, ts: Moments, values: Floats) -> None:
    """Adds values to what is held, (M, 5)."""
    is_there = ~np.isnan(values)
    held[:, 0] += is_there
    held[:, 1] += np.where(is_there, values, 0.0)
    held[:, 2] += np.where(is_there, ts / 1000, 0.0)
    # What is no number is passed over.
    np.fmin(held[:, 3], values, out=held[:, 3])
    np.fmin(held[:, 4], -values, out=held[:, 4])


def _slope(spans: Floats) -> Floats:
    """Of the line that fits best to the means of the spans (M, SPANS, 5), each with the weight of its values."""
    weights = spans[..., 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        moments = np.where(weights > 0, spans[..., 2] / weights, 0)
        values = np.where(weights > 0, spans[..., 1] / weights, 0)
        total = weights.sum(axis=-1, keepdims=True)
        moments = moments - (weights * moments).sum(axis=-1, keepdims=True) / total
        values = values - (weights * values).sum(axis=-1, keepdims=True) / total
        slope = (weights * moments * values).sum(axis=-1) / (weights * moments**2).sum(axis=-1)
    return np.where(np.isfinite(slope), slope, np.nan)
