"""Bars, surfaces and small curves, as they are painted."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPen

from monitor_gui.fleet import strokes
from tests.monitor_gui.fleet.painted import count, holds, ink, picture

pytestmark = pytest.mark.usefixtures("qapp")
TINT, TRACK, GROUND = "#FF0000", "#0000FF", "#000000"


def bar(share: float) -> QImage:
    return picture(lambda painter: strokes.bar(painter, QRectF(10, 10, 100, 4), share, TINT, TRACK))


@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
def test_a_bar_is_filled_up_to_its_share(share: float) -> None:
    image = bar(share)
    filled = count(image, TINT)
    assert filled / (filled + count(image, TRACK)) == pytest.approx(share, abs=0.04)


def test_a_little_always_shows_and_nothing_never() -> None:
    assert holds(bar(0.0001), TINT)
    assert not holds(bar(0), TINT)
    assert not holds(bar(7), TRACK)


def test_a_bar_without_room_is_not_painted() -> None:
    image = picture(lambda painter: strokes.bar(painter, QRectF(10, 10, 0, 4), 1, TINT, TRACK))
    assert not ink(image, GROUND)


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


def test_a_surface_has_its_border_inside_of_its_frame() -> None:
    frame = QRectF(10, 10, 100, 60)
    image = picture(lambda painter: strokes.surface(painter, frame, 11, TRACK, QPen(strokes.colour(TINT), 2)))
    painted = ink(image, GROUND)
    assert min(x for x, _ in painted) == 10
    assert max(x for x, _ in painted) == 109
    assert holds(image, TINT)
    assert image.pixelColor(60, 40).name() == "#0000ff"
