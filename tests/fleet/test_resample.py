"""Points in time to columns."""

import math

from hypothesis import given
from hypothesis import strategies as st

from fleet.resample import Stretch, resample


def test_each_column_is_the_mean_of_what_fell_into_it() -> None:
    assert resample([0, 5, 10, 15], [1, 3, 5, 9], Stretch(0, 20, 2, 0)) == [2, 7]


def test_what_lies_outside_does_not_count() -> None:
    assert resample([-1, 0, 9, 10], [100, 1, 3, 100], Stretch(0, 10, 1, 0)) == [2]


def test_a_short_hole_is_closed_and_a_real_gap_stays_one() -> None:
    ts, values = [0, 40, 100], [1, 2, 3]
    assert resample(ts, values, Stretch(0, 120, 12, 25)) == [1, 1, 1, None, 2, 2, 2, None, None, None, 3, 3]


def test_nothing_is_held_before_the_first_value() -> None:
    assert resample([50], [7], Stretch(0, 60, 3, 1000)) == [None, None, 7]


def test_nan_counts_as_absent() -> None:
    assert resample([0, 1], [math.nan, 4], Stretch(0, 2, 2, 0)) == [None, 4]


def test_no_points_and_no_columns_are_fine() -> None:
    assert resample([], [], Stretch(0, 10, 3, 0)) == [None, None, None]
    assert resample([1], [1], Stretch(0, 10, 0, 0)) == []


@given(st.lists(st.tuples(st.integers(0, 10**13), st.floats(-1e9, 1e9)), max_size=50), st.integers(1, 200))
def test_there_are_always_as_many_columns_as_were_asked_for(points: list[tuple[int, float]], columns: int) -> None:
    points.sort()
    found = resample([ts for ts, _ in points], [value for _, value in points], Stretch(0, 10**12, columns, 10**11))
    assert len(found) == columns
    assert all(value is None or -1e9 <= value <= 1e9 for value in found)
