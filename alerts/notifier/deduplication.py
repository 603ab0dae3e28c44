"""Whether a group has anything to say that was not said before, and how soon it may say it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.notifier.active_alert import ActiveAlert
from alerts.thresholds import Severity

MINIMUM_REPEAT_S = 1800.0
"""The same is never said again sooner, whatever a route says."""
URGENT_PAUSE_S = 50.0
"""Between two messages of a group that has called somebody already: nobody is told later than within a minute."""
MESSAGES_AN_HOUR = 2
"""That one group may send about alerts that come and go."""
HOUR_MS = 3_600_000
LASTING_S = 1200.0
"""An alert that has come back and stays for so long is told of even so."""


class Reason(StrEnum):
    """Why a message is due."""

    FIRST = "first"
    NEW_ALERTS = "new_alerts"
    WORSE = "worse"
    SOME_RESOLVED = "some_resolved"
    ALL_RESOLVED = "all_resolved"
    REPEAT = "repeat"
    FLAPPING = "flapping"
    """Something comes and goes; that is all that is said of it until it has settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a route's groups speak, in seconds.

    Attributes:
        group_wait_s: after the first alert, for others to join it.
        group_interval_s: between two messages of one group that has news.
        repeat_interval_s: until the same is said again of something critical; 0 for never.
        warnings_repeat_s: likewise of warnings.
    """

    group_wait_s: float = 10.0
    group_interval_s: float = 300.0
    repeat_interval_s: float = 4 * 3600.0
    warnings_repeat_s: float = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a receiver was last told of a group.

    Attributes:
        at: when, UTC in milliseconds.
        firing: severity by identity of the alerts of which nobody has said since that they are over.
        flapping: identities of those that were said to come and go.
        sent: when messages of the group went out lately, UTC in milliseconds, oldest first.
    """

    at: int
    firing: dict[str, Severity]
    flapping: frozenset[str] = frozenset()
    sent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Restless:
    """Which alerts come and go, by identity.

    Attributes:
        returning: those that fired, ended and fired again within the hour, or more than that.
        flapping: those of them that are not told of one by one any more.
    """

    returning: AbstractSet[str] = field(default_factory=frozenset)
    flapping: AbstractSet[str] = field(default_factory=frozenset)


CALM = Restless()


@dataclass(frozen=True, slots=True)
class Due:
    """When the group speaks next, and why; `at` may lie in the past."""

    at: int
    reason: Reason


def due(
    alerts: Sequence[ActiveAlert],
    told: Told | None,
    timing: Timing,
    restless: Restless = CALM,
    *,
    one_cause: bool = False,
) -> Due | None:
    """When the group has to be told of; None as long as nothing changes.

    Args:
        alerts: those of the group that nothing keeps quiet, of each identity the newest one.
        told: what was said last; None where nothing was.
        timing: of its route.
        restless: alerts that come and go.
        one_cause: whether what the group has in common is the cause: who knows it need not hear of every other alert.
    """
    begun = _begun_to_flap(alerts, told, restless)
    if begun:
        return Due(_allowed(min(alert.changed_at for alert in begun), told), Reason.FLAPPING)
    calm = [alert for alert in alerts if alert.identity not in restless.flapping]
    firing = [alert for alert in calm if alert.firing]
    if told is None or not told.firing:
        return _first(firing, told, timing, restless)
    urgent = _urgent(firing, told, one_cause=one_cause)
    if urgent:
        known = all(alert.identity in told.firing for alert in urgent)
        at = _soon(urgent, told, timing)
        return Due(_held(at, urgent, told, restless), Reason.WORSE if known else Reason.NEW_ALERTS)
    fresh = [] if one_cause else [alert for alert in firing if alert.identity not in told.firing]
    if fresh:
        return Due(_held(told.at + _ms(timing.group_interval_s), fresh, told, restless), Reason.NEW_ALERTS)
    ended = [alert for alert in calm if not alert.firing and alert.identity in told.firing]
    if ended:
        return _over(ended, firing, told, timing, restless)
    return _again(firing, told, timing)


def told_now(
    alerts: Sequence[ActiveAlert], ts: int, before: Told | None = None, flapping: AbstractSet[str] = frozenset()
) -> Told:
    """What has been said once a message with these alerts is on its way.

    What was told before and is kept quiet by now stays told: its end will be news.
    """
    present = {alert.identity for alert in alerts}
    earlier = before.firing if before is not None else {}
    kept = {identity: severity for identity, severity in earlier.items() if identity not in present}
    said = {alert.identity: alert.severity for alert in alerts if alert.firing or alert.identity in flapping}
    sent = lately_sent(before, ts)
    return Told(at=ts, firing={**kept, **said}, flapping=frozenset(flapping & present), sent=(*sent, ts))


def lately_sent(told: Told | None, ts: int) -> tuple[int, ...]:
    """When messages of the group went out in the hour before, at most as many as count."""
    sent = told.sent if told is not None else ()
    return tuple(at for at in sent if ts - at < HOUR_MS)[-4:]


def _begun_to_flap(alerts: Sequence[ActiveAlert], told: Told | None, restless: Restless) -> list[ActiveAlert]:
    known = told.flapping if told is not None else frozenset()
    return [alert for alert in alerts if alert.identity in restless.flapping and alert.identity not in known]


def _first(firing: Sequence[ActiveAlert], told: Told | None, timing: Timing, restless: Restless) -> Due | None:
    if not firing:
        # It fired and was resolved before anybody was told: no news.
        return None
    at = min(alert.fired_at for alert in firing) + _ms(timing.group_wait_s)
    if told is None:
        return Due(at, Reason.FIRST)
    # A group that has just said that all is well, and speaks again, is one that comes and goes.
    at = max(at, told.at + _ms(timing.group_interval_s))
    return Due(_held(at, firing, told, restless), Reason.FIRST)


def _urgent(firing: Sequence[ActiveAlert], told: Told, *, one_cause: bool) -> list[ActiveAlert]:
    """Those that are critical and were not said to be."""
    if one_cause and Severity.CRITICAL in told.firing.values():
        return []
    return [
        alert
        for alert in firing
        if alert.severity is Severity.CRITICAL and told.firing.get(alert.identity) is not Severity.CRITICAL
    ]


def _soon(urgent: Sequence[ActiveAlert], told: Told, timing: Timing) -> int:
    """What calls for somebody now does not wait for the next interval, but neither does it call every ten seconds."""
    wait_ms = _ms(timing.group_wait_s)
    earliest = min(alert.changed_at for alert in urgent)
    if Severity.CRITICAL in told.firing.values():
        return max(earliest + wait_ms, told.at + _ms(URGENT_PAUSE_S))
    return max(told.at, earliest) + wait_ms


def _over(
    ended: Sequence[ActiveAlert], firing: Sequence[ActiveAlert], told: Told, timing: Timing, restless: Restless
) -> Due:
    """Good news can wait until all of it is there: one message for a thousand hosts that are back one by one."""
    ends = [alert.resolved_at or 0 for alert in ended]
    interval_ms = _ms(timing.group_interval_s)
    if firing:
        return Due(_held(max(told.at, min(ends)) + interval_ms, ended, told, restless), Reason.SOME_RESOLVED)
    at = max(told.at + interval_ms, max(ends) + _ms(timing.group_wait_s))
    return Due(_held(at, ended, told, restless), Reason.ALL_RESOLVED)


def _again(firing: Sequence[ActiveAlert], told: Told, timing: Timing) -> Due | None:
    waiting = [alert for alert in firing if not alert.acknowledged]
    critical = any(alert.severity is Severity.CRITICAL for alert in waiting)
    interval_s = timing.repeat_interval_s if critical else timing.warnings_repeat_s
    if not waiting or interval_s <= 0:
        return None
    return Due(told.at + _ms(max(interval_s, MINIMUM_REPEAT_S)), Reason.REPEAT)


def _held(at: int, news: Iterable[ActiveAlert], told: Told | None, restless: Restless) -> int:
    """Later, where all that is new is about alerts that come and go, and enough was said of them in this hour."""
    about = list(news)
    if not all(alert.identity in restless.returning for alert in about):
        return at
    allowed = _allowed(at, told)
    lasting = [alert.fired_at + _ms(LASTING_S) for alert in about if alert.firing]
    return max(at, min(allowed, *lasting)) if lasting else allowed


def _allowed(at: int, told: Told | None) -> int:
    sent = lately_sent(told, at)
    return max(at, sent[-MESSAGES_AN_HOUR] + HOUR_MS) if len(sent) >= MESSAGES_AN_HOUR else at


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def without_gone(told: Told, gone: AbstractSet[str]) -> Told:
    """Without alerts of which no row is left: nobody will ever say that they are over."""
    if not gone & told.firing.keys():
        return told
    kept: Mapping[str, Severity] = {key: severity for key, severity in told.firing.items() if key not in gone}
    return Told(at=told.at, firing=dict(kept), flapping=told.flapping - gone, sent=told.sent)
