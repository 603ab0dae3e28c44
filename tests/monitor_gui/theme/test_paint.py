"""Bars and surfaces, as they are painted."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPen

from monitor_gui.theme import paint
from tests.monitor_gui.fleet.painted import count, holds, ink, picture

pytestmark = pytest.mark.usefixtures("qapp")
TINT, TRACK, GROUND = "#FF0000", "#0000FF", "#000000"


def bar(share: float) -> QImage:
    return picture(lambda painter: paint.bar(painter, QRectF(10, 10, 100, 4), share, TINT, TRACK))


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
    image = picture(lambda painter: paint.bar(painter, QRectF(10, 10, 0, 4), 1, TINT, TRACK))
    assert not ink(image, GROUND)


def test_a_surface_has_its_border_inside_of_its_frame() -> None:
    frame = QRectF(10, 10, 100, 60)
    image = picture(lambda painter: paint.surface(painter, frame, 11, TRACK, QPen(paint.colour(TINT), 2)))
    painted = ink(image, GROUND)
    assert min(x for x, _ in painted) == 10
    assert max(x for x, _ in painted) == 109
    assert holds(image, TINT)
    assert image.pixelColor(60, 40).name() == "#0000ff"
