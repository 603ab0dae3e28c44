"""A field for a secret: hidden, shown for a moment with the eye, and emptied when it is taken out."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from monitor_gui.theme.tokens import SPACE_1
from storage.translation import _

_LIMIT = 8192


class SecretField(QWidget):
    """The field and its eye.

    Attributes:
        editor: the line that takes the focus.
    """

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.editor = QLineEdit()
        self.editor.setMaxLength(_LIMIT)
        # Neither dictionaries nor the input method shall learn it.
        hidden = Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
        self.editor.setInputMethodHints(hidden | Qt.InputMethodHint.ImhNoPredictiveText)
        self._eye = QToolButton()
        self._eye.setProperty("kind", "icon")
        self._eye.setCheckable(True)
        self._eye.setIconSize(QSize(16, 16))
        self._eye.toggled.connect(self._show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_1)
        row.addWidget(self.editor, 1)
        row.addWidget(self._eye)
        self.setFocusProxy(self.editor)
        appearance.changed.connect(self._dress)
        self._show(False)

    def is_shown(self) -> bool:
        """Whether it can be read on the screen."""
        return self.editor.echoMode() is QLineEdit.EchoMode.Normal

    def is_empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.editor.text()

    def take(self) -> str:
        """The secret; it is in the field no longer, nor can it be brought back with undo."""
        secret = self.editor.text()
        self.clear()
        return secret

    def clear(self) -> None:
        """Forgets what was typed, and hides what comes next."""
        # setText, unlike clear, leaves nothing to undo.
        self.editor.setText("")
        self._eye.setChecked(False)

    def _show(self, shown: bool) -> None:
        self.editor.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._dress()

    def _dress(self) -> None:
        text = _("Hide it") if self.is_shown() else _("Show it")
        self._eye.setToolTip(text)
        self._eye.setAccessibleName(text)
        self._eye.setIcon(icon("eye-off" if self.is_shown() else "eye", self._appearance.tokens.text_2))
