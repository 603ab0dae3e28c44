"""One of several ways, to be chosen by pointer or keyboard: a radio button and what it means, on a card."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QFrame, QLabel, QRadioButton, QVBoxLayout, QWidget

from monitor_gui.closing.close_choice import Option
from monitor_gui.frame.breakable_text import breakable
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import RADIUS_CARD, SPACE_1, SPACE_3, SPACE_5
from storage.printable import printable

_LINE_LIMIT = 400


class OptionCard(QFrame):
    """The card of one option."""

    def __init__(
        self, appearance: Appearance, option: Option, group: QButtonGroup, parent: QWidget | None = None
    ) -> None:
        """Joins `group`, in which one is chosen at a time."""
        super().__init__(parent)
        self._appearance = appearance
        self.option = option
        self.radio = QRadioButton(option.text)
        self.radio.toggled.connect(lambda _: self.update())
        group.addButton(self.radio)
        self._line = QLabel()
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setWordWrap(True)
        self._line.setProperty("role", "text")
        self._line.setContentsMargins(SPACE_5 - 2, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_3, SPACE_3, SPACE_3)
        column.setSpacing(SPACE_1)
        column.addWidget(self.radio)
        column.addWidget(self._line)
        appearance.changed.connect(self.update)
        self.show_option(option)

    def show_option(self, option: Option) -> None:
        """Says what is known by now."""
        self.option = option
        self._line.setText(breakable(printable(option.line, _LINE_LIMIT)))
        self.radio.setEnabled(option.is_possible)
        self.radio.setAccessibleDescription(self._line.text())
        pointer = Qt.CursorShape.PointingHandCursor if option.is_possible else Qt.CursorShape.ArrowCursor
        self.setCursor(pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The whole card is the button."""
        super().mouseReleaseEvent(event)
        if self.option.is_possible:
            self.radio.setChecked(True)
            self.radio.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """The chosen one stands out."""
        tokens = self._appearance.tokens
        chosen = self.radio.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens.selection if chosen else tokens.surface))
        painter.setPen(QPen(QColor(tokens.accent if chosen else tokens.border), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CARD, RADIUS_CARD)
