"""The times below a chart."""

from datetime import tzinfo

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from monitor_gui.charts.plot import Plot
from monitor_gui.charts.time_ticks import Tick, time_ticks
from monitor_gui.theme import paint
from monitor_gui.theme.fonts import font
from monitor_gui.theme.tokens import TYPE_SMALL, Tokens

HEIGHT = 24
"""Pixels below the field."""
_ROOM_FOR_A_TICK = 84
_ABOVE_EDGE = 5


class TimeAxis(QGraphicsItem):
    """Stands below the curves."""

    def __init__(self) -> None:
        super().__init__()
        self._plot: Plot | None = None
        self._tokens: Tokens | None = None
        self._room = QRectF()
        self.ticks: list[Tick] = []
        self.setZValue(-10)

    def show_plot(self, plot: Plot, tokens: Tokens, zone: tzinfo | None, room: QRectF) -> None:
        """Takes what is shown; `room` is the whole chart."""
        if room != self._room:
            self.prepareGeometryChange()
        self._plot, self._tokens, self._room = plot, tokens, room
        most = max(1, int(plot.width // _ROOM_FOR_A_TICK))
        self.ticks = time_ticks(plot.window.start, plot.window.end, zone, most)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Below the field, as wide as the chart."""
        top = self._room.bottom() - HEIGHT
        return QRectF(0, top, self._room.width(), HEIGHT)

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        """Paints the labels that are not cut off at an edge."""
        if self._plot is None or self._tokens is None:
            return
        painter.setPen(paint.colour(self._tokens.text_3))
        face, room = font(TYPE_SMALL, tabular=True), self.boundingRect()
        for tick in self.ticks:
            x, half = self._plot.x(tick.at), paint.text_width(tick.text, face) / 2
            if self._plot.left <= x and x + half <= room.right():
                paint.write(painter, QPointF(x - half, room.bottom() - _ABOVE_EDGE), tick.text, face)
