"""The few things that tiles, rows and cards draw alike: bars, surfaces, small curves.

A thousand hosts are drawn every second, so what repeats is made once: bars and surfaces are pictures. Curves are two
thin lines a fraction of a pixel apart, which look like one of 1.5 pixels and take a quarter of its time.
"""

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QLinearGradient,
    QPainter,
    QPen,
    QPixmap,
    QPolygonF,
)

from monitor_gui.fleet.sparkline import Line

_FILL_ALPHA = 52
_APART = 0.5


@lru_cache(maxsize=256)
def colour(name: str, alpha: int = 255) -> QColor:
    """A colour of the tokens, made once."""
    made = QColor(name)
    made.setAlpha(alpha)
    return made


@lru_cache(maxsize=128)
def pen(name: str, width: float = 1.0) -> QPen:
    """A pen that is round where it turns."""
    return QPen(colour(name), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def bar(painter: QPainter, frame: QRectF, share: float, tint: str, track: str) -> None:
    """A bar that is filled up to a share between 0 and 1; a share over 0 always shows."""
    width, height = round(frame.width()), round(frame.height())
    if width < 1:
        return
    filled = max(height, round(width * min(share, 1.0))) if share > 0 else 0
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QPointF(round(frame.x()), round(frame.y())), _bar((width, height), filled, tint, track, ratio))


def surface(painter: QPainter, frame: QRectF, radius: float, fill: str, border: QPen) -> None:
    """A rounded rectangle with its border inside the frame."""
    ratio = painter.device().devicePixelRatioF()
    size = round(frame.width()), round(frame.height())
    line = border.color().name(), border.widthF(), border.style() is not Qt.PenStyle.SolidLine
    painter.drawPixmap(frame.topLeft(), _surface(size, radius, fill, line, ratio))


def curve(painter: QPainter, frame: QRectF, lines: Sequence[Line], tint: str) -> None:
    """A small curve over a fill that fades downwards; `lines` are relative to the frame."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(frame.x(), frame.y() - _APART / 2)
    bottom = frame.height()
    for line in lines:
        if len(line) == 1:
            painter.setPen(pen(tint, 2.5))
            painter.drawPoint(QPointF(*line[0]))
            continue
        polyline = QPolygonF([QPointF(x, y) for x, y in line])
        below = QPolygonF(polyline)
        below.append(QPointF(line[-1][0], bottom))
        below.append(QPointF(line[0][0], bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_fading(tint, bottom))
        painter.drawPolygon(below)
        painter.setPen(pen(tint))
        painter.drawPolyline(polyline)
        painter.translate(0, _APART)
        painter.drawPolyline(polyline)
        painter.translate(0, -_APART)
    painter.restore()


def _empty(size: tuple[int, int], ratio: float) -> QPixmap:
    made = QPixmap(round(size[0] * ratio), round(size[1] * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    return made


@lru_cache(maxsize=2048)
def _bar(size: tuple[int, int], filled: int, tint: str, track: str, ratio: float) -> QPixmap:
    made = _empty(size, ratio)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = size[1] / 2
    for width, name in ((size[0], track), (filled, tint)):
        if width:
            painter.setBrush(colour(name))
            painter.drawRoundedRect(QRectF(0, 0, width, size[1]), radius, radius)
    painter.end()
    return made


@lru_cache(maxsize=128)
def _surface(size: tuple[int, int], radius: float, fill: str, line: tuple[str, float, bool], ratio: float) -> QPixmap:
    made = _empty(size, ratio)
    name, width, is_dashed = line
    border = QPen(colour(name), width)
    if is_dashed:
        border.setDashPattern([4, 3])
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(border)
    painter.setBrush(colour(fill))
    inset = width / 2
    frame = QRectF(0, 0, *size).adjusted(inset, inset, -inset, -inset)
    painter.drawRoundedRect(frame, radius - inset, radius - inset)
    painter.end()
    return made


@lru_cache(maxsize=64)
def _fading(tint: str, height: float) -> QBrush:
    gradient = QLinearGradient(0, 0, 0, height)
    gradient.setColorAt(0, colour(tint, _FILL_ALPHA))
    gradient.setColorAt(1, colour(tint, 0))
    return QBrush(gradient)
