"""When maintenance windows recur; dateutil is what does the reckoning, the wall's clock what it is about."""

from datetime import UTC, datetime
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from alerts.notifier.recurrence import Recurrence, checked_recurrence, next_starts, recurrence_of, starts_between
from storage.errors import InvalidInputError

HOUR, DAY = 3_600_000, 86_400_000


wall = datetime.fromisoformat


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def moments(found: tuple[int, ...]) -> list[str]:
    return [f"{datetime.fromtimestamp(moment / 1000, UTC):%Y-%m-%dT%H:%M}" for moment in found]


def weekly(zone: str = "Europe/Berlin") -> Recurrence:
    return recurrence_of(wall("2020-01-05T02:30"), "FREQ=WEEKLY;BYDAY=SU", zone)


def test_it_keeps_to_the_clock_on_the_wall_when_that_is_changed() -> None:
    # On 29 March there is no 02:30 in Berlin: it is an hour later.
    assert moments(next_starts(weekly(), at("2026-03-20"), 3)) == [
        "2026-03-22T01:30",
        "2026-03-29T01:30",
        "2026-04-05T00:30",
    ]
    # On 25 October there are two: it is the first.
    assert moments(next_starts(weekly(), at("2026-10-24"), 1)) == ["2026-10-25T00:30"]
    assert moments(next_starts(weekly("Asia/Seoul"), at("2026-03-20"), 1)) == ["2026-03-21T17:30"]


def test_between_two_moments_the_first_is_left_out_and_the_last_is_not() -> None:
    start = at("2026-03-22T01:30")
    assert starts_between(weekly(), start - 1, start) == (start,)
    assert starts_between(weekly(), start, start + DAY) == ()


def test_without_a_rule_it_is_once() -> None:
    once = recurrence_of(wall("2026-05-01T12:00"), "", "UTC")
    assert moments(next_starts(once, at("2026-01-01"), 3)) == ["2026-05-01T12:00"]
    assert next_starts(once, at("2026-05-01T12:00"), 3) == ()


def test_it_ends_after_so_many_times_or_at_its_end() -> None:
    twice = recurrence_of(wall("2026-05-01T12:00"), "FREQ=DAILY;COUNT=2", "UTC")
    assert moments(next_starts(twice, at("2026-01-01"), 5)) == ["2026-05-01T12:00", "2026-05-02T12:00"]
    until = recurrence_of(wall("2026-05-01T12:00"), "RRULE:FREQ=DAILY;UNTIL=20260503T000000", "UTC")
    assert len(next_starts(until, at("2026-01-01"), 5)) == 2


def test_the_last_days_of_a_month_are_its_last_day_where_it_is_shorter() -> None:
    monthly = recurrence_of(wall("2026-01-31T03:00"), "FREQ=MONTHLY", "UTC")
    assert moments(next_starts(monthly, at("2026-02-01"), 2)) == ["2026-02-28T03:00", "2026-03-31T03:00"]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=1",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYDAY=5MO",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYSETPOS=7;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;INTERVAL=100",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=5000",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=YEARLY;BYEASTER=0",
        "INTERVAL=2",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY\nRRULE:FREQ=SECONDLY",
        "FREQ=DAILY;UNTIL=99999999",
        "EXDATE:20260101T000000",
        "x" * 600,
    ],
)
def test_what_might_take_long_or_never_come_is_refused(rule: str) -> None:
    with pytest.raises(InvalidInputError):
        recurrence_of(wall("2026-01-01T00:00"), rule, "UTC")


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "Europe", "\x00"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(InvalidInputError, match="no time zone"):
        checked_recurrence(Recurrence("DTSTART:20260101T000000", zone))


@pytest.mark.parametrize("text", ["", "RRULE:FREQ=DAILY", "DTSTART:20261399T000000", "DTSTART:19000101T000000"])
def test_it_begins_at_a_time(text: str) -> None:
    with pytest.raises(InvalidInputError):
        checked_recurrence(Recurrence(text, "UTC"))


RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 366)),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 53), st.sampled_from(["MO", "SU,WE", "FR"])),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYDAY={}".format, st.integers(1, 12), st.sampled_from(["1MO", "-1FR", "2SU"])),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.sampled_from([1, 15, 28, -1])),
    st.builds("FREQ=YEARLY;BYMONTH={};BYMONTHDAY={}".format, st.integers(1, 12), st.integers(1, 28)),
)


@given(
    rule=RULES,
    start=st.datetimes(wall("2000-01-01T00:00"), wall("2030-12-28T00:00")).map(
        lambda each: each.replace(microsecond=0)
    ),
    later_days=st.integers(0, 9000),
)
def test_what_is_skipped_changes_nothing(rule: str, start: datetime, later_days: int) -> None:
    kept = recurrence_of(start, rule, "UTC")
    after = start.replace(tzinfo=UTC).timestamp() * 1000 + later_days * DAY
    plain = rrulestr(f"DTSTART:{start:%Y%m%dT%H%M%S}\nRRULE:{rule}")
    everything = (round(each.replace(tzinfo=UTC).timestamp() * 1000) for each in plain)
    assert next_starts(kept, round(after), 2) == tuple(islice((each for each in everything if each > after), 2))
