"""The field in which a fleet is searched: says which key leads to it, and clears itself with Escape."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from monitor_gui.fleet.face import face_of
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from storage.translation import _

_WIDTH, _LONGEST = 250, 200


class SearchField(QLineEdit):
    """Words to look for.

    Signals:
        left_downwards: the hosts below are wanted now.
    """

    left_downwards = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._keys = _("Ctrl K")
        self.setPlaceholderText(_("Search hosts, tags, IPs"))
        self.setAccessibleName(_("Search hosts"))
        self.setMaxLength(_LONGEST)
        self.setMinimumWidth(160)
        self.setMaximumWidth(_WIDTH)
        self.setFixedHeight(32)
        self._magnifier = QAction(self)
        self.addAction(self._magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(_("Clear"), self)
        self._clear.triggered.connect(self.clear)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setVisible(False)
        self.textChanged.connect(self._follow)
        appearance.changed.connect(self._dress)
        self._dress()
        self._follow()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as it may be."""
        return QSize(_WIDTH, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape clears, down leads to the hosts."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """All of the room is for what is typed."""
        super().focusInEvent(event)
        self._follow()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Says again which key leads here."""
        super().focusOutEvent(event)
        self._follow()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The field, and the key that leads to it while nothing is typed."""
        super().paintEvent(event)
        if not self._tells_key():
            return
        tokens, face = self._appearance.tokens, face_of(11, strong=True)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().adjusted(0, 7, -8, -7)
        frame.setLeft(frame.right() - self._key_width())
        painter.setPen(paint.pen(tokens.border))
        painter.setBrush(paint.colour(tokens.raised))
        painter.drawRoundedRect(frame, 4, 4)
        painter.setFont(face.font)
        painter.setPen(paint.colour(tokens.text_3))
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self._keys)
        painter.end()

    def _tells_key(self) -> bool:
        return not self.text() and not self.hasFocus()

    def _key_width(self) -> int:
        return round(face_of(11, strong=True).width(self._keys)) + 12

    def _follow(self) -> None:
        """Makes room for the key, or for the button that clears."""
        self._clear.setVisible(bool(self.text()))
        self.setTextMargins(0, 0, self._key_width() if self._tells_key() else 0, 0)

    def _dress(self) -> None:
        tokens = self._appearance.tokens
        self._magnifier.setIcon(icon("search", tokens.text_3))
        self._clear.setIcon(icon("close", tokens.text_3))
        self.update()
