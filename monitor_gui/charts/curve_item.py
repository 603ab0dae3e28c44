"""One curve on a chart: its line, and the area between it and zero."""

import numpy as np
from pyqtgraph import PlotCurveItem
from pyqtgraph.functions import arrayToQPath
from pyqtgraph.graphicsItems.PlotCurveItem import arrayToLineSegments
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen

from monitor_gui.charts.decimate import Array, Line
from monitor_gui.charts.plot import Plot

_FULL, _FAINT = 78, 8
"""How opaque an area is far from zero and at zero, of 255."""


class CurveItem(PlotCurveItem):  # type: ignore[misc]
    """Its data are pixels of the chart, not values in a view of pyqtgraph's own.

    Under the transformation of such a view lines wider than one pixel take three times as long to paint, and keeping
    it up takes as long again. Nor does the painter join 700 strokes to one path here, which takes ten times as long.
    """

    def __init__(self, *, width: float, filled: bool) -> None:
        super().__init__(connect="finite", antialias=True)
        self._width, self._filled = width, filled
        self._shade = QLinearGradient()
        self._colour = ""
        self._room = QRectF()
        self._zero = 0.0

    def dress(self, colour: str) -> None:
        """Takes a colour."""
        self._colour = colour
        # Square ends would overlap where one stroke follows another, and every joint would show as a knot.
        self.setPen(QPen(QColor(colour), self._width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))

    def show_line(self, line: Line, plot: Plot) -> None:
        """Takes another line, below zero where its values are; the item stays."""
        self.prepareGeometryChange()
        self._room = QRectF(plot.left, plot.top, plot.width, plot.height)
        self._zero = plot.y(0.0)
        if self._filled:
            is_above = not len(line.y) or np.nanmax(line.y) > 0
            self._shade = _shade(self._colour, plot.top if is_above else plot.bottom, self._zero)
        self.setData(plot.x(line.x), plot.y(line.y))

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """The field: to measure the line, as pyqtgraph would, costs more than to draw it."""
        return self._room

    def paint(self, painter: QPainter, _option: object, _widget: object = None) -> None:
        """Paints the area, then the line."""
        x, y = self.getData()
        if x is None or not len(x):
            return
        painter.setClipRect(self._room)
        if self._filled:
            # Its edge lies below the line, so nobody sees that it is not smooth.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.fillPath(area_path(x, y, self._zero), self._shade)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.opts["pen"])
        # What `drawargs` gives points into the array and does not keep it.
        segments = arrayToLineSegments(x, y, "finite", True)
        painter.drawLines(*segments.drawargs())


def _shade(colour: str, far: float, zero: float) -> QLinearGradient:
    shade = QLinearGradient(0, far, 0, zero)
    for place, alpha in ((0.0, _FULL), (1.0, _FAINT)):
        stop = QColor(colour)
        stop.setAlpha(alpha)
        shade.setColorAt(place, stop)
    return shade


def area_path(x: Array, y: Array, base: float) -> QPainterPath:
    """The area between each unbroken piece of a line and a level."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    gaps = np.flatnonzero(~np.isfinite(y))
    for first, last in zip([0, *(gaps + 1)], [*gaps, len(y)], strict=True):
        if last - first >= 2:
            around = np.concatenate(([x[first]], x[first:last], [x[last - 1]]))
            path.addPath(arrayToQPath(around, np.concatenate(([base], y[first:last], [base])), connect="all"))
    return path
