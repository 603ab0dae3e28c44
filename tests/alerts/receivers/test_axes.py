"""Marks of a chart."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.receivers.axes import time_marks, value_marks, value_range

HOUR_MS = 3_600_000
JANUARY = 1_767_225_600_000
"""2026-01-01 00:00 UTC."""


def test_a_share_goes_from_nothing_to_all_of_it() -> None:
    assert value_range((40.0, 60.0), (90.0,), percent=True) == (0.0, 100.0)
    assert value_range((40.0, 180.0), (), percent=True) == (0.0, 180.0)


def test_there_is_room_for_the_level_and_for_a_flat_curve() -> None:
    low, high = value_range((1.0, 2.0), (10.0,), percent=False)
    assert low == 0
    assert high > 10
    for flat in ((0.0,), (5.0, 5.0), (-3.0,), ()):
        low, high = value_range(flat, (), percent=False)
        assert low < high


@given(st.floats(-1e12, 1e12), st.floats(1e-6, 1e12))
def test_marks_lie_within_and_are_a_handful(low: float, span: float) -> None:
    marks = value_marks(low, low + span)
    assert len(marks) <= 8
    rounding = 1e-9 * (abs(low) + span)
    assert all(low - rounding <= mark <= low + span for mark in marks)


def test_marks_are_round() -> None:
    assert value_marks(0, 100) == (0, 25, 50, 75, 100)
    assert value_marks(0, 7) == (0, 2, 4, 6)
    assert value_marks(0, float("inf")) == ()
    assert value_marks(1, 1) == ()


def test_times_are_round_in_the_zone_of_the_reader() -> None:
    start = JANUARY + 17 * 60_000
    assert [text for _, text in time_marks(start, start + 6 * HOUR_MS, UTC)] == [f"{h:02}:00" for h in range(1, 7)]
    kathmandu = time_marks(start, start + 6 * HOUR_MS, ZoneInfo("Asia/Kathmandu"))
    assert [text for _, text in kathmandu][:2] == ["07:00", "08:00"]
    assert kathmandu[0][0] == JANUARY + HOUR_MS + 15 * 60_000


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_on_the_day_that_clocks_change_every_mark_is_true(day: str) -> None:
    from datetime import datetime

    berlin = ZoneInfo("Europe/Berlin")
    start = round(datetime.fromisoformat(f"{day}T00:30:00+01:00").timestamp() * 1000)
    for ts, text in time_marks(start, start + 6 * HOUR_MS, berlin):
        assert f"{datetime.fromtimestamp(ts / 1000, berlin):%H:%M}" == text
