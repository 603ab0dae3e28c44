"""The values beside a chart, and a line across it for each."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from monitor_gui.charts import ink
from monitor_gui.charts.plot import Plot
from monitor_gui.theme.fonts import font
from monitor_gui.theme.tokens import TYPE_SMALL, Tokens

WIDTH = 46
"""Pixels to the left of the field."""
_GAP = 8
TO_BASELINE = 4
"""Pixels from the middle of a line of small type down to its baseline."""


class ValueAxis(QGraphicsItem):
    """Stands behind the curves."""

    def __init__(self) -> None:
        super().__init__()
        self._plot: Plot | None = None
        self._tokens: Tokens | None = None
        self._room = QRectF()
        self.setZValue(-10)

    def show_plot(self, plot: Plot, tokens: Tokens, room: QRectF) -> None:
        """Takes what is shown; `room` is the whole chart."""
        if room != self._room:
            self.prepareGeometryChange()
        self._plot, self._tokens, self._room = plot, tokens, room
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The whole chart."""
        return self._room

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        """Paints lines and labels."""
        if self._plot is None or self._tokens is None:
            return
        plot, tokens = self._plot, self._tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        face = font(TYPE_SMALL, tabular=True)
        for value, text in plot.scale.ticks:
            y = round(plot.y(value))
            painter.setPen(ink.colour(tokens.border if value == 0 else tokens.grid))
            painter.drawLine(QPointF(plot.left, y), QPointF(plot.right, y))
            painter.setPen(ink.colour(tokens.text_3))
            left = plot.left - _GAP - ink.text_width(text, face)
            ink.write(painter, QPointF(left, y + TO_BASELINE), text, face)
