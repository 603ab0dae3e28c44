import numpy as np
import pytest

from alerts.history.line_fit import Floats
from alerts.history.long_window import over_window
from alerts.rules.signal import Function

HOURS: Floats = np.arange(-24.0, 0.0) * np.float64(3600)
DAY_S = 86_400.0
ONES: Floats = np.ones(24)


def test_the_average_counts_readings_not_buckets() -> None:
    counts = np.where(np.arange(24) < 12, 1.0, 3.0)
    values = np.where(np.arange(24) < 12, 0.0, 100.0)
    assert over_window(Function.AVERAGE, HOURS, values, counts, DAY_S) == pytest.approx(75.0)


def test_the_lowest_and_the_highest() -> None:
    values = np.arange(24.0)
    assert over_window(Function.LOWEST, HOURS, values, ONES, DAY_S) == 0.0
    assert over_window(Function.HIGHEST, HOURS, values, ONES, DAY_S) == 23.0


def test_the_change_is_what_it_rises_a_second() -> None:
    values = 50 + HOURS / 3600 * 2
    assert over_window(Function.CHANGE, HOURS, values, ONES, DAY_S) == pytest.approx(2 / 3600)


def test_one_wild_value_at_an_end_is_no_change() -> None:
    values = np.full(24, 50.0)
    values[-1] = 500.0
    values[0] = -500.0
    assert over_window(Function.CHANGE, HOURS, values, ONES, DAY_S) == 0.0


@pytest.mark.parametrize("function", [Function.AVERAGE, Function.LOWEST, Function.HIGHEST, Function.CHANGE])
def test_half_a_window_says_nothing(function: Function) -> None:
    assert over_window(function, HOURS[12:], ONES[12:], ONES[12:], DAY_S) is None
    assert over_window(function, HOURS[:2], ONES[:2], ONES[:2], 2 * 3600.0) is None
