"""What is painted again and again, made once: colours, pens, texts as they are laid out, bars, surfaces.

A thousand hosts are drawn every second, so what repeats is made once: bars and surfaces are pictures.
"""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap, QStaticText, QTransform


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
