"""The small curves of tiles, rows and cards.

Two thin lines a fraction of a pixel apart look like one of 1.5 pixels and take a quarter of its time.
"""

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QLinearGradient, QPainter, QPolygonF

from monitor_gui.fleet.sparkline import Line
from monitor_gui.theme.paint import colour, pen

_FILL_ALPHA = 52
_APART = 0.5


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


@lru_cache(maxsize=64)
def _fading(tint: str, height: float) -> QBrush:
    gradient = QLinearGradient(0, 0, 0, height)
    gradient.setColorAt(0, colour(tint, _FILL_ALPHA))
    gradient.setColorAt(1, colour(tint, 0))
    return QBrush(gradient)
