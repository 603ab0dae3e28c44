"""A host as its screen gets it."""

import numpy as np

from fleet.points import Points
from tests.fleet.made_up import NOW_MS
from tests.watchpost.host_views import machine_view


def test_values_are_found_by_name_and_label() -> None:
    view = machine_view()
    assert view.value("load1") == 0.42
    assert view.value("tcp_connections", state="LISTEN") == 12
    assert view.value("tcp_connections", state="CLOSING") is None
    assert view.by_label("tcp_connections") == {"ESTABLISHED": 42, "LISTEN": 12, "TIME_WAIT": 7}


def test_a_curve_covers_the_last_hour_and_shows_gaps_as_gaps() -> None:
    ts = np.array([NOW_MS - 3_599_000, NOW_MS - 1000])
    curve = machine_view().curve(Points(ts, np.array([1.0, 2.0])), 60)
    assert curve[0] == 1
    assert curve[-1] == 2
    assert curve[30] is None
