"""Silences, maintenance windows and routes as JSON bodies of rows, and back. A body that is broken is refused."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any, TypeVar

import msgspec

from alerts.notifier.deduplication import Timing
from alerts.notifier.escalation import Escalation
from alerts.notifier.maintenance import LONGEST_S, SHORTEST_S, MaintenanceWindow
from alerts.notifier.recurrence import Recurrence, checked_recurrence
from alerts.notifier.routing import EVERY_DAY, Hours, Route
from alerts.notifier.silence import Silence
from alerts.rules.matchers import Matcher, pattern_fault
from alerts.thresholds import Severity
from storage.alerting.route_rows import RouteRow
from storage.alerting.silence_rows import SilenceRow
from storage.alerting.window_rows import WindowRow
from storage.errors import InvalidInputError

_T = TypeVar("_T")


class BrokenBodyError(InvalidInputError):
    """A body that cannot be read."""

    kind = "broken_body"


class _Hours(msgspec.Struct, kw_only=True):
    weekdays: list[int] = []
    start: str = "00:00"
    end: str = "00:00"
    time_zone: str = "UTC"


class _Escalation(msgspec.Struct, kw_only=True):
    after_s: float
    receivers: list[str]
    lowest: Severity = Severity.CRITICAL


class _Timing(msgspec.Struct, kw_only=True):
    group_wait_s: float = Timing().group_wait_s
    group_interval_s: float = Timing().group_interval_s
    repeat_interval_s: float = Timing().repeat_interval_s
    warnings_repeat_s: float = Timing().warnings_repeat_s


class _RouteBody(msgspec.Struct, kw_only=True):
    receivers: list[str]
    matchers: list[Matcher] = []
    lowest: Severity = Severity.WARNING
    hours: _Hours | None = None
    go_on: bool = False
    group_by: tuple[str, ...] = Route(name="", receivers=()).group_by
    timing: _Timing = msgspec.field(default_factory=_Timing)
    escalation: list[_Escalation] = []


def matchers_body(matchers: Iterable[Matcher]) -> list[dict[str, str]]:
    """Conditions as JSON."""
    plain: list[dict[str, str]] = msgspec.to_builtins(list(matchers))
    return plain


def matchers_of(body: object) -> tuple[Matcher, ...]:
    """Conditions from JSON. Raises BrokenBodyError."""
    return tuple(_sound(matcher) for matcher in _converted(body, list[Matcher]))


def silence_of(row: SilenceRow) -> Silence:
    """The silence of a row. Raises BrokenBodyError."""
    return Silence(
        id=row.id,
        matchers=matchers_of(row.matchers),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        author=row.author,
        comment=row.comment,
    )


def window_of(row: WindowRow) -> MaintenanceWindow:
    """The maintenance window of a row. Raises BrokenBodyError."""
    if not SHORTEST_S <= row.duration_s <= LONGEST_S:
        raise BrokenBodyError(f"A window of {row.duration_s:g} s cannot be used.")
    try:
        recurrence = checked_recurrence(Recurrence(row.recurrence, row.time_zone))
    except InvalidInputError as error:
        raise BrokenBodyError(error.message, hint=error.hint) from None
    return MaintenanceWindow(
        id=row.id,
        name=row.name,
        matchers=matchers_of(row.matchers),
        recurrence=recurrence,
        duration_s=row.duration_s,
    )


def route_body(route: Route) -> dict[str, Any]:
    """All that a route says but for its name, its place and whether it is in use."""
    body = _RouteBody(
        receivers=list(route.receivers),
        matchers=list(route.matchers),
        lowest=route.lowest,
        hours=None if route.hours is None else _hours_body(route.hours),
        go_on=route.go_on,
        group_by=route.group_by,
        timing=msgspec.convert(route.timing, _Timing, from_attributes=True),
        escalation=[
            _Escalation(after_s=e.after_s, receivers=list(e.receivers), lowest=e.lowest) for e in route.escalation
        ],
    )
    plain: dict[str, Any] = msgspec.to_builtins(body)
    return plain


def route_of(row: RouteRow) -> Route:
    """The route of a row. Raises BrokenBodyError."""
    body = _converted(row.body, _RouteBody)
    return Route(
        name=row.name,
        receivers=tuple(dict.fromkeys(body.receivers)),
        matchers=tuple(_sound(matcher) for matcher in body.matchers),
        lowest=body.lowest,
        hours=None if body.hours is None else _hours_of(body.hours),
        go_on=body.go_on,
        group_by=body.group_by,
        timing=_timing_of(body.timing),
        escalation=tuple(
            Escalation(after_s=e.after_s, receivers=tuple(e.receivers), lowest=e.lowest) for e in body.escalation
        ),
    )


def _hours_body(hours: Hours) -> _Hours:
    return _Hours(
        weekdays=sorted(hours.weekdays),
        start=f"{hours.start:%H:%M}",
        end=f"{hours.end:%H:%M}",
        time_zone=hours.time_zone,
    )


def _hours_of(body: _Hours) -> Hours:
    days = frozenset(body.weekdays)
    if not days <= EVERY_DAY:
        raise BrokenBodyError("A weekday is 0, Monday, to 6, Sunday.")
    try:
        start, end = time.fromisoformat(body.start), time.fromisoformat(body.end)
        # Asks for the zone; one that is unknown must not come up in the middle of a night.
        checked_recurrence(Recurrence("DTSTART:20260101T000000", body.time_zone))
    except ValueError as error:
        raise BrokenBodyError(f"The hours of a route cannot be read: {error}.") from None
    return Hours(weekdays=days or EVERY_DAY, start=start, end=end, time_zone=body.time_zone)


def _timing_of(body: _Timing) -> Timing:
    seconds: Mapping[str, float] = msgspec.to_builtins(body)
    if not all(0 <= value <= 30 * 86_400 for value in seconds.values()):
        raise BrokenBodyError("The times of a route are 0 to 30 days.")
    return Timing(**seconds)


def _sound(matcher: Matcher) -> Matcher:
    if wrong := pattern_fault(matcher):
        raise BrokenBodyError(wrong)
    return matcher


def _converted(body: object, shape: type[_T]) -> _T:
    try:
        return msgspec.convert(body, shape)
    except msgspec.ValidationError as error:
        raise BrokenBodyError(f"What is stored of it cannot be read: {error}.") from None
