"""What stands on top of the curves: a limit, the newest points, what is said where there is nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from monitor_gui.charts.plot import Plot
from monitor_gui.charts.plot_item import PlotItem
from monitor_gui.theme.fonts import font
from monitor_gui.theme.paint import colour
from monitor_gui.theme.tokens import TYPE_CAPTION, TYPE_SMALL, Tokens

DOT_RADIUS = 3.5


@dataclass(frozen=True, slots=True)
class Limit:
    """A line across the chart.

    Attributes:
        value: where it is.
        text: what is written on it.
        is_critical: else it is a warning.
    """

    value: float
    text: str
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that is marked: UTC milliseconds, value and colour."""

    at: int
    value: float
    colour: str


class Marks(PlotItem):
    """Stands before the curves."""

    def __init__(self) -> None:
        super().__init__(z=10)
        self.limit: Limit | None = None
        self.dots: Sequence[Dot] = ()
        self.words = ""
        self.is_focused = False

    def paint_plot(self, painter: QPainter, plot: Plot, tokens: Tokens) -> None:
        """Paints what there is."""
        if self.limit is not None:
            self._paint_limit(painter, plot, tokens, self.limit)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for dot in self.dots:
            paint_dot(painter, plot, dot, tokens.surface)
        if self.words:
            painter.setFont(font(TYPE_SMALL))
            painter.setPen(colour(tokens.text_3))
            field = QRectF(plot.left, plot.top, plot.width, plot.height)
            painter.drawText(field, int(Qt.AlignmentFlag.AlignCenter), self.words)
        if self.is_focused:
            painter.setPen(QPen(colour(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.boundingRect().adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)

    def _paint_limit(self, painter: QPainter, plot: Plot, tokens: Tokens, limit: Limit) -> None:
        ink = colour(tokens.crit if limit.is_critical else tokens.warn)
        y = round(plot.y(limit.value)) + 0.5
        pen = QPen(ink, 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(plot.left, y), QPointF(plot.right, y))
        painter.setFont(font(TYPE_CAPTION, strong=True))
        above = QRectF(plot.left + 4, y - 18, plot.width - 8, 16)
        below = above.translated(0, 19)
        painter.drawText(above if above.top() >= 0 else below, int(Qt.AlignmentFlag.AlignVCenter), limit.text)


def paint_dot(painter: QPainter, plot: Plot, dot: Dot, ring: str) -> None:
    """A point with a ring that sets it off from its line."""
    painter.setPen(QPen(colour(ring), 2))
    painter.setBrush(colour(dot.colour))
    painter.drawEllipse(QPointF(plot.x(dot.at), plot.y(dot.value)), DOT_RADIUS, DOT_RADIUS)
