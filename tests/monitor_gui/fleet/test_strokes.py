"""Small curves, as they are painted."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from monitor_gui.fleet import strokes
from tests.monitor_gui.fleet.painted import ink, picture

pytestmark = pytest.mark.usefixtures("qapp")
TINT, GROUND = "#FF0000", "#000000"


def test_a_curve_is_painted_with_what_is_below_it() -> None:
    line = [(0.0, 10.0), (50.0, 4.0), (100.0, 10.0)]
    image = picture(lambda painter: strokes.curve(painter, QRectF(20, 20, 100, 24), [line], TINT))
    painted = ink(image, GROUND)
    assert {x for x, _ in painted} >= set(range(22, 118))
    assert (70, 32) in painted


def test_a_single_point_is_a_dot() -> None:
    image = picture(lambda painter: strokes.curve(painter, QRectF(20, 20, 100, 24), [[(50.0, 12.0)]], TINT))
    assert {(70, 32)} <= ink(image, GROUND)
    assert len(ink(image, GROUND)) < 25


def test_a_curve_leaves_the_painter_as_it_was() -> None:
    def paint(painter: QPainter) -> None:
        strokes.curve(painter, QRectF(20, 20, 100, 24), [[(0.0, 0.0), (9.0, 9.0)]], TINT)
        assert painter.transform().isIdentity()

    picture(paint)
