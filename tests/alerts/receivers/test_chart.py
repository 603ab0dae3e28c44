"""The picture in a mail, looked at pixel by pixel."""

from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from alerts.receivers.chart import HEIGHT, SCALE, WIDTH, draw_chart, stretches
from alerts.receivers.chart_series import SPAN_MS, ChartSeries, Limit
from alerts.thresholds import Severity
from storage.translation import choose_language
from tests.alerts.receivers.made_message import AT

CURVE, FILL, CRITICAL, WARNING = (0x43, 0x61, 0xEE), (0xE4, 0xE9, 0xFD), (0xCF, 0x2F, 0x3F), (0xA6, 0x61, 0x00)
STEP_MS = 60_000


def series(values: tuple[float, ...], **changed: Any) -> ChartSeries:  # noqa: ANN401 - any field
    start = AT - SPAN_MS
    said: dict[str, Any] = {
        "metric": "filesystem_used_percent",
        "start": start,
        "end": AT,
        "ts": tuple(start + number * STEP_MS for number in range(len(values))),
        "values": values,
    }
    return ChartSeries(**(said | changed))


def drawn(of: ChartSeries) -> Image.Image:
    image = Image.open(BytesIO(draw_chart(of, ZoneInfo("Asia/Seoul"))))
    assert image.format == "PNG"
    return image.convert("RGB")


def columns(image: Image.Image, colour: tuple[int, int, int]) -> set[int]:
    """Where the colour is, from left to right."""
    return {x for x in range(image.width) for y in range(image.height) if image.getpixel((x, y)) == colour}


def test_it_is_twice_as_fine_as_it_is_shown_and_light() -> None:
    image = drawn(series((50.0,) * 360))
    assert image.size == (WIDTH * SCALE, HEIGHT * SCALE)
    assert image.getpixel((1, 1)) == (255, 255, 255)


def test_a_gap_is_a_gap() -> None:
    start = AT - SPAN_MS
    ts = (*range(start, start + SPAN_MS // 4, STEP_MS), *range(AT - SPAN_MS // 4, AT, STEP_MS))
    image = drawn(series((50.0,) * len(ts), ts=ts, gap_ms=3 * STEP_MS))
    filled = columns(image, FILL)
    middle = set(range(image.width * 2 // 5, image.width * 3 // 5))
    assert not filled & middle
    assert not columns(image, CURVE) & middle
    assert min(filled) < min(middle)
    assert max(filled) > max(middle)


def test_levels_are_lines_across_in_their_colours() -> None:
    image = drawn(series((10.0,) * 360, limits=(Limit(80.0, Severity.WARNING), Limit(90.0, Severity.CRITICAL))))
    for colour in (WARNING, CRITICAL):
        found = columns(image, colour)
        assert max(found) - min(found) > image.width * 0.8


def test_a_level_above_all_values_is_within_the_picture() -> None:
    image = drawn(series((1.0,) * 10, metric="load1", limits=(Limit(64.0, Severity.CRITICAL),)))
    assert columns(image, CRITICAL)


@pytest.mark.parametrize(
    "values", [(), (1.0,), (0.0, 0.0), (float("nan"),) * 5, (float("inf"), 1.0), (1e300, -1e300), (-5.0, 5.0)]
)
@pytest.mark.parametrize("metric", ["load1", "filesystem_used_percent", "memory_available_bytes", "up", "nonsense"])
def test_whatever_the_values_there_is_a_picture(values: tuple[float, ...], metric: str) -> None:
    drawn(series(values, metric=metric))


def test_one_lonely_reading_can_be_seen() -> None:
    assert columns(drawn(series((50.0,))), CURVE)


def test_korean_units_of_time_do_not_become_boxes() -> None:
    choose_language("ko")
    try:
        drawn(series((120.0, 240.0), metric="up"))
    finally:
        choose_language("en")


def test_points_hang_together_until_they_are_too_far_apart_or_outside() -> None:
    of = series((1.0, float("nan"), 2.0, 3.0), ts=(AT - 9000, AT - 8000, AT - 7000, AT - 1000), gap_ms=3000)
    assert list(stretches(of)) == [[(AT - 9000, 1.0), (AT - 7000, 2.0)], [(AT - 1000, 3.0)]]
    assert list(stretches(series((1.0,), ts=(AT + 1,)))) == []
