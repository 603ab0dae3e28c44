"""Asks for the passphrase of the encrypted file with the secrets."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from monitor_gui.forms.labelled_field import LabelledField
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.forms.secret_field import SecretField
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from storage.translation import _

_WIDTH = 440


class PassphraseDialog(QDialog):
    """A new passphrase is asked for twice.

    Signals:
        given: the passphrase.
    """

    given = Signal(str)

    def __init__(self, appearance: Appearance, *, is_new: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Watchpost")
        self.setMinimumWidth(_WIDTH)
        self._is_new = is_new
        self.secret, self.again = SecretField(appearance), SecretField(appearance)
        self._field = LabelledField(_("&Passphrase"), self.secret.editor, beside=self.secret)
        self._field_again = LabelledField(_("The same &again"), self.again.editor, beside=self.again)
        self._field_again.setVisible(is_new)
        cancel = QPushButton(_("&Cancel"))
        cancel.clicked.connect(self.reject)
        self.go_button = QPushButton(_("&Make the file") if is_new else _("&Open"))
        self.go_button.setProperty("kind", "primary")
        self.go_button.setDefault(True)
        self.go_button.clicked.connect(self._give)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addWidget(TextLabel(_("Passphrase of the encrypted file"), role="title"))
        column.addWidget(PlainText(_explanation(is_new=is_new), role="subtitle"))
        column.addWidget(self._field)
        column.addWidget(self._field_again)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.go_button)
        column.addLayout(row)
        self.secret.setFocus()

    def done(self, result: int) -> None:
        """Nothing stays in the fields."""
        self.secret.clear()
        self.again.clear()
        super().done(result)

    def _give(self) -> None:
        if self.secret.is_empty():
            self._field.complain(_("An empty passphrase protects nothing."))
            self.secret.setFocus()
            return
        if self._is_new and self.secret.editor.text() != self.again.editor.text():
            self._field_again.complain(_("The two are not the same."))
            self.again.clear()
            self.again.setFocus()
            return
        self.given.emit(self.secret.take())
        self.accept()


def _explanation(*, is_new: bool) -> str:
    if is_new:
        return _(
            "Secrets are kept in an encrypted file here. Choose its passphrase: without it, the secrets in it are lost."
        )
    return _("Secrets are kept in an encrypted file here. Its passphrase opens it; it is not stored.")
