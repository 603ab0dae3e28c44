"""What is being done before the window closes, and what went wrong with it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from monitor_gui.frame.breakable_text import breakable
from monitor_gui.theme.tokens import SPACE_3, SPACE_5
from storage.errors import WatchpostError
from storage.printable import printable
from storage.translation import _

_WIDTH = 420
_BAR_HEIGHT = 6
_WORDS_LIMIT = 600


class ProgressDialog(QDialog):
    """It cannot be closed while the work lasts; that is bounded elsewhere. Afterwards it is accepted by its button."""

    def __init__(self, text: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Watchpost")
        self.setFixedWidth(_WIDTH)
        self.setWindowFlag(Qt.WindowType.WindowCloseButtonHint, on=False)
        self._text, self._hint = _label(text, "heading"), _label(hint, "text")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(_BAR_HEIGHT)
        self._button = QPushButton()
        self._button.setDefault(True)
        self._button.hide()
        self._button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        for widget in (self._text, self._hint, self._bar):
            column.addWidget(widget)
        column.addLayout(buttons)

    def show_failure(self, text: str, error: WatchpostError, button: str) -> None:
        """Says what went wrong; the dialog is accepted when the person has read it."""
        self._text.setText(text)
        self._hint.setText(breakable(printable(f"{error.message} {error.hint}".strip(), _WORDS_LIMIT)))
        self._bar.hide()
        self._button.setText(button)
        self._button.show()
        self._button.setFocus()
        self.adjustSize()

    def reject(self) -> None:
        """Escape does the same as the button, once there is one."""
        if not self._button.isHidden():
            self.accept()


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def stopping(parent: QWidget) -> ProgressDialog:
    """While the poller ends."""
    return ProgressDialog(
        _("Stopping the collector …"), _("What it has read is stored first. This may take some seconds."), parent
    )


def installing(parent: QWidget) -> ProgressDialog:
    """While the service takes over."""
    return ProgressDialog(
        _("Installing the service …"), _("The collector ends here and begins there. No reading is lost."), parent
    )
