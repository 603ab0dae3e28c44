"""One vertical line across all charts of a page: the moment that is looked at closely."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from monitor_gui.charts.marks import DOT_RADIUS, Dot, paint_dot
from monitor_gui.charts.plot import MARGIN_RIGHT, Plot
from monitor_gui.charts.time_axis import HEIGHT
from monitor_gui.theme.fonts import font
from monitor_gui.theme.paint import colour
from monitor_gui.theme.tokens import TYPE_SMALL, Tokens

_LABEL_HEIGHT = 18


class Crosshair(QObject):
    """The moment, shared by the charts.

    Signals:
        moved: the moment is another one, or there is none any more.

    Attributes:
        at: UTC milliseconds; None while nobody points at anything.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.at: int | None = None

    def move_to(self, at: int | None) -> None:
        """Looks at another moment, or at none."""
        if at != self.at:
            self.at = at
            self.moved.emit()


class CrosshairItem(QGraphicsItem):
    """The line on one chart, the points that it meets, and the time below.

    Only a narrow strip of the chart is painted anew when it moves.
    """

    def __init__(self) -> None:
        super().__init__()
        self._plot: Plot | None = None
        self._tokens: Tokens | None = None
        self._line = QRectF()
        self._box = QRectF()
        self.dots: Sequence[Dot] = ()
        self.label = ""
        self.setZValue(20)

    def show_at(self, plot: Plot, tokens: Tokens, at: int, dots: Sequence[Dot], label: str) -> None:
        """Stands at a moment."""
        self.prepareGeometryChange()
        self._plot, self._tokens, self.dots, self.label = plot, tokens, dots, label
        x = round(plot.x(at))
        self._line = QRectF(x, plot.top, 0, plot.height)
        width = QFontMetricsF(font(TYPE_SMALL, tabular=True)).horizontalAdvance(label) + 12
        # The time stays on the chart where the line is at its edge.
        left = min(max(x - width / 2, 0.0), plot.right + MARGIN_RIGHT - width)
        self._box = QRectF(left, plot.bottom + HEIGHT - _LABEL_HEIGHT, width, _LABEL_HEIGHT)
        self.setVisible(True)
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """A strip around the line, and the time."""
        reach = DOT_RADIUS + 2
        return self._line.adjusted(-reach, -reach, reach, reach).united(self._box)

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        """Paints line, points and time."""
        if self._plot is None or self._tokens is None:
            return
        tokens = self._tokens
        painter.setPen(QPen(colour(tokens.text_3), 1))
        painter.drawLine(self._line.topLeft(), self._line.bottomLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for dot in self.dots:
            paint_dot(painter, self._plot, dot, tokens.surface)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens.track))
        painter.drawRoundedRect(self._box, 5, 5)
        painter.setPen(colour(tokens.text_1))
        painter.setFont(font(TYPE_SMALL, tabular=True))
        painter.drawText(self._box, int(Qt.AlignmentFlag.AlignCenter), self.label)
