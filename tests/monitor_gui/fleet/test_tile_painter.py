"""A host as a tile, as it is painted."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from fleet.curves import FleetCurves
from fleet.points import Points
from fleet.reading import Health, HostReading
from monitor_gui.fleet import tile_painter
from monitor_gui.fleet.host_row import make_rows
from monitor_gui.fleet.tile_painter import Highlight, TilePainter
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import DARK, LIGHT
from tests.monitor_gui.fleet.made_looks import MOMENT, NOW_MS, host, look, lost, reading, wave
from tests.monitor_gui.fleet.painted import count, holds, ink, picture

FRAME = QRectF(10, 10, 226, 132)


def tile(
    of: HostReading,
    appearance: Appearance,
    *,
    highlight: Highlight | None = None,
    curve: Points | None = None,
    is_polled: bool = True,
) -> QImage:
    curves = FleetCurves(cpu={} if curve is None else {1: curve})
    seen = look([of], curves=curves, moment=replace(MOMENT, is_polled=is_polled))
    row = make_rows(seen, {})[1]
    painter = TilePainter(appearance)
    return picture(lambda to: painter.paint(to, FRAME, row, seen, highlight or Highlight()), 250, 160)


def test_values_over_a_limit_are_in_its_colour(appearance: Appearance) -> None:
    fine = tile(reading(host("a", 1)), appearance)
    assert not holds(fine, DARK.crit)
    assert not holds(fine, DARK.warn)
    assert holds(fine, DARK.accent)
    assert count(tile(reading(host("a", 1), 94), appearance), DARK.crit) > 150
    assert count(tile(reading(host("a", 1), 34, 86), appearance), DARK.warn) > 150


def test_the_border_tells_the_worst(appearance: Appearance) -> None:
    edge = FRAME.toRect().center().x(), FRAME.toRect().top()
    for of, colour in (
        (reading(host("a", 1), 94), DARK.crit_border),
        (reading(host("a", 1), 85), DARK.warn_border),
        (reading(host("a", 1)), DARK.border),
    ):
        assert tile(of, appearance).pixelColor(*edge) == QColor(colour)


def test_a_host_that_is_away_has_a_dashed_border_and_no_bars(appearance: Appearance) -> None:
    image = tile(lost(host("a", 1)), appearance)
    top = [image.pixelColor(x, FRAME.toRect().top()).name() for x in range(40, 200)]
    assert len(set(top)) > 1
    assert not holds(image, DARK.accent)
    assert holds(image, DARK.bg)


def test_a_group_and_two_tags_are_there_whole(appearance: Appearance) -> None:
    whole = tile(reading(host("a", 1, "Kubernetes", "Frankfurt", "production")), appearance)
    # Where the end of a text is cut off, another end makes no difference.
    other = tile(reading(host("a", 1, "Kubernetes", "Frankfurt", "productio")), appearance)
    assert whole != other


def test_a_reason_that_is_too_long_for_one_line_takes_two(appearance: Appearance) -> None:
    short = tile(lost(host("a", 1), note="gone"), appearance)
    long = tile(lost(host("a", 1), note="host key not trusted yet"), appearance)
    strip = range(FRAME.toRect().top() + 68, FRAME.toRect().top() + 82)
    assert not any(y in strip for _, y in ink(short.copy(20, 0, 200, 160), DARK.bg) if y in strip)
    assert any(y in strip for _, y in ink(long.copy(20, 0, 200, 160), DARK.bg))


def test_values_from_before_have_no_colour_of_their_own(appearance: Appearance) -> None:
    stale = lost(host("a", 1), Health.UNKNOWN, "no poller is running")
    stale = replace(stale, headline=replace(stale.headline, cpu_percent=99.0))
    image = tile(stale, appearance, curve=wave(99, 1), is_polled=False)
    assert not holds(image, DARK.crit)
    assert not holds(image, DARK.accent)
    assert holds(image, DARK.text_3)


def test_a_blocked_host_has_the_border_of_one_that_needs_a_person(appearance: Appearance) -> None:
    assert holds(tile(lost(host("a", 1), Health.BLOCKED, "host key changed"), appearance), DARK.crit_border)


def test_pointer_selection_and_focus_can_be_told_apart(appearance: Appearance) -> None:
    middle = FRAME.toRect().left() + 5, FRAME.toRect().center().y()
    of = reading(host("a", 1))
    seen = {
        tile(of, appearance, highlight=highlight).pixelColor(*middle).name()
        for highlight in (Highlight(), Highlight(is_hovered=True), Highlight(is_selected=True))
    }
    assert len(seen) == 3
    assert not holds(tile(reading(host("a", 1), 94), appearance), DARK.accent)
    assert holds(tile(reading(host("a", 1), 94), appearance, highlight=Highlight(has_focus=True)), DARK.accent)


def test_the_curve_has_the_colour_of_the_cpu_and_gaps_where_nothing_was_read(appearance: Appearance) -> None:
    curve = wave(50, 1)
    gap = (curve.ts < NOW_MS - 2_400_000) | (curve.ts > NOW_MS - 1_200_000)
    parted = Points(curve.ts[gap], curve.values[gap])
    area = (24, 107, 119, 24)
    whole, holed = (tile(reading(host("a", 1)), appearance, curve=each).copy(*area) for each in (curve, parted))
    columns = [{x for x, _ in ink(image, DARK.surface)} for image in (whole, holed)]
    assert columns[0] >= set(range(1, 118))
    assert not columns[1] & set(range(45, 75))


@pytest.mark.parametrize(
    "name", ["x" * 300, "\u202eevil" * 20, "<h1>big</h1>", "서버" * 100, "مرحبا" * 50, "a\x00b\nc"]
)
def test_no_name_leaves_its_tile(name: str, appearance: Appearance) -> None:
    image = tile(reading(host(name, 1, name[:200], name[:100]), float("nan"), None, 1e300), appearance)
    inside = FRAME.toRect()
    assert all(inside.contains(x, y) for x, y in ink(image, "#000000"))


def test_the_other_theme_has_other_colours(appearance: Appearance) -> None:
    appearance.choose("light")
    assert holds(tile(reading(host("a", 1), 94), appearance), LIGHT.crit)


def test_what_is_written_is_kept_but_not_without_end(appearance: Appearance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_painter, "_MOST_TEXTS", 3)
    seen = look([reading(host(str(number), number)) for number in range(1, 10)])
    rows, painter = make_rows(seen, {}), TilePainter(appearance)
    first, *others = [
        partial(painter.paint, frame=FRAME, row=row, look=seen, highlight=Highlight()) for row in rows.values()
    ]
    before = picture(first)
    for other in others:
        picture(other)
    assert picture(first) == before


def test_an_hour_of_a_host_that_is_read_rarely_is_one_line(appearance: Appearance) -> None:
    slow = replace(host("a", 1), interval_s=300.0)
    seen = look([reading(slow)])
    ts = np.arange(NOW_MS - 3_600_000, NOW_MS, 300_000)
    curve = Points(ts, np.full(len(ts), 5.0))
    assert len(tile_painter.hour_lines(make_rows(seen, {})[1], curve, seen, 100, 20)) == 1
