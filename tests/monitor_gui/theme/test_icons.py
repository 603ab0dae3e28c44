"""Icons are drawn in the colour and size that is asked for."""

import pytest
from pytestqt.qtbot import QtBot

from monitor_gui.theme.icons import NAMES, icon, pixmap


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_icon_shows_something_in_its_colour(name: str, qtbot: QtBot) -> None:
    picture = pixmap(name, "#F26A6A", 24).toImage()
    opaque = [
        colour
        for x in range(24)
        for y in range(24)
        if (colour := picture.pixelColor(x, y)).alpha() > 200 and colour.lightness() < 250
    ]
    assert len(opaque) > 3
    assert all(abs(colour.red() - 0xF2) < 12 and abs(colour.green() - 0x6A) < 12 for colour in opaque[:1])


def test_a_fine_screen_gets_more_pixels_at_the_same_size(qtbot: QtBot) -> None:
    picture = pixmap("cpu", "#FFFFFF", 16, 2.0)
    assert (picture.width(), picture.devicePixelRatio()) == (32, 2.0)
    assert picture.deviceIndependentSize().width() == 16


def test_an_icon_has_both(qtbot: QtBot) -> None:
    assert {size.width() for size in icon("cpu", "#FFFFFF").availableSizes()} == {16, 32}
