"""Whether a group has anything to say that was not said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from alerts.notifier.active_alert import ActiveAlert
from alerts.thresholds import Severity


class Reason(StrEnum):
    """Why a message is due."""

    FIRST = "first"
    NEW_ALERTS = "new_alerts"
    WORSE = "worse"
    SOME_RESOLVED = "some_resolved"
    ALL_RESOLVED = "all_resolved"
    REPEAT = "repeat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a route's groups speak, in seconds.

    Attributes:
        group_wait_s: after the first alert, for others to join it.
        group_interval_s: between two messages of one group that has news.
        repeat_interval_s: until the same is said again; 0 for never.
    """

    group_wait_s: float = 10.0
    group_interval_s: float = 300.0
    repeat_interval_s: float = 4 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a receiver was last told of a group.

    Attributes:
        at: when, UTC in milliseconds.
        firing: severity by id of the alerts that fired then.
        resolved: ids of those that were said to be resolved.
    """

    at: int
    firing: dict[int, Severity]
    resolved: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """When the group speaks next, and why; `at` may lie in the past."""

    at: int
    reason: Reason


def due(alerts: Sequence[ActiveAlert], told: Told | None, timing: Timing) -> Due | None:
    """When the group has to be told of; None as long as nothing changes.

    Args:
        alerts: those of the group that nothing keeps quiet.
        told: what was said last; None where nothing was, or where all of it was resolved.
        timing: of its route.
    """
    firing = [alert for alert in alerts if alert.firing]
    if told is None or not told.firing:
        return _first(firing, told, timing)
    urgent = _urgent(firing, told)
    if urgent:
        # What calls for somebody now does not wait for the next interval.
        wait_ms = round(timing.group_wait_s * 1000)
        known = all(alert.id in told.firing for alert in urgent)
        at = max(told.at, min(alert.changed_at for alert in urgent)) + wait_ms
        return Due(at, Reason.WORSE if known else Reason.NEW_ALERTS)
    reason = _news(alerts, firing, told)
    if reason is not None:
        return Due(told.at + round(timing.group_interval_s * 1000), reason)
    if firing and timing.repeat_interval_s > 0 and not all(alert.acknowledged for alert in firing):
        return Due(told.at + round(timing.repeat_interval_s * 1000), Reason.REPEAT)
    return None


def _first(firing: Sequence[ActiveAlert], told: Told | None, timing: Timing) -> Due | None:
    if not firing:
        # It fired and was resolved before anybody was told: no news.
        return None
    at = min(alert.fired_at for alert in firing) + round(timing.group_wait_s * 1000)
    if told is not None:
        # A group that has just said that all is well, and speaks again, is one that comes and goes.
        at = max(at, told.at + round(timing.group_interval_s * 1000))
    return Due(at, Reason.FIRST)


def _urgent(firing: Sequence[ActiveAlert], told: Told) -> list[ActiveAlert]:
    """Those that are critical and were not said to be."""
    return [
        alert
        for alert in firing
        if alert.severity is Severity.CRITICAL and told.firing.get(alert.id) is not Severity.CRITICAL
    ]


def _news(alerts: Sequence[ActiveAlert], firing: Sequence[ActiveAlert], told: Told) -> Reason | None:
    """What is different from what was said; what calls for somebody comes first."""
    if any(alert.id not in told.firing for alert in firing):
        return Reason.NEW_ALERTS
    if any(alert.severity > told.firing[alert.id] for alert in firing):
        return Reason.WORSE
    ended = {alert.id for alert in alerts if not alert.firing} & told.firing.keys()
    if not ended:
        return None
    return Reason.SOME_RESOLVED if firing else Reason.ALL_RESOLVED


def told_now(alerts: Sequence[ActiveAlert], ts: int) -> Told:
    """What has been said once a message with these alerts has been delivered."""
    return Told(
        at=ts,
        firing={alert.id: alert.severity for alert in alerts if alert.firing},
        resolved=frozenset(alert.id for alert in alerts if not alert.firing),
    )
