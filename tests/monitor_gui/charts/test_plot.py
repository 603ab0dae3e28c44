"""Where moments and values lie on a chart."""

import numpy as np
import pytest

from monitor_gui.charts.decimate import Window
from monitor_gui.charts.plot import Plot
from monitor_gui.charts.value_ticks import PERCENT

PLOT = Plot(50, 10, 600, 200, Window(1000, 7000, 100, 1), PERCENT)


def test_time_goes_to_the_right_and_values_go_up() -> None:
    assert (PLOT.x(1000.0), PLOT.x(7000.0), PLOT.right) == (50, 650, 650)
    assert (PLOT.y(0.0), PLOT.y(100.0), PLOT.bottom) == (210, 10, 210)
    assert PLOT.x(np.array([1000.0, 4000.0])).tolist() == [50, 350]


@pytest.mark.parametrize(("x", "moment"), [(50, 1000), (350, 4000), (0, 1000), (9999, 7000)])
def test_a_place_is_a_moment_within_the_window(x: float, moment: int) -> None:
    assert PLOT.moment(x) == moment


def test_which_moments_are_on_it() -> None:
    assert PLOT.holds(1000)
    assert PLOT.holds(7000)
    assert not PLOT.holds(7001)
