"""What is painted again and again, made once: colours, texts as they are laid out, their widths, bars."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText, QTransform


@lru_cache(maxsize=128)
def colour(name: str) -> QColor:
    """A colour of the tokens."""
    return QColor(name)


@lru_cache(maxsize=1024)
def text_width(text: str, face: QFont) -> float:
    """Pixels that a text takes."""
    return QFontMetricsF(face).horizontalAdvance(text)


@lru_cache(maxsize=1024)
def elided(text: str, face: QFont, width: int) -> str:
    """The text, cut where it is wider than that."""
    return QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, width)


def write(painter: QPainter, at: QPointF, text: str, face: QFont) -> None:
    """One line of plain text from a point on its baseline, in the colour of the pen."""
    painter.setFont(face)
    painter.drawStaticText(QPointF(at.x(), at.y() - _ascent(face)), _laid_out(text, face))


def bar(painter: QPainter, frame: QRectF, share: float, fill: str, track: str) -> None:
    """A bar that is filled up to a share between 0 and 1; a share over 0 always shows."""
    radius = frame.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(track))
    painter.drawRoundedRect(frame, radius, radius)
    if share > 0:
        width = max(frame.height(), frame.width() * min(share, 1.0))
        painter.setBrush(colour(fill))
        painter.drawRoundedRect(QRectF(frame.x(), frame.y(), width, frame.height()), radius, radius)


@lru_cache(maxsize=64)
def _ascent(face: QFont) -> float:
    return QFontMetricsF(face).ascent()


@lru_cache(maxsize=1024)
def _laid_out(text: str, face: QFont) -> QStaticText:
    made = QStaticText(text)
    # It would take a host's name with a tag in it for markup.
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(QTransform(), face)
    return made
