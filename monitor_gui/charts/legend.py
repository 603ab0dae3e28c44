"""What the colours of a chart stand for, with the values at the moment that is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.tokens import TYPE_BODY
from storage.quantities import ABSENT

_DASH, _DASH_HEIGHT, _GAP, _BETWEEN = 10.0, 4.0, 6.0, 16.0
_HEIGHT, _BASELINE = 18, 13.5


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """What a curve is called, and which of the chart colours it has."""

    name: str
    colour: int


class Legend(QWidget):
    """A row of dashes, names and values. What has no room at the end is left out."""

    def __init__(self, appearance: Appearance, entries: Sequence[LegendEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._entries = tuple(entries)
        self._is_muted = False
        self.values: tuple[str, ...] = (ABSENT,) * len(self._entries)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        # It paints its ground itself: else the card, the page and the window behind it are painted each time.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        appearance.changed.connect(self.update)

    def show_values(self, values: Sequence[str], *, muted: bool = False) -> None:
        """The values as texts, in the order of the entries; muted where they are not current."""
        if tuple(values) == self.values and muted == self._is_muted:
            return
        before = self.sizeHint()
        self.values, self._is_muted = tuple(values), muted
        self.setAccessibleName(", ".join(f"{entry.name} {value}" for entry, value in self._pairs()))
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for everything."""
        widths = [self._width(entry, value) for entry, value in self._pairs()]
        return QSize(round(sum(widths) + _BETWEEN * (len(widths) - 1)) + 1, _HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It can be made narrow."""
        return QSize(24, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the entries from the left."""
        tokens = self._appearance.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), paint.colour(tokens.surface))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = 0.0
        for entry, value in self._pairs():
            width = self._width(entry, value)
            if x + width > self.width() + 1:
                break
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(paint.colour(tokens.charts[entry.colour]))
            painter.drawRoundedRect(QRectF(x, (_HEIGHT - _DASH_HEIGHT) / 2, _DASH, _DASH_HEIGHT), 2, 2)
            painter.setPen(paint.colour(tokens.text_2))
            paint.write(painter, QPointF(x + _DASH + _GAP, _BASELINE), entry.name, font(TYPE_BODY))
            painter.setPen(paint.colour(tokens.text_3 if self._is_muted else tokens.text_1))
            figures = font(TYPE_BODY, strong=True, tabular=True)
            left = x + width - paint.text_width(value, figures)
            paint.write(painter, QPointF(left, _BASELINE), value, figures)
            x += width + _BETWEEN

    def _pairs(self) -> list[tuple[LegendEntry, str]]:
        return list(zip(self._entries, self.values, strict=True))

    def _width(self, entry: LegendEntry, value: str) -> float:
        words = paint.text_width(entry.name, font(TYPE_BODY))
        figures = paint.text_width(value, font(TYPE_BODY, strong=True, tabular=True))
        return _DASH + _GAP + words + _GAP + figures
