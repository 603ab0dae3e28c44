"""The values beside a chart, and a line across it for each."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from monitor_gui.charts.plot import Plot
from monitor_gui.charts.plot_item import PlotItem
from monitor_gui.theme import paint
from monitor_gui.theme.fonts import font
from monitor_gui.theme.tokens import TYPE_SMALL, Tokens

WIDTH = 46
"""Pixels to the left of the field."""
_GAP = 8
TO_BASELINE = 4
"""Pixels from the middle of a line of small type down to its baseline."""


class ValueAxis(PlotItem):
    """Stands behind the curves."""

    def __init__(self) -> None:
        super().__init__(z=-10)

    def paint_plot(self, painter: QPainter, plot: Plot, tokens: Tokens) -> None:
        """Paints lines and labels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        face = font(TYPE_SMALL, tabular=True)
        for value, text in plot.scale.ticks:
            y = round(plot.y(value))
            painter.setPen(paint.colour(tokens.border if value == 0 else tokens.grid))
            painter.drawLine(QPointF(plot.left, y), QPointF(plot.right, y))
            painter.setPen(paint.colour(tokens.text_3))
            left = plot.left - _GAP - paint.text_width(text, face)
            paint.write(painter, QPointF(left, y + TO_BASELINE), text, face)
