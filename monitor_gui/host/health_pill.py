"""How a host is: a shape and a word on a ground of its colour."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleet.reading import Health
from fleet.state_text import state_text
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import TYPE_SMALL, health_colour, health_icon, mixed

_HEIGHT, _ICON, _PAD, _GAP = 24, 14, 10, 6


class HealthPill(QWidget):
    """The pill."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.health = Health.UNKNOWN
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        appearance.changed.connect(self.update)

    def show_health(self, health: Health) -> None:
        """Shows another state."""
        if health is not self.health or not self.accessibleName():
            self.health = health
            self.setAccessibleName(state_text(health))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the word."""
        words = QFontMetricsF(font(TYPE_SMALL, strong=True)).horizontalAdvance(state_text(self.health))
        return QSize(round(words) + 2 * _PAD + _ICON + _GAP, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints it."""
        tokens = self._appearance.tokens
        colour = health_colour(tokens, self.health.value)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mixed(tokens.bg, colour, 0.16)))
        painter.drawRoundedRect(QRectF(self.rect()), _HEIGHT / 2, _HEIGHT / 2)
        picture = pixmap(health_icon(self.health.value), colour, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(_PAD, (_HEIGHT - _ICON) // 2, picture)
        painter.setFont(font(TYPE_SMALL, strong=True))
        painter.setPen(QColor(colour))
        words = QRectF(self.rect()).adjusted(_PAD + _ICON + _GAP, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), state_text(self.health))
