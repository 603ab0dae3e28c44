import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy.stats import theilslopes

from alerts.history.line_fit import Floats, Line, fit_line

COUNTS = st.integers(2, 40)
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False, width=32)


def fitted(x: Floats, y: Floats) -> Line:
    line = fit_line(x, y)
    assert line is not None
    return line


@given(COUNTS.flatmap(lambda count: arrays.arrays(np.float64, (count,), elements=NUMBERS)), st.randoms())
def test_agrees_with_scipy_on_any_points(y: NDArray[np.float64], chance: random.Random) -> None:
    x = np.cumsum([chance.uniform(0.1, 10.0) for _ in y])
    line = fitted(x, y)
    slope, intercept, _, _ = theilslopes(y, x, method="joint")
    assert line.slope == pytest.approx(slope, rel=1e-9, abs=1e-9)
    assert line.intercept == pytest.approx(intercept, rel=1e-9, abs=1e-6)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.integers(0, 2**32))
def test_a_quarter_of_wild_points_does_not_bend_it(slope: float, intercept: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    x = np.arange(60.0)
    y = intercept + slope * x
    wild = chance.choice(60, 15, replace=False)
    y[wild] += chance.uniform(1e5, 1e6, 15)
    line = fitted(x, y)
    # Wild slopes are on one side of the median, so it moves within the others, which are all the same.
    assert line.slope == pytest.approx(slope, abs=1e-6 * max(1.0, abs(slope)))
    assert line.at(30.0) == pytest.approx(intercept + slope * 30.0, rel=1e-6, abs=1e-5)


def test_steadiness_is_kendalls_tau() -> None:
    x = np.arange(10.0)
    assert fitted(x, x**3).steadiness == 1.0
    assert fitted(x, -x).steadiness == -1.0
    assert fitted(x, np.zeros(10)).steadiness == 0.0


def test_points_at_one_moment_have_no_line() -> None:
    assert fit_line(np.zeros(5), np.arange(5.0)) is None
    assert fit_line(np.array([1.0]), np.array([1.0])) is None
    assert fit_line(np.empty(0), np.empty(0)) is None
