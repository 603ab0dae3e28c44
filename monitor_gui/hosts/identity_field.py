"""The path of a key file, typed or chosen."""

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QToolButton, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from monitor_gui.theme.tokens import SPACE_1
from storage.translation import _


class IdentityField(QWidget):
    """The line and a button that opens a chooser.

    Attributes:
        editor: the line.
    """

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.editor = QLineEdit()
        self.editor.setPlaceholderText(_("the agent's keys, and those of ~/.ssh"))
        self.browse = QToolButton()
        self.browse.setProperty("kind", "icon")
        self.browse.setIconSize(QSize(16, 16))
        self.browse.setToolTip(_("Choose a key file"))
        self.browse.setAccessibleName(_("Choose a key file"))
        self.browse.clicked.connect(self.choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_1)
        row.addWidget(self.editor, 1)
        row.addWidget(self.browse)
        appearance.changed.connect(self._dress)
        self._dress()

    def choose(self) -> QFileDialog:
        """Opens the chooser where keys usually are; does not wait."""
        chooser = QFileDialog(self, _("Private key"), str(Path("~/.ssh").expanduser()))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self._chosen)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()
        return chooser

    def _chosen(self, path: str) -> None:
        self.editor.setText(path)
        self.editor.setFocus()

    def _dress(self) -> None:
        self.browse.setIcon(icon("key", self._appearance.tokens.text_2))
