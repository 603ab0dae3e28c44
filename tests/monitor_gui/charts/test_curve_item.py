"""The area below a curve."""

import numpy as np

from monitor_gui.charts.curve_item import area_path


def test_each_piece_has_an_area_of_its_own() -> None:
    x = np.array([0.0, 10, 20, 30, 40])
    y = np.array([5.0, 5, np.nan, 8, 8])
    path = area_path(x, y, 20.0)
    bounds = [polygon.boundingRect().getRect() for polygon in path.toFillPolygons()]
    assert bounds == [(0, 5, 10, 15), (30, 8, 10, 12)]


def test_one_point_and_none_have_no_area() -> None:
    assert area_path(np.array([1.0]), np.array([1.0]), 0.0).isEmpty()
    assert area_path(np.array([]), np.array([]), 0.0).isEmpty()
    assert area_path(np.array([1.0, 2.0]), np.array([np.nan, np.nan]), 0.0).isEmpty()
