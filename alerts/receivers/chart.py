"""Draws the chart in a mail: one curve with its levels, in the light theme, twice as fine as it is shown.

There is no text from elsewhere in it, only numbers and times, which any font has.
"""

import math
from collections.abc import Iterator
from datetime import UTC, tzinfo
from io import BytesIO
from itertools import pairwise
from typing import Any

from alerts.receivers.axes import time_marks, value_marks, value_range
from alerts.receivers.chart_series import ChartSeries
from alerts.receivers.quantity_text import value_text
from alerts.thresholds import Severity
from storage.catalogue import CATALOGUE, Unit

WIDTH, HEIGHT = 560, 200
SCALE = 2
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 24
_GROUND, _GRID, _FAINT, _CURVE, _FILL = "#FFFFFF", "#E3E7EE", "#6B7587", "#4361EE", "#E4E9FD"
_LIMITS = {Severity.WARNING: "#A66100", Severity.CRITICAL: "#CF2F3F", Severity.OK: "#07805D"}
_FONT_SIZE = 11
_DASH = (6, 4)

Point = tuple[float, float]


def draw_chart(series: ChartSeries, zone: tzinfo = UTC) -> bytes:
    """The picture as PNG, `WIDTH` by `HEIGHT`, both times `SCALE`."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only who draws needs it

    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), _GROUND)
    _Drawing(ImageDraw.Draw(image), series, zone).draw()
    written = BytesIO()
    image.save(written, "PNG", optimize=True, dpi=(72 * SCALE, 72 * SCALE))
    return written.getvalue()


def stretches(series: ChartSeries) -> Iterator[list[tuple[int, float]]]:
    """Points that hang together; what lies between two stretches was not measured."""
    stretch: list[tuple[int, float]] = []
    for ts, value in zip(series.ts, series.values, strict=True):
        if not math.isfinite(value) or not series.start <= ts <= series.end:
            continue
        if stretch and ts - stretch[-1][0] > series.gap_ms:
            yield stretch
            stretch = []
        stretch.append((ts, value))
    if stretch:
        yield stretch


class _Drawing:
    """One chart on its way. Coordinates are in pixels of the picture."""

    def __init__(self, draw: Any, series: ChartSeries, zone: tzinfo) -> None:  # noqa: ANN401 - Pillow comes late
        self._draw = draw
        self._series = series
        self._zone = zone
        self._stretches = list(stretches(series))
        values = tuple(value for stretch in self._stretches for _, value in stretch)
        metric = CATALOGUE.get(series.metric)
        percent = metric is not None and metric.unit is Unit.PERCENT
        self._low, self._high = value_range(values, tuple(limit.value for limit in series.limits), percent=percent)

    def draw(self) -> None:
        curves = [[(self._x(ts), self._y(value)) for ts, value in stretch] for stretch in self._stretches]
        for points in curves:
            self._area(points)
        self._grid()
        for points in curves:
            self._curve(points)
        for limit in self._series.limits:
            self._dashed(self._y(limit.value), _LIMITS[limit.severity])

    def _x(self, ts: int) -> float:
        share = (ts - self._series.start) / max(self._series.end - self._series.start, 1)
        return (_LEFT + share * (WIDTH - _LEFT - _RIGHT)) * SCALE

    def _y(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return (HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)) * SCALE

    def _grid(self) -> None:
        from PIL import ImageFont  # noqa: PLC0415 - only who draws needs it

        font = ImageFont.load_default(_FONT_SIZE * SCALE)
        for mark in value_marks(self._low, self._high):
            y = self._y(mark)
            self._draw.line([(_LEFT * SCALE, y), ((WIDTH - _RIGHT) * SCALE, y)], fill=_GRID, width=SCALE)
            where = ((_LEFT - 8) * SCALE, y)
            self._draw.text(where, _ascii(value_text(self._series.metric, mark)), fill=_FAINT, font=font, anchor="rm")
        for ts, text in time_marks(self._series.start, self._series.end, self._zone):
            # Within the picture, also at its edge.
            rightmost = WIDTH * SCALE - font.getlength(text) / 2 - SCALE
            below = (min(self._x(ts), rightmost), (HEIGHT - _BOTTOM + 6) * SCALE)
            self._draw.text(below, text, fill=_FAINT, font=font, anchor="ma")

    def _area(self, points: list[Point]) -> None:
        foot = (HEIGHT - _BOTTOM) * SCALE
        self._draw.polygon([(points[0][0], foot), *points, (points[-1][0], foot)], fill=_FILL)

    def _curve(self, points: list[Point]) -> None:
        if len(points) == 1:
            x, y = points[0]
            r = 2.0 * SCALE
            self._draw.ellipse([(x - r, y - r), (x + r, y + r)], fill=_CURVE)
            return
        self._draw.line(points, fill=_CURVE, width=round(1.5 * SCALE), joint="curve")

    def _dashed(self, y: float, colour: str) -> None:
        edges = range(_LEFT * SCALE, (WIDTH - _RIGHT) * SCALE, sum(_DASH) * SCALE)
        for left, following in pairwise([*edges, (WIDTH - _RIGHT) * SCALE]):
            right = min(left + _DASH[0] * SCALE, following)
            self._draw.line([(left, y), (right, y)], fill=colour, width=round(1.5 * SCALE))


def _ascii(text: str) -> str:
    """Units of time are in the language of the reader, and the font has Latin letters alone."""
    return text if text.isascii() or text.endswith("°C") else ""
