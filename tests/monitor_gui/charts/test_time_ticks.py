"""Marks at round local times."""

from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor_gui.charts.time_ticks import clock_text, local_time, time_ticks

BERLIN, KATHMANDU, HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")
HOUR_MS = 3_600_000
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


def ms(*when: int, zone: tzinfo = UTC) -> int:
    year, month, day, hour, minute = (*when, 0)[:5]
    return int(datetime(year, month, day, hour, minute, tzinfo=zone).timestamp() * 1000)


def texts(start: int, end: int, zone: tzinfo | None, most: int = 7) -> list[str]:
    return [tick.text for tick in time_ticks(start, end, zone, most)]


def test_an_hour_has_a_mark_every_ten_minutes() -> None:
    start = ms(2026, 11, 21, 13, 14)
    assert texts(start, start + HOUR_MS, UTC) == ["13:20", "13:30", "13:40", "13:50", "14:00", "14:10"]


def test_both_ends_can_have_one() -> None:
    start = ms(2026, 11, 21, 13)
    assert texts(start, start + HOUR_MS, UTC) == ["13:00", "13:10", "13:20", "13:30", "13:40", "13:50", "14:00"]


def test_they_are_round_where_the_clock_is_and_not_in_utc() -> None:
    start = ms(2026, 11, 21, 13)
    assert texts(start, start + HOUR_MS, KATHMANDU, 4) == ["18:45", "19:00", "19:15", "19:30"]


def test_a_day_says_when_the_next_one_begins() -> None:
    start = ms(2026, 11, 21, 13, 30)
    assert texts(start, start + 24 * HOUR_MS, UTC, 6) == ["18:00", "22 Nov", "06:00", "12:00"]


def test_longer_spans_have_days() -> None:
    start = ms(2026, 11, 21, 13)
    assert texts(start, start + 3 * 24 * HOUR_MS, UTC, 4) == ["22 Nov", "23 Nov", "24 Nov"]


def test_a_short_span_has_seconds() -> None:
    start = ms(2026, 11, 21, 13)
    assert texts(start, start + 20_000, UTC, 3) == ["13:00:00", "13:00:10", "13:00:20"]


def test_where_the_clocks_go_back_an_hour_comes_twice() -> None:
    start = ms(2026, 10, 25, 0, 30, zone=BERLIN)
    assert texts(start, start + 4 * HOUR_MS, BERLIN, 5) == ["01:00", "02:00", "02:00", "03:00"]


def test_where_they_go_forward_one_is_missing() -> None:
    start = ms(2026, 3, 29, 0, 30, zone=BERLIN)
    assert texts(start, start + 4 * HOUR_MS, BERLIN, 5) == ["01:00", "03:00", "04:00", "05:00"]


def test_round_hours_stay_round_on_both_sides_of_a_change() -> None:
    start = ms(2026, 10, 24, 15, 0, zone=BERLIN)
    assert texts(start, start + 25 * HOUR_MS, BERLIN, 9) == [
        "15:00",
        "18:00",
        "21:00",
        "25 Oct",
        "03:00",
        "06:00",
        "09:00",
        "12:00",
        "15:00",
    ]


def test_two_marks_do_not_stand_closer_than_the_others_where_an_hour_comes_twice() -> None:
    start = ms(2026, 10, 24, 18, 0, zone=BERLIN)
    ticks = time_ticks(start, start + 18 * HOUR_MS, BERLIN, 10)
    assert min(b.at - a.at for a, b in pairwise(ticks)) >= 1.2 * HOUR_MS


def test_a_zone_that_changes_by_half_an_hour() -> None:
    start = ms(2026, 4, 4, 23, 0, zone=HOWE)
    assert all(text.endswith((":00", "Apr")) for text in texts(start, start + 6 * HOUR_MS, HOWE, 7))


@pytest.mark.parametrize(("end", "most"), [(0, 5), (-5, 5), (1000, 0)])
def test_nothing_for_no_span_and_no_room(end: int, most: int) -> None:
    assert time_ticks(0, end, UTC, most) == []


@pytest.mark.parametrize("at", [0, -(10**18), 10**18, 10**13])
def test_no_moment_is_too_odd_to_be_shown(at: int) -> None:
    assert clock_text(at, UTC)
    assert clock_text(at, zone=BERLIN)
    assert clock_text(at, None)
    assert time_ticks(at, at + HOUR_MS, BERLIN, 5) is not None


def test_a_moment_with_as_much_as_is_needed() -> None:
    at = ms(2026, 9, 5, 4, 7)
    assert clock_text(at, UTC) == "04:07"
    assert clock_text(at + 9_000, UTC, seconds=True) == "04:07:09"
    assert clock_text(at, UTC, day=True) == "5 Sep 04:07"
    assert clock_text(at, ZoneInfo("Asia/Seoul")) == "13:07"


def test_without_a_zone_it_is_the_systems() -> None:
    at = ms(2026, 9, 5, 4, 7)
    assert clock_text(at, None) == f"{datetime.fromtimestamp(at / 1000).astimezone():%H:%M}"


@given(
    st.integers(0, 4 * 10**12),
    st.integers(1000, 40 * 24 * HOUR_MS),
    st.sampled_from([UTC, BERLIN, KATHMANDU, HOWE, ZoneInfo("America/St_Johns")]),
    st.integers(1, 12),
)
def test_they_rise_lie_within_are_few_and_round(start: int, length: int, zone: tzinfo, most: int) -> None:
    ticks = time_ticks(start, start + length, zone, most)
    assert len(ticks) <= most
    assert all(start <= tick.at <= start + length for tick in ticks)
    assert all(a.at < b.at for a, b in pairwise(ticks))
    for tick in ticks:
        local = local_time(tick.at, zone)
        assert local.microsecond == 0
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        step = min((each for each in STEPS_S if each * 1000 * most >= length), default=86_400)
        assert seconds % step == 0
