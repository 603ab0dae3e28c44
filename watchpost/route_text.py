"""Routes as people say and read them: hours, who is called next, and all the rest. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from typing import Any

from alerts.notifier.deduplication import Timing
from alerts.notifier.documents import BrokenBodyError, route_body, route_of
from alerts.notifier.escalation import Escalation
from alerts.notifier.recurrence import Recurrence, checked_recurrence
from alerts.notifier.routing import EVERY_DAY, Hours, Route
from alerts.thresholds import Severity
from storage.alerting.route_rows import RouteRow
from storage.errors import InvalidInputError
from storage.printable import printable
from watchpost.alert_scope import matchers_text
from watchpost.duration import duration_text, parse_duration

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?\s*)?(?:(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d))?", re.ASCII
)
_LONGEST_S = 30 * 86_400


def parse_hours(text: str, zone: str) -> Hours | None:
    """Hours from `Mon-Fri 09:00-18:00`, `Sat-Sun` or `22:00-06:00`; None for an empty text: always.

    Raises:
        InvalidInputError: it is none of these, or there is no such zone.
    """
    if not text.strip():
        return None
    match = _HOURS.fullmatch(text.strip().lower())
    first, last = (match["first"], match["last"] or match["first"]) if match else (None, None)
    if match is None or any(day is not None and day not in _DAYS for day in (first, last)):
        raise InvalidInputError(
            f"“{printable(text, 60)}” are no hours.", hint="Write “Mon-Fri 09:00-18:00”, “Sat-Sun” or “22:00-06:00”."
        )
    try:
        start, end = (time.fromisoformat(match[name] or "00:00") for name in ("start", "end"))
    except ValueError:
        raise InvalidInputError(f"“{printable(text, 60)}” names an hour that no day has.") from None
    checked_recurrence(Recurrence("DTSTART:20260101T000000", zone))
    return Hours(weekdays=_days(first, last), start=start, end=end, time_zone=zone)


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None or last is None:
        return EVERY_DAY
    begin, end = _DAYS.index(first), _DAYS.index(last)
    return frozenset((begin + place) % 7 for place in range((end - begin) % 7 + 1))


def parse_escalation(text: str) -> Escalation:
    """A rung from `15m:boss,pager`. Raises InvalidInputError."""
    after, _, names = text.partition(":")
    receivers = tuple(name.strip() for name in names.split(",") if name.strip())
    if not receivers:
        raise InvalidInputError(f"“{printable(text, 60)}” names nobody.", hint="Write 15m:boss or 30m:boss,pager.")
    return Escalation(after_s=parse_duration(after, shortest_s=60, longest_s=_LONGEST_S), receivers=receivers)


def parse_severity(text: str) -> Severity:
    """`warning` or `critical`. Raises InvalidInputError."""
    if text not in (Severity.WARNING, Severity.CRITICAL):
        raise InvalidInputError(f"“{printable(text, 60)}” is no severity.", hint="warning or critical.")
    return Severity(text)


def with_timing(timing: Timing, said: Mapping[str, str | None]) -> Timing:
    """Times with those changed that were given, by the names of their fields. Raises InvalidInputError."""
    given = {name: parse_duration(text, longest_s=_LONGEST_S) for name, text in said.items() if text is not None}
    return replace(timing, **given)


def hours_text(hours: Hours | None) -> str:
    """`Mon-Fri 09:00-18:00 Asia/Seoul`, or `always`."""
    if hours is None:
        return "always"
    days = sorted(hours.weekdays)
    together = days == list(range(days[0], days[-1] + 1))
    names = [_DAYS[day].capitalize() for day in days]
    which = "" if len(days) == 7 else f"{names[0]}-{names[-1]}" if together and len(days) > 1 else ",".join(names)
    span = "" if hours.start == hours.end else f"{hours.start:%H:%M}-{hours.end:%H:%M}"
    return " ".join(part for part in (which, span, hours.time_zone) if part)


def ladder_text(ladder: Sequence[Escalation]) -> str:
    """`15m:boss, 30m:pager`."""
    return ", ".join(f"{duration_text(rung.after_s)}:{','.join(rung.receivers)}" for rung in ladder)


def route_cells(row: RouteRow) -> tuple[str, ...]:
    """Name, of what, from which severity on, when, whom, who next, and what follows; as the list shows them."""
    try:
        route = route_of(row)
    except BrokenBodyError as error:
        return row.name, f"not used: {error.message}", "", "", "", "", ""
    follows = "goes on" if route.go_on else ""
    state = follows if row.enabled else "off"
    about = matchers_text(route.matchers)
    whom = ", ".join(route.receivers)
    return row.name, about, route.lowest.value, hours_text(route.hours), whom, ladder_text(route.escalation), state


def route_as_json(row: RouteRow) -> dict[str, Any]:
    """For scripts; a row that cannot be read has its body as it is."""
    try:
        body: object = route_body(route_of(row))
    except BrokenBodyError:
        body = row.body
    said = body if isinstance(body, dict) else {"body": body}
    return {"name": row.name, "place": row.position, "enabled": row.enabled, **said}


def named_in(route: Route) -> tuple[str, ...]:
    """All receivers that a route names."""
    return tuple(dict.fromkeys([*route.receivers, *(name for rung in route.escalation for name in rung.receivers)]))
