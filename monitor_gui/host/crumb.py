"""The way back: a word before the title of a page that leads to the page above."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import TYPE_TITLE

_CHEVRON, _GAP = 16, 6


class Crumb(QAbstractButton):
    """A word and a chevron after it."""

    def __init__(self, appearance: Appearance, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for both."""
        metrics = QFontMetricsF(font(TYPE_TITLE))
        return QSize(round(metrics.horizontalAdvance(self.text())) + _GAP + _CHEVRON, round(metrics.height()) + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints both; the word is clearer under the pointer, and underlined with the focus."""
        tokens = self._appearance.tokens
        painter = QPainter(self)
        face = font(TYPE_TITLE)
        width = QFontMetricsF(face).horizontalAdvance(self.text())
        painter.setFont(face)
        painter.setPen(QColor(tokens.text_1 if self.underMouse() or self.hasFocus() else tokens.text_3))
        painter.drawText(QRectF(0, 0, width + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.hasFocus():
            painter.fillRect(QRectF(0, self.height() - 2, width, 2), QColor(tokens.accent))
        chevron = pixmap("chevron-right", tokens.text_3, _CHEVRON, self.devicePixelRatioF())
        painter.drawPixmap(round(width + _GAP), (self.height() - _CHEVRON) // 2 + 1, chevron)
