"""Who is told of an alert, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from alerts.notifier.active_alert import ActiveAlert, alert_matches
from alerts.notifier.deduplication import Timing
from alerts.notifier.escalation import Escalation
from alerts.rules.matchers import Matcher
from alerts.thresholds import Severity

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A part of the week, in a named time zone.

    Attributes:
        weekdays: Monday is 0. Of hours that go past midnight, the day on which they begin.
        start, end: the end not included; where both are the same, the whole day.
        time_zone: as `Asia/Seoul`.
    """

    weekdays: frozenset[int] = EVERY_DAY
    start: time = time(0)
    end: time = time(0)
    time_zone: str = "UTC"

    def contains(self, ts: int) -> bool:
        """Whether that moment, UTC in milliseconds, lies in it."""
        local = datetime.fromtimestamp(ts / 1000, ZoneInfo(self.time_zone))
        at = local.time()
        if self.start == self.end:
            return local.weekday() in self.weekdays
        if self.start < self.end:
            return local.weekday() in self.weekdays and self.start <= at < self.end
        begun_yesterday = (local.weekday() - 1) % 7 in self.weekdays and at < self.end
        return begun_yesterday or (local.weekday() in self.weekdays and at >= self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of "who is told of what". They are looked at in order.

    Attributes:
        name: what it is called.
        receivers: who is told.
        matchers: of which alerts; all must agree, none means of all.
        lowest: of no alerts that are less bad.
        hours: only then; None for always.
        go_on: whether the routes after it are looked at, too.
        group_by: labels by which alerts are put together into one message.
        timing: when it speaks.
        escalation: who is told besides when nobody acknowledges.
    """

    name: str
    receivers: tuple[str, ...]
    matchers: tuple[Matcher, ...] = ()
    lowest: Severity = Severity.WARNING
    hours: Hours | None = None
    go_on: bool = False
    group_by: tuple[str, ...] = ("alertname", "group")
    timing: Timing = field(default_factory=Timing)
    escalation: tuple[Escalation, ...] = ()


class Verdict(StrEnum):
    """What became of a route."""

    TAKEN = "taken"
    OTHER_LABELS = "other_labels"
    NOT_BAD_ENOUGH = "not_bad_enough"
    OTHER_HOURS = "other_hours"
    NOT_REACHED = "not_reached"
    """A route before it took the alert and does not let it go on."""


def explain(alert: ActiveAlert, routes: Sequence[Route], ts: int) -> tuple[tuple[Route, Verdict], ...]:
    """Every route with what became of it, in order."""
    said: list[tuple[Route, Verdict]] = []
    over = False
    for route in routes:
        verdict = Verdict.NOT_REACHED if over else _judge(route, alert, ts)
        said.append((route, verdict))
        over = over or (verdict is Verdict.TAKEN and not route.go_on)
    return tuple(said)


def routes_of(alert: ActiveAlert, routes: Sequence[Route], ts: int) -> tuple[Route, ...]:
    """Those that take the alert at that moment."""
    return tuple(route for route, verdict in explain(alert, routes, ts) if verdict is Verdict.TAKEN)


def _judge(route: Route, alert: ActiveAlert, ts: int) -> Verdict:
    if not alert_matches(route.matchers, alert):
        return Verdict.OTHER_LABELS
    if alert.severity < route.lowest:
        return Verdict.NOT_BAD_ENOUGH
    if route.hours is not None and not route.hours.contains(ts):
        return Verdict.OTHER_HOURS
    return Verdict.TAKEN
