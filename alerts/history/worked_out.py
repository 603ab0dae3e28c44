"""The value that a signal of history has for one series, and how it came about. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

import numpy as np

from alerts.history.forecast import Outlook, outlook
from alerts.history.long_window import KEPT_FOR, Kept, over_window
from alerts.history.needs import past_needed, present_s
from alerts.history.usual import HourBuckets, Usual, departure, usual_at
from alerts.rules.signal import Function, Signal
from storage.catalogue import CATALOGUE, Unit
from storage.queries import SeriesPoints

Explanation = dict[str, float | str]
"""A code and its numbers; `alerts.explanations` has the words."""

_FULL = 100.0


class WorkedOut(NamedTuple):
    """What a rule's levels are compared with, and why it is that."""

    value: float
    explanation: Explanation


def outlook_of(signal: Signal, past: SeriesPoints, *, now: int) -> Outlook | None:
    """Where a series is going, by what `past_needed` says is to be read for a forecast."""
    return outlook(
        past.ts,
        past.value,
        now=now,
        window_s=signal.window_s,
        horizon_s=signal.horizon_s,
        apart_s=past_needed(signal).apart_s,
    )


def forecast_of(signal: Signal, found: Outlook, limits: Sequence[float]) -> WorkedOut:
    """What a series will be at the end of the signal's horizon.

    Args:
        signal: a forecast.
        found: what `outlook_of` said.
        limits: of the rule's levels, the mildest first: what the explanation says when it is reached.
    """
    raw = [(limit - signal.offset) / signal.scale for limit in limits]
    return WorkedOut(_scaled(signal, found.value), _of_forecast(signal, found, raw))


def departure_of(signal: Signal, usual: Usual, present: SeriesPoints, *, now: int, zone: tzinfo) -> WorkedOut | None:
    """How far a series is from its usual, in spreads.

    Args:
        signal: a departure.
        usual: what `usual_of` said of this hour.
        present: readings of the last minutes, as `present_needed` says.
        now: UTC milliseconds.
        zone: whose hours and days it goes by.
    """
    value = departure(usual, present.ts, present.value, now=now, now_s=present_s(signal))
    if value is None:
        return None
    here = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
    recent = present.value[present.ts > now - present_s(signal) * 1000]
    explanation: Explanation = {
        "code": "usual",
        "low": usual.low,
        "high": usual.high,
        "now": float(np.mean(recent)),
        "weekday": here.weekday(),
        "hour": here.hour,
        "weeks": usual.weeks,
        "unit": _unit(signal).value,
    }
    return WorkedOut(_scaled(signal, value), explanation)


def usual_of(signal: Signal, past: SeriesPoints, *, now: int, zone: tzinfo) -> Usual | None:
    """What is usual for a series at this hour of the week. It holds for the hour."""
    hours = HourBuckets(past.ts, past.value, past.minimum, past.maximum)
    return usual_at(hours, now=now, zone=zone, unit=_unit(signal))


def window_of(signal: Signal, past: SeriesPoints, *, now: int) -> WorkedOut | None:
    """The average, the lowest, the highest, or the change, over a long window."""
    inside = past.ts > now - signal.window_s * 1000
    kept = KEPT_FOR[signal.function]
    values = {Kept.MEAN: past.value, Kept.LOWEST: past.minimum, Kept.HIGHEST: past.maximum}[kept][inside]
    at_s = (past.ts[inside] - now) / 1000
    value = over_window(signal.function, at_s, values, past.count[inside].astype(np.float64), signal.window_s)
    if value is None:
        return None
    explanation: Explanation = {"code": _WINDOW_CODES[signal.function], "seconds": signal.window_s}
    if signal.function is Function.CHANGE:
        explanation |= {"by": value * signal.window_s, "unit": _unit(signal).value}
    return WorkedOut(_scaled(signal, value), explanation)


_WINDOW_CODES = {
    Function.AVERAGE: "mean_over",
    Function.LOWEST: "lowest_over",
    Function.HIGHEST: "highest_over",
    Function.CHANGE: "changed_by",
}


def _of_forecast(signal: Signal, found: Outlook, limits: Sequence[float]) -> Explanation:
    common: Explanation = {"now": found.level, "per_day": found.per_second * 86_400, "unit": _unit(signal).value}
    if not found.per_second:
        return {"code": "no_trend", **common}
    if signal.metric.endswith("used_percent") and found.per_second > 0:
        limits = (_FULL,)
    for limit in limits:
        seconds = found.seconds_until(limit)
        if seconds is not None:
            code = "full_in" if limits == (_FULL,) else "reaches_in"
            return {"code": code, "seconds": seconds, "level": limit, **common}
    return {"code": "will_be", "seconds": signal.horizon_s, "value": found.value, **common}


def _scaled(signal: Signal, value: float) -> float:
    return value * signal.scale + signal.offset


def _unit(signal: Signal) -> Unit:
    return CATALOGUE[signal.metric].unit
