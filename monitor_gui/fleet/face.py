"""A face that texts are painted in, with what is known of them: a thousand hosts repeat the same few hundred words."""

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QStaticText, QTransform

from monitor_gui.theme.fonts import font

_MOST = 4096


class Face:
    """One size and weight. Asking it costs a look into a dictionary; a font by itself is slow to tell from another."""

    __slots__ = ("_ascent", "_elided", "_laid_out", "_metrics", "_widths", "font")

    def __init__(self, size_px: int, *, strong: bool, tabular: bool) -> None:
        self.font = font(size_px, strong=strong, tabular=tabular)
        self._metrics = QFontMetricsF(self.font)
        self._ascent = self._metrics.ascent()
        self._widths: dict[str, float] = {}
        self._elided: dict[tuple[str, int], str] = {}
        self._laid_out: dict[str, QStaticText] = {}

    def width(self, text: str) -> float:
        """Pixels that a text takes."""
        found = self._widths.get(text)
        if found is None:
            if len(self._widths) >= _MOST:
                self._widths.clear()
            found = self._widths[text] = self._metrics.horizontalAdvance(text)
        return found

    def cut(self, text: str, width: int) -> str:
        """The text, ending in `…` where it is wider than that."""
        found = self._elided.get((text, width))
        if found is None:
            if len(self._elided) >= _MOST:
                self._elided.clear()
            found = self._elided[text, width] = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        return found

    def write(self, painter: QPainter, x: float, y: float, text: str) -> None:
        """One line of plain text from a point on its baseline, in the colour of the pen."""
        made = self._laid_out.get(text)
        if made is None:
            made = self._lay_out(text)
        painter.setFont(self.font)
        painter.drawStaticText(QPointF(x, y - self._ascent), made)

    def _lay_out(self, text: str) -> QStaticText:
        if len(self._laid_out) >= _MOST:
            self._laid_out.clear()
        made = self._laid_out[text] = QStaticText(text)
        # It would take a host's name with a tag in it for markup.
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        made.prepare(QTransform(), self.font)
        return made


@lru_cache(maxsize=32)
def face_of(size_px: int, *, strong: bool = False, tabular: bool = False) -> Face:
    """The face of that size; `strong` carries weight, `tabular` has figures of equal width."""
    return Face(size_px, strong=strong, tabular=tabular)
