"""How busy each core is, and the load."""

import math
from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from alerts.thresholds import Severity, Threshold
from fleet.host_view import HostView
from fleet.order import natural_key
from monitor_gui.fleet.limits import over, share
from monitor_gui.frame.card import Card
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.host.card_head import CardHead
from monitor_gui.host.core_cells import cell_places, core_at, grid_shape
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.tokens import TYPE_SMALL, Tokens, mixed
from storage.printable import printable
from storage.quantities import percent, plain
from storage.translation import _

_HEIGHT_ONE_ROW, _HEIGHT_A_ROW = 32, 20


class CoreCard(Card):
    """A cell for each core that fills from the bottom."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.head = CardHead(appearance, "cpu", _("Per-core load"))
        self.load = TextLabel(role="subtitle")
        self.head.add(self.load)
        self.grid = CoreGrid(appearance)
        self.column.addWidget(self.head)
        self.column.addWidget(self.grid)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_view(self, view: HostView, age: str) -> None:
        """Shows the newest values."""
        self.head.show_age(age)
        loads = " · ".join(plain(view.value(name), 1) for name in ("load1", "load5", "load15"))
        text = _("load {values}").format(values=loads)
        if text != self.load.text():
            self.load.setText(text)
        cores = view.by_label("cpu_core_usage_percent")
        names = sorted(cores, key=natural_key)
        usages = [cores[name] for name in names]
        self.grid.show_cores(names, usages, view.moment.thresholds.cpu, muted=bool(age))


class CoreGrid(QWidget):
    """The cells. How far one is filled says the same as its colour."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._names: Sequence[str] = ()
        self.usages: Sequence[float] = ()
        self._limit = Threshold()
        self._is_muted = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT_ONE_ROW)
        # As the legend: it paints its ground itself.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        appearance.changed.connect(self.update)

    def show_cores(self, names: Sequence[str], usages: Sequence[float], limit: Threshold, *, muted: bool) -> None:
        """Percent of each core, in the order of the names."""
        if (list(usages), muted, list(names)) == (list(self.usages), self._is_muted, list(self._names)):
            return
        self._names, self.usages, self._limit, self._is_muted = names, usages, limit, muted
        over_it = sum(1 for usage in usages if over(usage, limit))
        self.setAccessibleName(_("{count} cores, {busy} over a limit").format(count=len(usages), busy=over_it))
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return QSize(200, self.height())

    def resizeEvent(self, _event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another width may take another number of rows."""
        self._fit()

    def _fit(self) -> None:
        rows = grid_shape(len(self.usages), self.width()).rows
        self.setFixedHeight(_HEIGHT_ONE_ROW if rows <= 1 else rows * _HEIGHT_A_ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the cells."""
        tokens = self._appearance.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.surface))
        if not self.usages:
            painter.setFont(font(TYPE_SMALL))
            painter.setPen(QColor(tokens.text_3))
            painter.drawText(QPointF(0, 20), _("No cores read yet"))
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = cell_places(len(self.usages), self.width(), self.height())
        for usage, place in zip(self.usages, places, strict=False):
            self._paint_cell(painter, QRectF(*place), usage, tokens)

    def _paint_cell(self, painter: QPainter, cell: QRectF, usage: float, tokens: Tokens) -> None:
        radius = min(4.0, cell.width() / 4)
        frame = QPainterPath()
        frame.addRoundedRect(cell, radius, radius)
        painter.fillPath(frame, QColor(tokens.track))
        part = share(usage)
        severity = over(usage, self._limit)
        filled = QRectF(cell.left(), cell.bottom() - part * cell.height(), cell.width(), part * cell.height())
        colour = QColor(self._colour(severity, part, tokens))
        # Rounded below as the cell is, straight above.
        painter.setClipRect(filled)
        painter.fillPath(frame, colour)
        painter.setClipping(False)

    def _colour(self, severity: Severity | None, part: float, tokens: Tokens) -> str:
        if self._is_muted:
            return tokens.off
        if severity is Severity.CRITICAL:
            return tokens.crit
        # The busier, the nearer to the full colour: a glance finds the busy ones.
        return tokens.warn if severity else mixed(tokens.surface, tokens.charts[0], 0.45 + 0.4 * part)

    def event(self, event: QEvent) -> bool:
        """Tells which core a cell is."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """What is said of the cell at a place; empty between two."""
        place = core_at(len(self.usages), self.width(), self.height(), at.x(), at.y())
        if place is None or not math.isfinite(self.usages[place]):
            return ""
        name = printable(self._names[place], 20)
        words = _("core {name}: {share}").format(name=name, share=percent(self.usages[place]))
        return f"<qt>{escape(words)}</qt>"
