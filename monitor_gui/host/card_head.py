"""The first line of a card: what it is about, how old its values are, and its figure."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.paint import colour, text_width
from monitor_gui.theme.tokens import SPACE_2, TYPE_BODY, TYPE_STRONG, TYPE_TITLE

_ICON_SIZE = 16
_HEIGHT = 26


class CardHead(QWidget):
    """Icon and title to the left; what is added stands to the right."""

    def __init__(self, appearance: Appearance, icon: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance, self._icon_name = appearance, icon
        self.setFixedHeight(_HEIGHT)
        self._icon = QLabel()
        self._title = TextLabel(title, role="heading")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._title.setMinimumWidth(round(text_width(title, font(TYPE_STRONG, strong=True))) + 2)
        self._age = TextLabel(role="muted")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_2)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._title)
        self._row.addWidget(self._age, 1)
        appearance.changed.connect(self._dress)
        self._dress()

    def add(self, widget: QWidget) -> None:
        """Puts something to the right."""
        self._row.addWidget(widget)

    def show_age(self, text: str) -> None:
        """`as of 14:05` where the values are not current; empty where they are."""
        if self._age.text() != text:
            self._age.setText(text)

    @property
    def age(self) -> str:
        """What is said of it."""
        return self._age.text()

    def _dress(self) -> None:
        tokens = self._appearance.tokens
        self._icon.setPixmap(pixmap(self._icon_name, tokens.text_3, _ICON_SIZE, self.devicePixelRatioF()))


class Figure(QWidget):
    """A large number with what it is measured in beside it."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.number, self.unit = "", ""
        self._is_muted = False
        self.setFixedHeight(_HEIGHT)
        # As the legend: it paints its ground itself.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        appearance.changed.connect(self.update)

    def show_number(self, number: str, unit: str, *, muted: bool = False) -> None:
        """Shows it; muted where it is not current."""
        if (number, unit, muted) == (self.number, self.unit, self._is_muted):
            return
        before = self.sizeHint()
        self.number, self.unit, self._is_muted = number, unit, muted
        self.setAccessibleName(f"{number} {unit}".strip())
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for both."""
        words = text_width(self.unit, font(TYPE_BODY))
        return QSize(round(self._number_width() + words) + 8, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints both on one line of writing."""
        tokens = self._appearance.tokens
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(tokens.surface))
        room = QRectF(self.rect())
        painter.setFont(font(TYPE_TITLE, strong=True, tabular=True))
        painter.setPen(colour(tokens.text_3 if self._is_muted else tokens.text_1))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, int(left), self.number)
        painter.setFont(font(TYPE_BODY))
        painter.setPen(colour(tokens.text_3))
        painter.drawText(room.adjusted(self._number_width() + 6, 2, 0, 0), int(left), self.unit)

    def _number_width(self) -> float:
        return text_width(self.number, font(TYPE_TITLE, strong=True, tabular=True))
