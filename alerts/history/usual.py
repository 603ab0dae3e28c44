"""What a host usually has at an hour of the week, and how far it is from that. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from alerts.history.line_fit import Floats
from storage.catalogue import Unit

WEEKS = 4
"""So many are looked at."""
LEAST_WEEKS = 3
LEAST_SAMPLES = 6
NOW_S = 600.0
"""What counts as the present, where a rule says nothing else."""
_NEAR_MS = 5_400_000
"""Hours whose middle is no further from the moment: the hour itself and its neighbours."""
_HOUR_MS = 3_600_000
_PARTS = 3
"""Of the present; all of them have to depart from the usual."""
_LEAST_SHARE = 0.1
"""Of the usual: no spread is smaller."""
_WITHIN_HOUR = 0.125
"""Of the range within an hour: means over minutes scatter that much about the hour's."""
_FLOORS = {
    Unit.PERCENT: 4.0,
    Unit.BYTES: 16e6,
    Unit.BYTES_PER_SECOND: 1e6,
    Unit.SECONDS: 0.05,
    Unit.PER_SECOND: 20.0,
    Unit.COUNT: 2.0,
    Unit.CELSIUS: 2.0,
    Unit.WATTS: 10.0,
}
"""No spread is smaller than this either, or what never changes would depart with the first flicker."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What it usually is.

    Attributes:
        least, most: the lowest and the highest of what is usual in this hour, in the one before and in the next one;
            of each the median over the weeks.
        spread: how far a week usually is from the median of its hour, from the median of these distances; at least as
            much as is no news.
        low, high: what nine out of ten of these hours were between.
        weeks: how many weeks were seen.
    """

    least: float
    most: float
    spread: float
    low: float
    high: float
    weeks: int


@dataclass(frozen=True, slots=True)
class HourBuckets:
    """A series by the hour: equally long arrays, ascending.

    Attributes:
        ts: where each hour starts, UTC milliseconds.
        mean, minimum, maximum: of its readings.
    """

    ts: NDArray[np.int64]
    mean: Floats
    minimum: Floats
    maximum: Floats


def usual_at(hours: HourBuckets, *, now: int, zone: tzinfo, unit: Unit, weeks: int = WEEKS) -> Usual | None:
    """What is usual at the hour of the week of a moment; the hours beside it count as well.

    Args:
        hours: of the last weeks.
        now: the moment, UTC milliseconds. Nothing of its own week counts: what is wrong today is not usual.
        zone: whose hours and days it goes by.
        unit: of the values.
        weeks: how far it looks back.

    Returns:
        None where too little is known.
    """
    moments = same_moments(now, zone, weeks)
    seen = [place for place in (_places(hours.ts, moment) for moment in moments) if len(place[0])]
    if len(seen) < min(LEAST_WEEKS, weeks):
        return None
    places, beside = (np.concatenate(each) for each in zip(*seen, strict=True))
    samples = hours.mean[places]
    if len(samples) < LEAST_SAMPLES:
        return None
    middles = {place: float(np.median(samples[beside == place])) for place in np.unique(beside).tolist()}
    distances = np.abs(samples - np.array([middles[place] for place in beside.tolist()]))
    least, most = min(middles.values()), max(middles.values())
    low, high = (float(edge) for edge in np.quantile(samples, (0.05, 0.95)))
    spread = max(
        1.4826 * float(np.median(distances)),
        _WITHIN_HOUR * float(np.median(hours.maximum[places] - hours.minimum[places])),
        _LEAST_SHARE * max(abs(least), abs(most)),
        _FLOORS.get(unit, 1e-9),
    )
    return Usual(least, most, spread, low, high, len(seen))


def departure(usual: Usual, ts: NDArray[np.int64], values: Floats, *, now: int, now_s: float = NOW_S) -> float | None:
    """How many spreads the present is above the most that is usual; below zero where it is below the least, else 0.

    The present is looked at in parts, and the one that is nearest to the usual counts: a burst in one of them is none.

    Args:
        usual: of this hour of the week.
        ts: UTC milliseconds, ascending.
        values: readings, or means of short stretches.
        now: the moment, UTC milliseconds.
        now_s: how long the present is.

    Returns:
        None where a part of the present has no value.
    """
    part_ms = now_s * 1000 / _PARTS
    found = []
    for part in range(_PARTS):
        first, last = np.searchsorted(ts, (now - (part + 1) * part_ms, now - part * part_ms), side="right")
        if first == last:
            return None
        found.append(_beyond(usual, float(np.mean(values[first:last]))))
    if min(found) > 0 or max(found) < 0:
        return min(found, key=abs)
    return 0.0


def same_moments(now: int, zone: tzinfo, weeks: int) -> list[int]:
    """The same time of the same day of the last weeks by the clock on the wall, UTC milliseconds, latest first."""
    here = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
    # Without the zone, or summer time would make another hour of it.
    wall = here.replace(tzinfo=None)
    return [
        round((wall - timedelta(weeks=week)).replace(tzinfo=zone).timestamp() * 1000) for week in range(1, weeks + 1)
    ]


def _beyond(usual: Usual, value: float) -> float:
    return (max(value - usual.most, 0.0) + min(value - usual.least, 0.0)) / usual.spread


def _places(ts: NDArray[np.int64], moment: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the hour of a moment is and those beside it, and which of the three each is."""
    from_middle = ts + _HOUR_MS // 2 - moment
    near = np.flatnonzero(np.abs(from_middle) < _NEAR_MS)
    return near, np.round(from_middle[near] / _HOUR_MS).astype(np.intp)
