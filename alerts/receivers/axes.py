"""Where a chart has its marks. Pure."""

import math
from datetime import UTC, datetime, timedelta, tzinfo

_MARKS = 4
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)


def value_range(values: tuple[float, ...], limits: tuple[float, ...], *, percent: bool) -> tuple[float, float]:
    """The lowest and the highest value that the chart has room for. Shares go from 0 to 100 unless they pass that."""
    low = min((*values, *limits), default=0.0)
    high = max((*values, *limits), default=1.0)
    if percent and low >= 0:
        return 0.0, max(100.0, high)
    if low >= 0:
        # From zero on: a curve that is cut off at its foot looks steeper than it is.
        low = 0.0
    room = (high - low) * 0.08
    if room <= 0:
        room = abs(high) * 0.1 or 1.0
    return (low if low == 0 else low - room), high + room


def value_marks(low: float, high: float) -> tuple[float, ...]:
    """Round numbers between the two, a handful."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return ()
    raw = span / _MARKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next((power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw), power * 10)
    first = math.ceil(low / step)
    return tuple(number * step for number in range(first, first + 2 * _MARKS + 2) if number * step <= high)


def time_marks(start: int, end: int, zone: tzinfo, most: int = 7) -> tuple[tuple[int, str], ...]:
    """Round times of day between the two, UTC milliseconds, each with its text."""
    minutes = (end - start) / 60_000
    step = next((each for each in _STEPS_MIN if minutes / each <= most), _STEPS_MIN[-1])
    local = datetime.fromtimestamp(start / 1000, UTC).astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    marks = []
    # Steps in real time from local midnight: on the day that clocks change, the later marks are an hour off, and true.
    moment = midnight.astimezone(UTC)
    while (ts := round(moment.timestamp() * 1000)) <= end:
        if ts >= start:
            marks.append((ts, f"{moment.astimezone(zone):%H:%M}"))
        moment += timedelta(minutes=step)
    return tuple(marks)
