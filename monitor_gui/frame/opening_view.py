"""What stands in the window until its first page is there: nothing for a moment, then what it is waiting for."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import SPACE_3, SPACE_4
from storage.errors import WatchpostError
from storage.translation import _

_PATIENCE_MS = 700
"""A sentence that is gone before it can be read only disturbs."""
_TEXT_WIDTH = 520
_ICON_SIZE = 32


class OpeningView(QWidget):
    """Says that the database is being opened, or why it cannot be.

    Signals:
        wants_retry: a person does not want to wait for the next try.
    """

    wants_retry = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icon = QLabel()
        self._text = _line("heading")
        self._hint = _line("text")
        self._retry = QPushButton(_("Try again"))
        self._retry.clicked.connect(self.wants_retry)
        buttons = QHBoxLayout()
        buttons.addWidget(self._retry)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(SPACE_3)
        column.addStretch(2)
        for widget in (self._icon, self._text, self._hint):
            column.addWidget(widget)
        column.addSpacing(SPACE_4)
        column.addLayout(buttons)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addLayout(column)
        row.addStretch(1)
        for hidden in (self._icon, self._text, self._hint, self._retry):
            hidden.hide()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._say_what_happens)
        self._patience.start(_PATIENCE_MS)

    def show_failure(self, failure: WatchpostError) -> None:
        """Says what is wrong and what to do; it goes on by itself when that was mended."""
        self._patience.stop()
        self._icon.setPixmap(
            pixmap("triangle-alert", self._appearance.tokens.warn, _ICON_SIZE, self.devicePixelRatioF())
        )
        _say(self._text, failure.message)
        again = _("Watchpost keeps trying.")
        _say(self._hint, f"{failure.hint}\n{again}".strip())
        self._retry.show()
        self._icon.show()

    def _say_what_happens(self) -> None:
        _say(self._text, _("Opening the database …"))


def _line(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setFixedWidth(_TEXT_WIDTH)
    return label


def _say(label: QLabel, text: str) -> None:
    from PySide6.QtCore import Qt  # noqa: PLC0415 - not before the first paint: it takes 40 ms

    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setText(text)
    label.show()
