"""Asks for the passphrase of the encrypted file, and takes only one that opens it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from monitor_gui.frame.breakable_text import breakable
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import WatchpostError
from storage.printable import printable
from storage.translation import _

_WIDTH = 420
_LIMIT = 1024
_WORDS_LIMIT = 300


class PassphraseDialog(QDialog):
    """`answered` is called once: with the passphrase, or with None where the person did not want to give it."""

    def __init__(
        self, workspace: Workspace, answered: Callable[[str | None], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Passphrase"))
        self.setFixedWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workspace, self._answered = workspace, answered
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setMaxLength(_LIMIT)
        self._field.setAccessibleName(_("Passphrase"))
        self._field.textChanged.connect(self._allow)
        self._error = _label("", "error")
        self._error.hide()
        self._later, self._open = QPushButton(_("&Not now")), QPushButton(_("&Open"))
        self._open.setProperty("kind", "primary")
        self._open.setDefault(True)
        self._later.clicked.connect(self.reject)
        self._open.clicked.connect(self._try)
        self._lay_out()
        self._allow()
        self._field.setFocus()

    def reject(self) -> None:
        """Escape, the cross and “Not now” are the same."""
        self._answer(None)
        super().reject()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addWidget(_label(_("Passphrase of the encrypted file"), "title"))
        column.addWidget(
            _label(
                _("The passwords of some hosts are kept in it. Without it those hosts wait, all others go on."), "text"
            )
        )
        column.addWidget(self._field)
        column.addWidget(self._error)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addStretch(1)
        buttons.addWidget(self._later)
        buttons.addWidget(self._open)
        column.addLayout(buttons)

    def _allow(self) -> None:
        self._open.setEnabled(bool(self._field.text()))

    def _try(self) -> None:
        passphrase = self._field.text()
        self._field.setEnabled(False)
        self._open.setEnabled(False)
        self._error.hide()

        def work(database: Database) -> str:
            self._workspace.surroundings.keeper(database, passphrase).check()
            return passphrase

        self._workspace.errands.run(work, self._accepted, self._refused, owner=self)

    def _accepted(self, passphrase: str) -> None:
        self._answer(passphrase)
        self.accept()

    def _refused(self, error: WatchpostError) -> None:
        self._error.setText(breakable(printable(f"{error.message} {error.hint}".strip(), _WORDS_LIMIT)))
        self._error.show()
        self.adjustSize()
        self._field.setEnabled(True)
        self._field.selectAll()
        self._field.setFocus()
        self._allow()

    def _answer(self, passphrase: str | None) -> None:
        answered, self._answered = self._answered, lambda _: None
        answered(passphrase)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label
