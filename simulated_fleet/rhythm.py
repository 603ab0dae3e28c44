"""Load over the week: curves by hour and weekday in a time zone, and their exact integrals. Pure.

A curve is linear between knots and 1 in the mean over a week, so what has been worked up to any moment is a square
polynomial of it: nothing has to be added up step by step.
"""

from datetime import UTC, datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indexes = NDArray[np.int64]

_WEEK_S = 604_800
_KNOT_S = 900
_KNOTS = _WEEK_S // _KNOT_S
_MONDAY_S = 4 * 86_400
"""1970 began on a Thursday; its first Monday is this much later."""
_TURN_S = 3 * 3600
"""Half of the time in which a clock that is put forward or back gets there: people take a while, too."""
_YEARS = (1970, 2100)


class Rhythm(IntEnum):
    """Who makes the load. The value is the row of its curve."""

    VISITORS = 0
    """People at home: evenings and weekends."""
    OFFICE = 1
    """People at work."""
    FLAT = 2
    """Other machines, all day."""
    COMMITS = 3
    """Developers: late mornings and late afternoons."""
    NIGHT = 4
    """Work that is put off until the night."""


# By hour of a working day, and of a day of the weekend; scaled to a mean of 1 later.
_HOURS = {
    Rhythm.VISITORS: (
        (46, 32, 24, 20, 19, 22, 34, 52, 66, 74, 80, 86, 94, 90, 86, 86, 90, 98, 110, 124, 132, 128, 106, 72),
        (64, 46, 34, 26, 22, 22, 28, 42, 64, 86, 104, 116, 122, 120, 118, 116, 116, 120, 126, 132, 134, 124, 104, 80),
    ),
    Rhythm.OFFICE: (
        (26, 24, 23, 23, 24, 28, 42, 74, 122, 150, 158, 152, 128, 140, 156, 154, 144, 120, 84, 60, 48, 42, 36, 30),
        (24, 22, 21, 21, 21, 22, 25, 30, 36, 42, 46, 46, 44, 44, 44, 43, 42, 40, 38, 36, 34, 31, 28, 26),
    ),
    Rhythm.FLAT: (
        (94, 92, 91, 90, 90, 92, 95, 99, 103, 106, 107, 107, 106, 106, 107, 107, 106, 105, 104, 103, 101, 99, 97, 95),
        (92, 91, 90, 90, 90, 90, 92, 94, 97, 99, 100, 101, 101, 100, 100, 100, 100, 100, 100, 99, 98, 96, 95, 93),
    ),
    Rhythm.COMMITS: (
        (52, 50, 56, 50, 48, 48, 52, 66, 92, 128, 148, 140, 104, 124, 140, 148, 150, 132, 96, 74, 66, 62, 58, 54),
        (48, 46, 54, 46, 44, 44, 44, 44, 46, 50, 54, 54, 52, 52, 54, 54, 54, 52, 52, 52, 52, 50, 48, 48),
    ),
    Rhythm.NIGHT: (
        (140, 166, 172, 170, 166, 150, 110, 74, 58, 54, 54, 56, 58, 58, 56, 56, 58, 62, 66, 72, 80, 94, 112, 128),
        (150, 172, 176, 174, 168, 152, 112, 70, 50, 44, 42, 42, 42, 42, 42, 42, 44, 48, 54, 62, 74, 92, 116, 136),
    ),
}


def _curve(rhythm: Rhythm) -> Array:
    """Its knots over the week, Monday first, and the first one again at the end."""
    working, weekend = _HOURS[rhythm]
    hours = np.array([*working * 5, *weekend * 2, working[0]], dtype=np.float64)
    knots = np.interp(np.arange(_KNOTS + 1) * _KNOT_S, np.arange(len(hours)) * 3600.0, hours)
    mean = (knots[:-1] + knots[1:]).mean() / 2
    scaled: Array = knots / mean
    return scaled


_LEVELS = np.array([_curve(rhythm) for rhythm in Rhythm])
_WORKED = np.concatenate(
    [np.zeros((len(_LEVELS), 1)), np.cumsum((_LEVELS[:, :-1] + _LEVELS[:, 1:]) / 2 * _KNOT_S, axis=1)], axis=1
)

PEAKS: Array = _LEVELS.max(axis=1)
"""The highest level of each rhythm."""


class Calendar:
    """Tells the local time of a zone, continuously: where clocks are put forward or back it gets there in six hours."""

    def __init__(self, time_zone: str) -> None:
        """Takes a name such as `Asia/Seoul`. Raises ZoneInfoNotFoundError or ValueError for what is none."""
        utc, offsets = _turns(ZoneInfo(time_zone))
        self._utc, self._offsets = np.array(utc), np.array(offsets)

    def local_s(self, utc_s: Array) -> Array:
        """Seconds of local time since 1970 began there."""
        # Most fleets are in UTC, and this is asked all the time.
        is_fixed = len(self._utc) == 1
        local: Array = utc_s + (self._offsets[0] if is_fixed else np.interp(utc_s, self._utc, self._offsets))
        return local


def worked_s(rhythm: Indexes, local_s: Array) -> Array:
    """What has been worked since 1970, in seconds of mean load.

    Args:
        rhythm: values of `Rhythm`.
        local_s: moments by `Calendar.local_s`, of the same shape.
    """
    since_monday = local_s - _MONDAY_S
    weeks = np.floor(since_monday / _WEEK_S)
    knots, knot = np.modf((since_monday - weeks * _WEEK_S) / _KNOT_S)
    place = knot.astype(np.int64)
    start, end = _LEVELS[rhythm, place], _LEVELS[rhythm, place + 1]
    worked: Array = weeks * _WEEK_S + _WORKED[rhythm, place] + _KNOT_S * knots * (start + (end - start) * knots / 2)
    return worked


def _turns(zone: ZoneInfo) -> tuple[list[float], list[float]]:
    """Moments in UTC seconds and the zone's offsets there, linear in between."""
    first = datetime(_YEARS[0], 1, 1, tzinfo=UTC)
    utc, offsets = [first.timestamp()], [_offset_s(zone, first)]
    day, last = first, datetime(_YEARS[1], 1, 1, tzinfo=UTC)
    while day < last:
        next_day = day + timedelta(days=7)
        if _offset_s(zone, next_day) != offsets[-1]:
            turn = _turn_between(zone, day, next_day).timestamp()
            utc += [turn - _TURN_S, turn + _TURN_S]
            offsets += [offsets[-1], _offset_s(zone, next_day)]
        day = next_day
    return utc, offsets


def _turn_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """To the minute."""
    was = _offset_s(zone, before)
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if _offset_s(zone, middle) == was:
            before = middle
        else:
            after = middle
    return after


def _offset_s(zone: ZoneInfo, moment: datetime) -> float:
    offset = moment.astimezone(zone).utcoffset()
    return offset.total_seconds() if offset else 0.0
