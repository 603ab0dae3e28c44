"""A field of a form: what it is called, the widget, and below it what is wrong or worth knowing."""

from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from monitor_gui.forms.plain_text import PlainText
from monitor_gui.theme.tokens import SPACE_1


class LabelledField(QWidget):
    """One field.

    Attributes:
        editor: the widget that takes the focus.
    """

    def __init__(self, text: str, editor: QWidget, *, beside: QWidget | None = None) -> None:
        """Takes the text of the label, with a mnemonic, and what is shown in place of the bare editor, if anything."""
        super().__init__()
        self.editor = editor
        self._label = QLabel(text)
        self._label.setProperty("role", "subtitle")
        self._label.setBuddy(editor)
        editor.setAccessibleName(text.replace("&", ""))
        self._note = PlainText()
        self._note.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_1)
        column.addWidget(self._label)
        column.addWidget(beside or editor)
        column.addWidget(self._note)

    @property
    def note(self) -> str:
        """What stands below it."""
        return self._note.text()

    def complain(self, sentence: str) -> None:
        """Says what is wrong; nothing is, where that is empty."""
        self._say(sentence, "error")

    def remark(self, sentence: str) -> None:
        """Says what is worth knowing."""
        self._say(sentence, "warning")

    def _say(self, sentence: str, role: str) -> None:
        self._note.setText(sentence)
        self._note.set_role(role)
        self._note.setVisible(bool(sentence))
        self.editor.setAccessibleDescription(sentence)
        if isinstance(self.editor, QLineEdit):
            self._mark("error" if sentence and role == "error" else "")

    def _mark(self, state: str) -> None:
        if self.editor.property("state") != state:
            self.editor.setProperty("state", state)
            self.editor.style().unpolish(self.editor)
            self.editor.style().polish(self.editor)
