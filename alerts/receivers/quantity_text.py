"""The value of a metric with its unit, as people read it. Pure."""

import math
from collections.abc import Callable, Mapping

from alerts.rules import humanized
from storage.catalogue import CATALOGUE, Unit
from storage.quantities import ABSENT, byte_count, byte_rate, duration, milliseconds, percent

_MINUTE_S = 60
_UP = "up"


def _seconds(value: float) -> str:
    return milliseconds(value) if abs(value) < _MINUTE_S else duration(value)


_BY_UNIT: Mapping[Unit, Callable[[float], str]] = {
    Unit.PERCENT: lambda value: percent(value, digits=1).replace(".0%", "%"),
    Unit.BYTES: byte_count,
    Unit.BYTES_PER_SECOND: byte_rate,
    Unit.SECONDS: _seconds,
    Unit.TIMESTAMP: duration,
    Unit.PER_SECOND: lambda value: f"{humanized.plain(value)}/s",
    Unit.CELSIUS: lambda value: f"{humanized.plain(value)} °C",
    Unit.WATTS: lambda value: f"{humanized.plain(value)} W",
}


def value_text(metric: str, value: float | None) -> str:
    """`96.2%`, `1.5 GiB`, `4 min 10 s`; a dash where there is no number.

    Args:
        metric: its name in the catalogue, or `up`, whose value is for how long a host cannot be read, in seconds.
        value: in the unit of the metric; of one that is a moment, how long ago that is, in seconds.
    """
    if value is None or not math.isfinite(value):
        return ABSENT
    if metric == _UP:
        return duration(value)
    known = CATALOGUE.get(metric)
    return _BY_UNIT.get(known.unit if known else Unit.COUNT, humanized.plain)(value)
