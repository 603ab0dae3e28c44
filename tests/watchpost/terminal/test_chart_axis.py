"""Axes of a chart."""

from zoneinfo import ZoneInfo

import pytest
from rich.text import Text

from watchpost.terminal.chart_axis import clock, time_axis, with_value_axis

NOON = 1_783_944_000_000
"""2026-07-13T12:00Z."""
SEOUL = ZoneInfo("Asia/Seoul")


def test_values_are_named_at_the_top_the_middle_and_the_bottom() -> None:
    lines = with_value_axis([Text("x")] * 5, ("100%", "50%", "0%"), 4)
    assert [line.plain for line in lines] == ["100% ┤x", "     │x", " 50% ┤x", "     │x", "  0% ┤x"]


def test_one_row_is_enough() -> None:
    assert len(with_value_axis([Text("x")], ("100%", "0%"), 4)) == 1


def test_times_stand_at_the_quarters_in_the_chosen_zone() -> None:
    axis = time_axis(NOON, 3_600_000, 60, SEOUL).plain
    assert len(axis) == 60
    assert [axis[at : at + 5] for at in (0, 15, 30, 45)] == ["20:00", "20:15", "20:30", "20:45"]
    assert axis.endswith("now")


@pytest.mark.parametrize("width", [0, 1, 3, 7, 12, 25])
def test_a_narrow_axis_says_less_and_stays_in_its_width(width: int) -> None:
    assert len(time_axis(NOON, 3_600_000, width, SEOUL).plain) == width


def test_a_clock_follows_the_zone() -> None:
    assert clock(NOON + 7000, SEOUL, seconds=True) == "21:00:07"
    assert clock(NOON, ZoneInfo("UTC")) == "12:00"
