"""Maintenance windows."""

from datetime import UTC, datetime

from alerts.notifier.maintenance import MaintenanceWindow, in_maintenance, open_windows
from alerts.notifier.recurrence import recurrence_of
from alerts.rules.matchers import Matcher, Operator
from tests.alerts.notifier.made_alert import made

HOUR = 3_600_000


wall = datetime.fromisoformat


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def window(rule: str = "FREQ=DAILY", hours: float = 2.0, zone: str = "UTC") -> MaintenanceWindow:
    return MaintenanceWindow(
        id=1,
        name="nightly",
        matchers=(Matcher("host", Operator.EQUAL, "db-1"),),
        recurrence=recurrence_of(wall("2026-01-01T23:00"), rule, zone),
        duration_s=hours * 3600,
    )


def test_it_holds_past_midnight_until_its_time_is_over() -> None:
    nightly = window()
    assert nightly.until(at("2026-03-01T22:59:59")) is None
    assert nightly.until(at("2026-03-01T23:00:00")) == at("2026-03-02T01:00:00")
    assert nightly.until(at("2026-03-02T00:59:59")) == at("2026-03-02T01:00:00")
    assert nightly.until(at("2026-03-02T01:00:00")) is None


def test_where_one_begins_before_the_other_is_over_the_later_end_counts() -> None:
    assert window(hours=30).until(at("2026-03-02T01:00:00")) == at("2026-03-03T05:00:00")


def test_it_lasts_as_long_in_the_night_in_which_the_clock_is_changed() -> None:
    long = window(hours=6, zone="Europe/Berlin")
    begins = at("2026-03-28T22:00:00")
    assert long.until(begins) == begins + 6 * HOUR


def test_it_is_about_what_it_says() -> None:
    open_now = open_windows([window()], at("2026-03-01T23:30:00"))
    assert [each.window.name for each in in_maintenance(made(host="db-1"), open_now)] == ["nightly"]
    assert in_maintenance(made(host="web-1"), open_now) == ()
    assert open_windows([window()], at("2026-03-01T12:00:00")) == ()
