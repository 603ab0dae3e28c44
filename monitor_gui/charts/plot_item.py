"""What is painted over a whole chart, before or behind its curves."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from monitor_gui.charts.plot import Plot
from monitor_gui.theme.tokens import Tokens


class PlotItem(QGraphicsItem):
    """Keeps the plot and the theme; `paint_plot` paints."""

    def __init__(self, z: float) -> None:
        """Takes where it stands: below 0 behind the curves, above before them."""
        super().__init__()
        self._plot: Plot | None = None
        self._tokens: Tokens | None = None
        self._room = QRectF()
        self.setZValue(z)

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
        """Paints what there is."""
        if self._plot is not None and self._tokens is not None:
            self.paint_plot(painter, self._plot, self._tokens)

    def paint_plot(self, painter: QPainter, plot: Plot, tokens: Tokens) -> None:
        """Paints over a plot, in the colours of a theme."""
        raise NotImplementedError
