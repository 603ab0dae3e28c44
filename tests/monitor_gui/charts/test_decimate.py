"""A curve in as few points as a chart can show."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.points import Points
from monitor_gui.charts.decimate import Line, Window, decimate

GAP_MS = 15_000


def curve(*pairs: tuple[int, float]) -> Points:
    return Points(
        np.array([at for at, _ in pairs], dtype=np.int64), np.array([value for _, value in pairs], dtype=np.float64)
    )


def drawn(line: Line) -> list[tuple[float, float] | None]:
    """The points, None where the line ends and begins anew."""
    return [None if np.isnan(y) else (x, y) for x, y in zip(line.x.tolist(), line.y.tolist(), strict=True)]


def window(start: int = 0, end: int = 100_000, columns: int = 20) -> Window:
    return Window(start, end, columns, GAP_MS)


def test_a_curve_with_fewer_points_than_columns_stays_as_it_is() -> None:
    line = decimate(curve((0, 1.0), (5_000, 3.0), (10_000, 2.0)), window())
    assert drawn(line) == [(0, 1), (5_000, 3), (10_000, 2)]


def test_of_a_column_the_smallest_and_the_largest_stay_in_the_order_in_which_they_came() -> None:
    values = [5.0, 9.0, 4.0, 1.0, 6.0, 2.0, 8.0, 7.0]
    line = decimate(curve(*((place * 1000, value) for place, value in enumerate(values))), window(end=8_000, columns=2))
    assert drawn(line) == [(0, 5), (1000, 9), (3000, 1), (5000, 2), (6000, 8), (7000, 7)]


def test_a_spike_of_one_reading_in_a_day_is_seen() -> None:
    ts = np.arange(0, 86_400_000, 5_000)
    values = np.full(len(ts), 10.0)
    values[9_999] = 97.0
    line = decimate(Points(ts, values), Window(0, 86_400_000, 300, GAP_MS))
    assert 97.0 in line.y
    assert len(line.y) < 700


def test_the_line_is_broken_where_there_is_nothing_for_longer_than_three_intervals() -> None:
    line = decimate(curve((0, 1), (5_000, 2), (20_001, 3), (25_000, 4)), window())
    assert drawn(line) == [(0, 1), (5_000, 2), None, (20_001, 3), (25_000, 4)]


def test_it_is_not_broken_at_three_intervals() -> None:
    line = decimate(curve((0, 1), (5_000, 2), (20_000, 3)), window())
    assert None not in drawn(line)


def test_a_gap_within_one_column_is_seen() -> None:
    line = decimate(curve((0, 1), (5_000, 2), (40_000, 3), (45_000, 4)), window(columns=1))
    assert drawn(line) == [(0, 1), (5_000, 2), None, (40_000, 3), (45_000, 4)]


def test_a_reading_that_stands_alone_is_a_dash() -> None:
    line = decimate(curve((0, 1), (5_000, 2), (50_000, 3)), window())
    assert drawn(line) == [(0, 1), (5_000, 2), None, (47_500, 3), (52_500, 3)]
    assert drawn(decimate(curve((50_000, 3)), window())) == [(47_500, 3), (52_500, 3)]


def test_the_middle_of_a_level_stretch_is_left_out() -> None:
    line = decimate(curve((0, 1), (5_000, 2), (10_000, 2), (15_000, 2), (20_000, 3)), window())
    assert drawn(line) == [(0, 1), (5_000, 2), (15_000, 2), (20_000, 3)]


def test_the_ends_of_a_level_stretch_at_a_gap_stay() -> None:
    line = decimate(curve((0, 1), (5_000, 1), (10_000, 1), (40_000, 1), (45_000, 1)), window())
    assert drawn(line) == [(0, 1), (10_000, 1), None, (40_000, 1), (45_000, 1)]


def test_the_line_goes_on_to_the_next_point_beyond_each_edge() -> None:
    points = curve(*((at, float(at % 7)) for at in range(0, 100_000, 5_000)))
    line = decimate(points, window(start=22_000, end=48_000))
    assert (line.x[0], line.x[-1]) == (20_000, 50_000)


def test_but_not_over_a_gap() -> None:
    line = decimate(curve((0, 1), (50_000, 2), (55_000, 3), (99_000, 4)), window(start=30_000, end=70_000))
    assert drawn(line) == [(50_000, 2), (55_000, 3)]


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_counts_as_absent(odd: float) -> None:
    line = decimate(curve((0, 1), (5_000, odd), (10_000, 2)), window())
    assert drawn(line) == [(0, 1), (10_000, 2)]
    assert drawn(decimate(curve((0, odd)), window())) == []


def test_times_of_a_clock_that_jumped_are_put_in_order() -> None:
    line = decimate(curve((10_000, 3), (0, 1), (5_000, 2)), window())
    assert drawn(line) == [(0, 1), (5_000, 2), (10_000, 3)]


@pytest.mark.parametrize("end", [0, -1])
def test_a_window_without_length_shows_nothing(end: int) -> None:
    assert drawn(decimate(curve((0, 1)), window(end=end))) == []


def test_a_window_that_moves_on_does_not_change_what_stays_in_it() -> None:
    rng = np.random.default_rng(3)
    points = Points(np.arange(0, 600_000, 1000), rng.normal(50, 9, 600))
    before, after = (decimate(points, Window(start, start + 300_000, 30, GAP_MS)) for start in (0, 3_700))
    shared = (before.x > 20_000) & (before.x < 280_000)
    assert set(before.x[shared].tolist()) <= set(after.x.tolist())


@st.composite
def _curves(draw: st.DrawFn) -> Points:
    steps = draw(st.lists(st.integers(1, 60_000), min_size=1, max_size=120))
    values = draw(
        st.lists(st.floats(-1e6, 1e6) | st.just(np.nan) | st.just(np.inf), min_size=len(steps), max_size=len(steps))
    )
    return Points(np.cumsum(np.array(steps, dtype=np.int64)), np.array(values))


@given(_curves(), st.integers(1, 60), st.integers(0, 2_000_000), st.integers(1, 3_000_000))
def test_nothing_is_made_up_and_no_extreme_is_lost(points: Points, columns: int, start: int, length: int) -> None:
    line = decimate(points, Window(start, start + length, columns, GAP_MS))
    shown = line.y[~np.isnan(line.y)]
    assert np.isin(shown, points.values).all()
    inside = (points.ts >= start) & (points.ts <= start + length) & np.isfinite(points.values)
    if inside.any():
        assert shown.max() >= points.values[inside].max()
        assert shown.min() <= points.values[inside].min()


@given(_curves(), st.integers(1, 60))
def test_no_stroke_bridges_a_gap_and_time_only_rises(points: Points, columns: int) -> None:
    line = decimate(points, Window(0, int(points.ts[-1]) + 1, columns, GAP_MS))
    finite = points.ts[np.isfinite(points.values)]
    gaps = [(a, b) for a, b in pairwise(finite.tolist()) if b - a > GAP_MS]
    for first in range(len(line.x) - 1):
        if np.isnan(line.y[first : first + 2]).any():
            continue
        assert line.x[first] < line.x[first + 1]
        assert not any(line.x[first] <= a and b <= line.x[first + 1] for a, b in gaps)


@given(_curves(), st.integers(1, 40))
def test_there_are_never_many_more_points_than_the_chart_is_wide(points: Points, columns: int) -> None:
    line = decimate(points, Window(0, int(points.ts[-1]) + 1, columns, 10**9))
    assert len(line.x) <= 2 * (columns + 2) + 2
