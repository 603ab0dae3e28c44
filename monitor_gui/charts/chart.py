"""A chart: curves over time, with axes, a limit, the newest points and the crosshair."""

from collections.abc import Sequence

import numpy as np
from pyqtgraph import GraphicsView
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsScene, QWidget

from fleet.points import Points
from monitor_gui.charts import time_axis, value_axis
from monitor_gui.charts.chart_content import ChartContent, CurveStyle
from monitor_gui.charts.crosshair import Crosshair, CrosshairItem
from monitor_gui.charts.curve_item import CurveItem
from monitor_gui.charts.decimate import Window, decimate
from monitor_gui.charts.marks import Dot, Marks
from monitor_gui.charts.plot import MARGIN_RIGHT, Plot
from monitor_gui.charts.time_axis import TimeAxis
from monitor_gui.charts.time_ticks import clock_text
from monitor_gui.charts.value_axis import ValueAxis
from monitor_gui.charts.values_at import moment_beside, nearest_moment, value_at
from monitor_gui.theme.appearance import Appearance

PIXELS_A_COLUMN = 3
_MARGIN_TOP = 8
_STRIDE = 12
"""Points that one step with Shift takes."""
_LONG_MS, _SHORT_MS = 20 * 3_600_000, 7_200_000


class Chart(GraphicsView):  # type: ignore[misc]
    """The widget. Left and right move the crosshair, Shift makes larger steps, Home, End and Escape as anywhere.

    Signals:
        pointed: the crosshair has moved; None or a value (None where there is none) for each curve.
        menu_wanted: where, in global coordinates.
    """

    pointed = Signal(object)
    menu_wanted = Signal(QPoint)

    def __init__(
        self, appearance: Appearance, crosshair: Crosshair, styles: Sequence[CurveStyle], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, background=None)
        self.setMinimumSize(120, 90)
        # It paints all of itself; without this everything behind it is painted as well, each time.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(", ".join(style.name for style in styles))
        self._appearance, self._crosshair, self._styles = appearance, crosshair, tuple(styles)
        self.content = ChartContent(curves=[Points() for _ in styles])
        self._plot: Plot | None = None
        self.curves = [CurveItem(width=style.width, filled=style.filled) for style in self._styles]
        self._values, self._times, self._marks, self._cross = ValueAxis(), TimeAxis(), Marks(), CrosshairItem()
        self._build()
        appearance.changed.connect(self._dress)
        crosshair.moved.connect(self._follow_crosshair)
        self._dress()

    def _build(self) -> None:
        # A dozen items, all of which change all the time: an index of where they are only costs.
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self._cross.setVisible(False)
        # The first curve is the one that matters most: it is on top.
        for item in (self._values, self._times, *reversed(self.curves), self._marks, self._cross):
            self.scene().addItem(item)

    def show_content(self, content: ChartContent) -> None:
        """Shows other curves or another window."""
        self.content = content
        self._draw()

    def _draw(self) -> None:
        plot = self._laid_out()
        if plot is None:
            return
        self._plot = plot
        room = QRectF(0, 0, self.width(), self.height())
        tokens = self._appearance.tokens
        for item, points, style in zip(self.curves, self.content.curves, self._styles, strict=True):
            line = decimate(points, plot.window)
            item.show_line(line._replace(y=-line.y) if style.mirrored else line, plot)
        self._marks.limit, self._marks.words = self.content.limit, self.content.words
        self._marks.dots = self._newest(plot)
        self._values.show_plot(plot, tokens, room)
        self._times.show_plot(plot, tokens, self.content.zone, room)
        self._marks.show_plot(plot, tokens, room)
        self._follow_crosshair()

    def _laid_out(self) -> Plot | None:
        """The field that the size of the widget leaves; None before it has any."""
        width = self.width() - value_axis.WIDTH - MARGIN_RIGHT
        height = self.height() - _MARGIN_TOP - time_axis.HEIGHT
        if width < 20 or height < 20:
            return None
        content = self.content
        window = Window(content.start, content.end, max(1, width // PIXELS_A_COLUMN), content.gap_ms)
        return Plot(value_axis.WIDTH, _MARGIN_TOP, width, height, window, content.scale)

    def _newest(self, plot: Plot) -> list[Dot]:
        dots = []
        for points, style in zip(self.content.curves, self._styles, strict=True):
            if style.dotted and len(points.ts) and plot.holds(int(points.ts[-1])):
                dots += self._dot(int(points.ts[-1]), float(points.values[-1]), style)
        return dots

    def _dot(self, at: int, value: float | None, style: CurveStyle) -> list[Dot]:
        if value is None or not np.isfinite(value):
            return []
        return [Dot(at, -value if style.mirrored else value, self._appearance.tokens.charts[style.colour])]

    def _dress(self) -> None:
        tokens = self._appearance.tokens
        self.setBackground(tokens.surface)
        for item, style in zip(self.curves, self._styles, strict=True):
            item.dress(tokens.charts[style.colour])
        self._draw()

    def _follow_crosshair(self) -> None:
        at, plot = self._crosshair.at, self._plot
        if at is None or plot is None or not plot.holds(at):
            self._cross.setVisible(False)
            self.pointed.emit(None)
            return
        reach = self.content.gap_ms / 2
        values = [value_at(points, at, reach) for points in self.content.curves]
        dots = [dot for value, style in zip(values, self._styles, strict=True) for dot in self._dot(at, value, style)]
        span = plot.window.end - plot.window.start
        label = clock_text(at, self.content.zone, seconds=span <= _SHORT_MS, day=span > _LONG_MS)
        self._cross.show_at(plot, self._appearance.tokens, at, dots, label)
        self.pointed.emit(values)

    def close(self) -> bool:
        """As any widget: pyqtgraph takes its scene apart here while Qt still has it, and that ends the process."""
        return QWidget.close(self)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Lays everything out anew."""
        super().resizeEvent(event)
        # pyqtgraph calls it while it is still being made.
        if hasattr(self, "_cross"):
            self._draw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Moves the crosshair to the nearest point."""
        x = event.position().x()
        if self._plot is None or not self._plot.left - MARGIN_RIGHT <= x <= self._plot.right + MARGIN_RIGHT:
            self._crosshair.move_to(None)
            return
        at = self._plot.moment(x)
        nearest = nearest_moment(self.content.curves, at)
        within_reach = nearest is not None and abs(nearest - at) <= max(
            self.content.gap_ms, 4 * self._plot.window.column_ms
        )
        self._crosshair.move_to(nearest if within_reach else at)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Takes the focus, and nothing else: no panning, no zooming."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Does nothing."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Does nothing."""
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Is for the page, which scrolls."""
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Takes the crosshair away."""
        super().leaveEvent(event)
        self._crosshair.move_to(None)

    def event(self, event: QEvent) -> bool:
        """Keeps Escape for itself as long as the crosshair is there; else it leads back from the page."""
        if event.type() == QEvent.Type.ShortcutOverride and self._takes_escape(event):
            event.accept()
            return True
        return bool(super().event(event))

    def _takes_escape(self, event: QEvent) -> bool:
        return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self._crosshair.at is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Moves the crosshair; what is not for the chart is for the page."""
        stride = _STRIDE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        steps = {Qt.Key.Key_Left: -stride, Qt.Key.Key_Right: stride}.get(Qt.Key(event.key()))
        ends = {Qt.Key.Key_Home: self.content.start, Qt.Key.Key_End: self.content.end}.get(Qt.Key(event.key()))
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
        if plain and (steps is not None or ends is not None):
            at = self._crosshair.at
            where = ends if ends is not None else self.content.end if at is None else at
            self._step_to(moment_beside(self.content.curves, where, steps if at is not None and steps else 0))
        elif event.key() == Qt.Key.Key_Escape and self._crosshair.at is not None:
            self._crosshair.move_to(None)
        else:
            event.ignore()

    def _step_to(self, at: int | None) -> None:
        if at is not None:
            self._crosshair.move_to(min(max(at, self.content.start), self.content.end))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Shows that it has the keyboard."""
        super().focusInEvent(event)
        self._show_focus(event.reason() != Qt.FocusReason.MouseFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Shows that it has it no more."""
        super().focusOutEvent(event)
        self._show_focus(False)
        self._crosshair.move_to(None)

    def _show_focus(self, has_focus: bool) -> None:
        self._marks.is_focused = has_focus
        self._marks.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Asks for the menu."""
        event.accept()
        self.menu_wanted.emit(event.globalPos())
