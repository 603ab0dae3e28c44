"""Names a secret and hands it to the keyring, or gives one that has a name another secret."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from monitor_gui.credentials.keeping import PassphraseWanted, keep
from monitor_gui.credentials.keys_dialog import KeysDialog
from monitor_gui.credentials.passphrase_dialog import PassphraseDialog
from monitor_gui.credentials.storing import Doubts, Wish, store
from monitor_gui.forms.labelled_field import LabelledField
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.forms.secret_field import SecretField
from monitor_gui.frame.segments import Segment, Segments
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from monitor_gui.workspace import Workspace
from storage.credentials import NAME_LIMIT
from storage.database import Database
from storage.errors import AlreadyExistsError, WatchpostError
from storage.printable import printable
from storage.secret_keeper import Credential, CredentialKind, NewCredential, SecretKeeper
from storage.translation import _

_WIDTH = 440
_LINE_LIMIT = 600
_NAME_LIMIT = 60


class CredentialDialog(QDialog):
    """For a new credential, or with `replacing` for another secret of an old one.

    The secret leaves its field when it is handed on, is held until it is kept or given up, and is never shown, logged
    or put on the clipboard by us.

    Signals:
        kept: the `Credential`.
    """

    kept = Signal(object)

    def __init__(
        self, workspace: Workspace, *, replacing: Credential | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._replacing = replacing
        self._held = ""
        self._passphrase: str | None = None
        self._confirmed: list[bytes] | None = None
        self.setWindowTitle("Watchpost")
        self.setMinimumWidth(_WIDTH)
        self.name = QLineEdit(printable(replacing.name) if replacing else "")
        self.name.setMaxLength(NAME_LIMIT)
        self.name.setPlaceholderText(_("for example office-admin"))
        self.name.setEnabled(replacing is None)
        self.kind = Segments(
            workspace.appearance,
            (
                Segment(key=CredentialKind.PASSWORD.value, text=_("Password of a login")),
                Segment(key=CredentialKind.PASSPHRASE.value, text=_("Passphrase of a key")),
            ),
        )
        self.kind.choose((replacing.kind if replacing else CredentialKind.PASSWORD).value)
        self.kind.setEnabled(replacing is None)
        self.secret = SecretField(workspace.appearance)
        self._name_field = LabelledField(_("&Name"), self.name)
        self._secret_field = LabelledField(_("&Secret"), self.secret.editor, beside=self.secret)
        self._error = PlainText(role="error")
        self._error.hide()
        self.cancel_button = QPushButton(_("&Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self.go_button = QPushButton(_("&Replace") if replacing else _("&Store"))
        self.go_button.setProperty("kind", "primary")
        self.go_button.setDefault(True)
        self.go_button.clicked.connect(self._go)
        self.name.textEdited.connect(lambda _text: self._name_field.complain(""))
        self.secret.editor.textEdited.connect(lambda _text: self._secret_field.complain(""))
        self._lay_out()
        (self.secret if replacing else self.name).setFocus()

    @property
    def complaints(self) -> str:
        """Everything that is said to be wrong."""
        said = (self._name_field.note, self._secret_field.note, self._error.text())
        return "\n".join(text for text in said if text)

    def done(self, result: int) -> None:
        """Nothing stays behind."""
        self._held, self._passphrase = "", None
        self.secret.clear()
        super().done(result)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addWidget(TextLabel(_("Replace the secret") if self._replacing else _("New credential"), role="title"))
        column.addWidget(
            PlainText(
                _("The secret goes into the keyring; the database only knows its name. Many hosts can share one."),
                role="subtitle",
            )
        )
        column.addWidget(self._name_field)
        kinds = QHBoxLayout()
        kinds.addWidget(self.kind)
        kinds.addStretch(1)
        column.addLayout(kinds)
        column.addWidget(self._secret_field)
        column.addWidget(self._error)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.go_button)
        column.addLayout(row)

    def _go(self) -> None:
        if not self.name.text().strip():
            self._name_field.complain(_("Give it a name, by which hosts will use it."))
            self.name.setFocus()
        elif self.secret.is_empty():
            self._secret_field.complain(_("The secret is empty."))
            self.secret.setFocus()
        else:
            self._held = self.secret.take()
            self._keep(None)

    def _keep(self, passphrase: str | None) -> None:
        self._set_busy(True)
        self._error.hide()
        self._passphrase = passphrase
        new = NewCredential(self.name.text().strip(), CredentialKind(self.kind.key), self._held)
        wish = Wish(self._replacing, new, self._confirmed)
        known, now_ms = self._workspace.surroundings.known_pollers, self._workspace.now_ms

        def deed(database: Database, keeper: SecretKeeper) -> Credential | Doubts:
            return store(database, keeper, known, wish, now_ms())

        keep(
            self._workspace,
            deed,
            passphrase,
            done=self._done,
            wanted=self._ask_passphrase,
            failed=self._failed,
            owner=self,
        )

    def _done(self, outcome: Credential | Doubts) -> None:
        if isinstance(outcome, Doubts):
            self._ask_about_keys(outcome)
            return
        self._held = ""
        self.kept.emit(outcome)
        self.accept()

    def _ask_about_keys(self, doubts: Doubts) -> None:
        asking = KeysDialog(doubts.found.unconfirmed, self)
        asking.decided.connect(self._go_on)
        asking.rejected.connect(self._let_go)
        asking.finished.connect(asking.deleteLater)
        asking.open()

    def _go_on(self, confirmed: list[bytes]) -> None:
        self._confirmed = confirmed
        self._keep(self._passphrase)

    def _ask_passphrase(self, wanted: PassphraseWanted) -> None:
        asking = PassphraseDialog(self._workspace.appearance, is_new=wanted.is_new, parent=self)
        asking.given.connect(self._keep)
        asking.rejected.connect(self._let_go)
        asking.finished.connect(asking.deleteLater)
        asking.open()

    def _failed(self, error: WatchpostError) -> None:
        self._let_go()
        if isinstance(error, AlreadyExistsError):
            taken = _("There is a credential “{name}” already.")
            self._name_field.complain(taken.format(name=printable(self.name.text(), _NAME_LIMIT)))
            self.name.setFocus()
            return
        self._error.setText(printable(f"{error.message} {error.hint}".strip(), _LINE_LIMIT))
        self._error.show()

    def _let_go(self) -> None:
        """The secret has to be typed once more: it is not put back into the field."""
        self._held, self._passphrase, self._confirmed = "", None, None
        self._set_busy(False)
        self.secret.setFocus()

    def _set_busy(self, busy: bool) -> None:
        self.go_button.setEnabled(not busy)
        self.go_button.setText(_("Storing …") if busy else _("&Replace") if self._replacing else _("&Store"))
        for widget in (self.secret, self.name, self.kind):
            widget.setEnabled(not busy and (widget is self.secret or self._replacing is None))
