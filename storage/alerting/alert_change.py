"""One thing that happened to an alert, as whoever judged it tells it. Apart from the database, which workers lack."""

from enum import StrEnum
from typing import Any

import msgspec


class ChangeKind(StrEnum):
    """What happened. Stored: never rename."""

    FIRED = "fired"
    WORSE = "worse"
    BETTER = "better"
    """It goes on, and is a warning only."""
    RESOLVED = "resolved"


class Resolution(StrEnum):
    """Why an alert is over. Stored: never rename."""

    WELL = "well"
    SERIES_GONE = "series_gone"
    """The host is read, and has not told of the series for a while: unmounted, unplugged, removed."""
    RULE_CHANGED = "rule_changed"
    """The rule looks at something else now, or no longer at this host."""
    RULE_REMOVED = "rule_removed"
    HOST_REMOVED = "host_removed"
    HOST_DISABLED = "host_disabled"


class AlertChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change of one alert. Times are UTC milliseconds; what is not said here is said at `AlertRow`.

    Attributes:
        kind: what happened.
        severity: "warning" or "critical": how bad it is now, or was last.
        ts: when it happened: the moment of the value that decided it.
        fired_at: when the alert began to fire; with what it is about, this says which one is meant.
        resolution: why it is over; empty for one that goes on.
    """

    rule_id: int
    rule_name: str
    host_id: int
    series: str
    owner: str = ""
    metric: str
    labels: dict[str, str] = {}
    kind: ChangeKind
    severity: str
    value: float | None = None
    worst_value: float | None = None
    explanation: dict[str, Any] | None = None
    ts: int
    fired_at: int
    resolution: str = ""
