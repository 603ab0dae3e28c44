"""Where the points of a small curve lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.points import Points
from monitor_gui.fleet.sparkline import Frame, bounds, lines

FRAME = Frame(0, 1_000_000, 0.0, 100.0, 100.0, 20.0)


def points(*pairs: tuple[int, float]) -> Points:
    return Points(
        np.array([ts for ts, _ in pairs], dtype=np.int64), np.array([value for _, value in pairs], dtype=float)
    )


def test_time_goes_to_the_right_and_values_go_up() -> None:
    assert lines(points((0, 0.0), (50_000, 100.0)), FRAME) == [[(0.0, 20.0), (5.0, 0.0)]]


def test_a_gap_parts_the_curve() -> None:
    found = lines(points((0, 1.0), (30_000, 1.0), (500_000, 1.0), (530_000, 1.0)), FRAME)
    assert [len(line) for line in found] == [2, 2]


def test_a_host_that_is_read_rarely_has_longer_gaps() -> None:
    assert len(lines(points((0, 1.0), (200_000, 1.0)), FRAME, gap_ms=300_000)) == 1


def test_what_lies_beyond_an_edge_is_drawn_on_it_and_what_is_no_number_not_at_all() -> None:
    found = lines(points((0, 1e300), (1000, -5.0), (2000, np.nan), (3000, np.inf)), FRAME)
    assert found == [[(0.0, 0.0), (0.1, 20.0)]]


def test_what_is_outside_of_the_time_is_left_out() -> None:
    assert lines(points((-1, 5.0), (1_000_001, 5.0)), FRAME) == []
    assert lines(Points(), FRAME) == []


def test_more_points_than_pixels_are_thinned_and_the_ends_stay() -> None:
    dense = points(*((ts, 50.0 + ts % 7) for ts in range(0, 1_000_001, 1000)))
    (line,) = lines(dense, FRAME)
    assert 30 <= len(line) <= 60
    assert line[0][0] == 0
    assert line[-1][0] == 100
    assert line == sorted(line)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=300), st.floats(1, 500))
def test_every_point_lies_in_the_frame(values: list[float], width: float) -> None:
    curve = Points(np.arange(len(values), dtype=np.int64) * 3000, np.array(values))
    for line in lines(curve, Frame(0, 1_000_000, 0, 100, width, 20)):
        assert all(0 <= x <= width + 1e-6 and -1e-6 <= y <= 20 + 1e-6 for x, y in line)


@pytest.mark.parametrize(
    ("values", "least", "low", "high"),
    [((10, 20), 0, 9.2, 20.8), ((50, 50), 5, 47.1, 52.9), ((), 0, 0, 1)],
)
def test_bounds_leave_some_air(values: tuple[float, ...], least: float, low: float, high: float) -> None:
    assert list(bounds(points(*enumerate(values)), least)) == pytest.approx([low, high])
