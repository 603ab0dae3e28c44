"""One alert: a rule, on one series of one host, at a moment."""

from dataclasses import dataclass
from enum import StrEnum

from alerts.thresholds import Severity


class State(StrEnum):
    """Where an alert is in its life."""

    INACTIVE = "inactive"
    PENDING = "pending"
    """Too much, but not for long enough yet."""
    FIRING = "firing"
    RESOLVED = "resolved"
    """It fired, and is well again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What is known of it. Times are UTC milliseconds; None where it has not happened.

    Attributes:
        state: where it is.
        severity: of a firing alert how bad, of a resolved one how bad it was last; OK before that.
        value: the newest value that counted.
        seen_at: when that was.
        warning_at, critical_at: since when the value has been beyond that level without a break.
        fired_at: when it began to fire.
        well_at: since when a firing alert's value has been well again.
        resolved_at: when it was resolved.
    """

    state: State = State.INACTIVE
    severity: Severity = Severity.OK
    value: float | None = None
    seen_at: int | None = None
    warning_at: int | None = None
    critical_at: int | None = None
    fired_at: int | None = None
    well_at: int | None = None
    resolved_at: int | None = None


INACTIVE = Alert()
"""What every alert is before anything was seen."""
