"""The options that say what a route does, and the route that follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from alerts.notifier.routing import Route
from alerts.rules.matchers import Matcher
from storage.alerting.receiver_rows import find_receiver
from storage.connection import Connection
from watchpost.route_text import named_in, parse_escalation, parse_hours, parse_severity, with_timing

ToOption = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="RECEIVER", help="Who is told; may be given several times.", show_default=False),
]
LowestOption = Annotated[
    str | None,
    typer.Option("--lowest", metavar="SEVERITY", help="Only warning, or only critical.", show_default=False),
]
HoursOption = Annotated[
    str | None,
    typer.Option(
        "--hours", metavar="HOURS", help="Only then: “Mon-Fri 09:00-18:00”; '' for always.", show_default=False
    ),
]
ZoneOption = Annotated[
    str | None, typer.Option("--zone", metavar="ZONE", help="Whose clock, as Asia/Seoul.", show_default=False)
]
GoOnOption = Annotated[
    bool | None, typer.Option("--go-on/--stop", help="Whether the routes after it are looked at as well.")
]
GroupByOption = Annotated[
    list[str] | None,
    typer.Option(
        "--group-by", metavar="LABEL", help="One message for what has it in common; several times.", show_default=False
    ),
]
WaitOption = Annotated[
    str | None, typer.Option("--wait", metavar="SPAN", help="For others to join; default 10s.", show_default=False)
]
IntervalOption = Annotated[
    str | None,
    typer.Option("--interval", metavar="SPAN", help="Between two messages of a group; default 5m.", show_default=False),
]
RepeatOption = Annotated[
    str | None,
    typer.Option(
        "--repeat", metavar="SPAN", help="Until critical ones are said again; default 4h.", show_default=False
    ),
]
WarningsRepeatOption = Annotated[
    str | None,
    typer.Option("--repeat-warnings", metavar="SPAN", help="Likewise warnings; default 24h.", show_default=False),
]
EscalateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--escalate",
        metavar="SPAN:RECEIVER",
        help="Who is told when nobody acknowledges: 15m:boss; several times, '' for nobody.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was given; None where nothing was said of it."""

    to: Sequence[str] | None
    matchers: tuple[Matcher, ...]
    lowest: str | None
    hours: str | None
    zone: str | None
    go_on: bool | None
    group_by: Sequence[str] | None
    wait: str | None
    interval: str | None
    repeat: str | None
    repeat_warnings: str | None
    escalate: Sequence[str] | None


def route_with(route: Route, wish: Wish, *, usual_zone: str) -> Route:
    """The route with what was given. Raises InvalidInputError."""
    known_zone = route.hours.time_zone if route.hours is not None else usual_zone
    changes: dict[str, Any] = {
        "receivers": None if wish.to is None else tuple(dict.fromkeys(wish.to)),
        "matchers": wish.matchers or None,
        "lowest": None if wish.lowest is None else parse_severity(wish.lowest),
        "go_on": wish.go_on,
        "group_by": None if wish.group_by is None else tuple(label for label in wish.group_by if label),
        "escalation": None
        if wish.escalate is None
        else tuple(parse_escalation(text) for text in wish.escalate if text),
    }
    times = {
        "group_wait_s": wish.wait,
        "group_interval_s": wish.interval,
        "repeat_interval_s": wish.repeat,
        "warnings_repeat_s": wish.repeat_warnings,
    }
    changed = replace(
        route,
        **{name: value for name, value in changes.items() if value is not None},
        timing=with_timing(route.timing, times),
    )
    if wish.hours is not None:
        changed = replace(changed, hours=parse_hours(wish.hours, wish.zone or known_zone))
    elif wish.zone is not None and changed.hours is not None:
        changed = replace(changed, hours=replace(changed.hours, time_zone=wish.zone))
    return changed


def check_receivers(connection: Connection, route: Route) -> None:
    """Raises NotFoundError where the route names somebody who is not there."""
    for name in named_in(route):
        find_receiver(connection, name)
