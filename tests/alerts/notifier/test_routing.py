"""Who is told, and why."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from alerts.notifier.routing import Hours, Route, Verdict, explain, routes_of
from alerts.rules.matchers import Matcher, Operator
from alerts.thresholds import Severity
from tests.alerts.notifier.made_alert import made

NIGHT = Hours(start=time(22), end=time(6), time_zone="Asia/Seoul", weekdays=frozenset({0}))
DATABASE = Route(name="databases", receivers=("dba",), matchers=(Matcher("group", Operator.EQUAL, "db"),))
PAGER = Route(name="pager", receivers=("pager",), lowest=Severity.CRITICAL, go_on=True)
ALL = Route(name="everything", receivers=("mail",))


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_the_first_route_that_fits_takes_it() -> None:
    said = explain(made(group="db"), [PAGER, DATABASE, ALL], 0)
    assert [verdict for _, verdict in said] == [Verdict.NOT_BAD_ENOUGH, Verdict.TAKEN, Verdict.NOT_REACHED]


def test_a_route_that_lets_go_on_takes_it_and_so_does_the_next() -> None:
    alert = made(group="web", severity=Severity.CRITICAL)
    assert [route.name for route in routes_of(alert, [PAGER, DATABASE, ALL], 0)] == ["pager", "everything"]


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        # Monday 22:00 in Seoul is 13:00 UTC.
        ("2026-03-02T12:59:59", False),
        ("2026-03-02T13:00:00", True),
        # Tuesday 05:59 in Seoul belongs to Monday's night.
        ("2026-03-02T20:59:59", True),
        ("2026-03-02T21:00:00", False),
        ("2026-03-03T13:00:00", False),
    ],
)
def test_hours_past_midnight_belong_to_the_day_on_which_they_begin(moment: str, inside: bool) -> None:
    assert NIGHT.contains(at(moment)) is inside


def test_hours_without_a_length_are_whole_days() -> None:
    weekend = Hours(weekdays=frozenset({5, 6}))
    assert weekend.contains(at("2026-03-07T00:00:00"))
    assert not weekend.contains(at("2026-03-09T00:00:00"))


def test_hours_keep_to_the_clock_on_the_wall_when_it_is_changed() -> None:
    office = Hours(start=time(9), end=time(17), time_zone="Europe/Berlin")
    assert not office.contains(at("2026-01-15T07:30:00"))
    assert office.contains(at("2026-07-15T07:30:00"))


def test_outside_its_hours_a_route_says_so() -> None:
    said = explain(made(), [replace(ALL, hours=NIGHT)], at("2026-03-03T13:00:00"))
    assert said[0][1] is Verdict.OTHER_HOURS
