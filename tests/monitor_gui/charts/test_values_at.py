"""What a curve says at one moment."""

import numpy as np
import pytest

from fleet.points import Points
from monitor_gui.charts.values_at import moment_beside, nearest_moment, value_at

CURVE = Points(np.array([0, 5_000, 10_000, 60_000]), np.array([1.0, 2.0, np.nan, 4.0]))
EMPTY = Points()


@pytest.mark.parametrize(
    ("at", "value"),
    [(0, 1.0), (2_400, 1.0), (2_600, 2.0), (5_000, 2.0), (10_000, None), (35_000, None), (60_100, 4.0), (90_000, None)],
)
def test_the_nearest_value_within_reach(at: int, value: float | None) -> None:
    assert value_at(CURVE, at, 7_500) == value


def test_an_empty_curve_says_nothing() -> None:
    assert value_at(EMPTY, 5, 1e9) is None
    assert nearest_moment([EMPTY], 5) is None
    assert moment_beside([EMPTY], 5, 1) is None
    assert moment_beside([], 5, 1) is None


def test_the_nearest_moment_of_any_curve() -> None:
    other = Points(np.array([7_000]), np.array([1.0]))
    assert nearest_moment([CURVE, other, EMPTY], 6_500) == 7_000
    assert nearest_moment([CURVE, other], 100_000) == 60_000


@pytest.mark.parametrize(
    ("at", "steps", "moment"), [(5_000, 1, 10_000), (5_000, -1, 0), (0, -5, 0), (9_000, 99, 60_000)]
)
def test_steps_go_from_point_to_point_and_stop_at_the_ends(at: int, steps: int, moment: int) -> None:
    assert moment_beside([EMPTY, CURVE], at, steps) == moment
