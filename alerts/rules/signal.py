"""What a rule looks at: one metric, seen through a function over time."""

from dataclasses import dataclass
from enum import StrEnum

from alerts.rules.matchers import Matcher


class Function(StrEnum):
    """What is made of a series before it is compared."""

    LATEST = "latest"
    """Its newest value."""
    AVERAGE = "average"
    """The mean of its values in the window."""
    LOWEST = "lowest"
    HIGHEST = "highest"
    CHANGE = "change"
    """How much it rises a second, over the window; below zero where it falls."""
    FORECAST = "forecast"
    """What it will be in `horizon_s`, by a fit to the window that one burst does not bend."""
    DEPARTURE = "departure"
    """How far it is from what this host has at this hour of the week, in units of its usual spread."""
    ABSENCE = "absence"
    """1 where the series had values and has had none for the window, else 0."""
    AGE = "age"
    """Seconds since the moment that it names; for metrics that are timestamps."""
    UNREACHABLE = "unreachable"
    """Seconds for which the host has not been read; the metric is `up`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A number for each series of a host, at any moment.

    Attributes:
        metric: its name in `storage.catalogue`.
        matchers: which of its series; all of them must agree.
        function: what is made of a series.
        window_s: seconds that the function looks back; 0 where it needs none.
        horizon_s: seconds that a forecast looks ahead; 0 for anything else.
        scale: what the number is multiplied by.
        offset: what is added after that.
    """

    metric: str
    matchers: tuple[Matcher, ...] = ()
    function: Function = Function.LATEST
    window_s: float = 0.0
    horizon_s: float = 0.0
    scale: float = 1.0
    offset: float = 0.0
