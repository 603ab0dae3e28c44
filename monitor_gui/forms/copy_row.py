"""A line to be copied by hand or with a button, such as a command."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from monitor_gui.forms.plain_text import FixedText
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from monitor_gui.theme.tokens import SPACE_2, SPACE_3
from storage.translation import _


class CopyRow(QFrame):
    """The line and its button."""

    def __init__(self, appearance: Appearance, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text
        self.setObjectName("segments")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_3, 2, 2, 2)
        row.setSpacing(SPACE_2)
        row.addWidget(FixedText(text), 1)
        button = QToolButton()
        button.setProperty("kind", "bare")
        button.setToolTip(_("Copy"))
        button.setAccessibleName(_("Copy the command"))
        button.setIcon(icon("copy", appearance.tokens.text_2))
        button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        row.addWidget(button)
