"""Routes, silences and windows as JSON, and back."""

from datetime import time

import pytest

from alerts.notifier.deduplication import Timing
from alerts.notifier.documents import (
    BrokenBodyError,
    matchers_body,
    matchers_of,
    route_body,
    route_of,
    silence_of,
    window_of,
)
from alerts.notifier.escalation import Escalation
from alerts.notifier.routing import Hours, Route
from alerts.rules.matchers import Matcher, Operator
from alerts.thresholds import Severity
from storage.alerting.route_rows import RouteRow
from storage.alerting.silence_rows import SilenceRow
from storage.alerting.window_rows import WindowRow

MATCHERS = (Matcher("host", Operator.MATCHES, "web.*"), Matcher("tag", Operator.NOT_EQUAL, "Seoul"))
WHOLE = Route(
    name="night",
    receivers=("pager", "mail"),
    matchers=MATCHERS,
    lowest=Severity.CRITICAL,
    hours=Hours(weekdays=frozenset({0, 6}), start=time(22), end=time(6, 30), time_zone="Asia/Seoul"),
    go_on=True,
    group_by=("host",),
    timing=Timing(group_wait_s=1, group_interval_s=2, repeat_interval_s=0, warnings_repeat_s=4),
    escalation=(Escalation(after_s=900, receivers=("boss",), lowest=Severity.WARNING),),
)


def row(body: object, name: str = "night") -> RouteRow:
    return RouteRow(id=1, position=1, name=name, body=body, enabled=True)


@pytest.mark.parametrize("route", [WHOLE, Route(name="night", receivers=("mail",))], ids=["whole", "least"])
def test_a_route_comes_back_as_it_was(route: Route) -> None:
    assert route_of(row(route_body(route))) == route


def test_what_is_not_said_is_as_usual() -> None:
    assert route_of(row({"receivers": ["mail", "mail"]})) == Route(name="night", receivers=("mail",))


@pytest.mark.parametrize(
    "body",
    [
        None,
        7,
        [],
        {},
        {"receivers": "mail"},
        {"receivers": [], "lowest": "bad"},
        {"receivers": [], "matchers": [{"label": "host", "operator": "=~", "value": "("}]},
        {"receivers": [], "matchers": [{"label": "host", "operator": "~", "value": "x"}]},
        {"receivers": [], "hours": {"weekdays": [7]}},
        {"receivers": [], "hours": {"start": "25:00"}},
        {"receivers": [], "hours": {"time_zone": "Mars"}},
        {"receivers": [], "timing": {"group_wait_s": -1}},
        {"receivers": [], "timing": {"group_wait_s": 1e300}},
    ],
)
def test_what_cannot_be_read_is_refused_and_never_half_taken(body: object) -> None:
    with pytest.raises(BrokenBodyError):
        route_of(row(body))


def test_conditions_come_back_as_they_were() -> None:
    assert matchers_of(matchers_body(MATCHERS)) == MATCHERS


def test_a_silence_with_conditions_that_cannot_be_read_is_refused() -> None:
    kept = {"starts_at": 1, "ends_at": 2, "author": "", "comment": "", "created_at": 0}
    assert silence_of(SilenceRow(id=3, matchers=[], **kept)).covers(1)  # type: ignore[arg-type]
    with pytest.raises(BrokenBodyError):
        silence_of(SilenceRow(id=3, matchers={"host": "x"}, **kept))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("recurrence", "zone", "duration_s"),
    [
        ("DTSTART:20260101T000000\nRRULE:FREQ=SECONDLY", "UTC", 60.0),
        ("DTSTART:20260101T000000", "Mars", 60.0),
        ("DTSTART:20260101T000000", "UTC", 0.0),
        ("DTSTART:20260101T000000", "UTC", float("nan")),
    ],
)
def test_a_window_that_cannot_be_used_is_refused(recurrence: str, zone: str, duration_s: float) -> None:
    kept = WindowRow(
        id=1,
        name="w",
        matchers=[],
        recurrence=recurrence,
        time_zone=zone,
        duration_s=duration_s,
        enabled=True,
        author="",
        comment="",
        created_at=0,
    )
    with pytest.raises(BrokenBodyError):
        window_of(kept)
