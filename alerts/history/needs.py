"""Which signals are worked out from the store, and what has to be read for them. Pure."""

from typing import NamedTuple

from alerts.evaluation.live_signal import LIVE_WINDOW_S, WINDOWED
from alerts.history.usual import NOW_S, WEEKS
from alerts.rules.signal import Function, Signal
from storage.rollup import Interval

LOOK_S = 300.0
"""Nothing is worked out more often."""
_LOOKS_A_WINDOW = 96
_APART_S = {Interval.RAW: 0.0, Interval.M1: 60.0, Interval.M5: 300.0, Interval.H1: 3600.0}
_HOUR_S = 3600.0
_MINUTES_UNTIL_S = 6 * _HOUR_S
_FIVE_MINUTES_UNTIL_S = 48 * _HOUR_S


class Need(NamedTuple):
    """Something to be read.

    Attributes:
        metric: name in the catalogue.
        interval: readings or buckets.
        back_s: from how long ago on.
    """

    metric: str
    interval: Interval
    back_s: float

    @property
    def apart_s(self) -> float:
        """How far apart its points are; 0 for readings."""
        return _APART_S[self.interval]


def is_of_history(signal: Signal) -> bool:
    """Whether it is worked out from the store, now and then, rather than with every reading."""
    if signal.function in (Function.FORECAST, Function.DEPARTURE):
        return True
    return signal.function in WINDOWED and signal.window_s > LIVE_WINDOW_S


def pace_s(signal: Signal) -> float:
    """How often it is worked out: a long window is not another one a few minutes later."""
    if signal.function is Function.DEPARTURE:
        return LOOK_S
    return min(max(LOOK_S, signal.window_s / _LOOKS_A_WINDOW), _HOUR_S)


def longest_gap_ms(signal: Signal) -> int:
    """Two looks further apart say nothing about the time between."""
    return round(3 * pace_s(signal) * 1000)


def past_needed(signal: Signal) -> Need:
    """What a signal of history looks back at: for a departure what is usual, else its window."""
    if signal.function is Function.DEPARTURE:
        return Need(signal.metric, Interval.H1, WEEKS * 7 * 24 * _HOUR_S + 2 * _HOUR_S)
    return Need(signal.metric, interval_for(signal.window_s), signal.window_s)


def present_needed(signal: Signal) -> Need | None:
    """What a departure is besides taken of: the readings of the last minutes. Others need nothing besides."""
    if signal.function is not Function.DEPARTURE:
        return None
    return Need(signal.metric, Interval.RAW, present_s(signal))


def present_s(signal: Signal) -> float:
    """How long the present of a departure is."""
    return signal.window_s or NOW_S


def interval_for(window_s: float) -> Interval:
    """Buckets of which a window has enough, and not too many."""
    if window_s <= _MINUTES_UNTIL_S:
        return Interval.M1
    return Interval.M5 if window_s <= _FIVE_MINUTES_UNTIL_S else Interval.H1
