"""All credentials: new ones, another secret for one, and removal of those that no host uses."""

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from monitor_gui.credentials.credential_dialog import CredentialDialog
from monitor_gui.credentials.credential_list import (
    ListedCredential,
    kind_text,
    missing_text,
    read_listed,
    use_text,
)
from monitor_gui.credentials.keeping import Deed, Outcome, PassphraseWanted, keep
from monitor_gui.credentials.keys_dialog import KeysDialog
from monitor_gui.credentials.passphrase_dialog import PassphraseDialog
from monitor_gui.credentials.storing import Doubts, Wish, store
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.forms.question import ask
from monitor_gui.frame.card import Card
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from monitor_gui.workspace import Workspace
from storage.credentials import remove_credential
from storage.database import Database
from storage.errors import WatchpostError
from storage.printable import printable
from storage.secret_keeper import Credential, SecretKeeper
from storage.translation import _

_SIZE = (760, 420)
_WIDTHS = (150, 150, 240)
"""Pixels of all columns but the last."""
_LINE_LIMIT = 600


class CredentialsDialog(QDialog):
    """The list.

    Signals:
        changed: a credential was added, changed or removed.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._listed: list[ListedCredential] = []
        self.setWindowTitle("Watchpost")
        self.resize(*_SIZE)
        self._model = QStandardItemModel(0, 4, self)
        self._model.setHorizontalHeaderLabels([_("Name"), _("Kind"), _("Used by"), _("Missing at")])
        self.table = QTableView()
        self._dress_table()
        self._empty = PlainText(
            _("No credentials yet. Hosts that log in with keys or the agent need none."), role="text"
        )
        self._error = PlainText(role="error")
        self._error.hide()
        self.new_button = QPushButton(_("&New credential…"))
        self.replace_button = QPushButton(_("&Replace the secret…"))
        self.send_button = QPushButton(_("&Send"))
        self.send_button.setToolTip(_("Seals the secret for the collectors that have not got it."))
        self.remove_button = QPushButton(_("Re&move"))
        self.close_button = QPushButton(_("&Close"))
        self.new_button.clicked.connect(self._add)
        self.replace_button.clicked.connect(self._replace)
        self.send_button.clicked.connect(lambda: self._send(None, None))
        self.remove_button.clicked.connect(self._remove)
        self.close_button.clicked.connect(self.accept)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._weigh())
        self.table.doubleClicked.connect(lambda _index: self._replace())
        shortcut = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.table, self._remove)
        shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._lay_out()
        self._fill([])
        self.read()

    @property
    def chosen(self) -> ListedCredential | None:
        """The one that is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self._listed[rows[0].row()] if rows and rows[0].row() < len(self._listed) else None

    @property
    def error(self) -> str:
        """What went wrong."""
        return self._error.text()

    def read(self) -> None:
        """Reads the list anew."""

        def look(database: Database) -> list[ListedCredential]:
            with database.reading() as connection:
                return read_listed(connection)

        self._workspace.errands.run(look, self._fill, self._fail, owner=self)

    def _dress_table(self) -> None:
        self.table.setModel(self._model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(34)
        self.table.setAccessibleName(_("Credentials"))
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for section, width in enumerate(_WIDTHS):
            header.resizeSection(section, width)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addWidget(TextLabel(_("Credentials"), role="title"))
        column.addWidget(
            PlainText(
                _("Passwords and passphrases by name. The secrets themselves are in the keyring."), role="subtitle"
            )
        )
        card = Card()
        card.column.addWidget(self._empty)
        card.column.addWidget(self.table, 1)
        column.addWidget(card, 1)
        column.addWidget(self._error)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        for button in (self.new_button, self.replace_button, self.send_button, self.remove_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        column.addLayout(row)

    def _fill(self, listed: list[ListedCredential]) -> None:
        chosen = self.chosen.credential.id if self.chosen else None
        self._listed = listed
        self._model.setRowCount(0)
        for each in listed:
            texts = (
                printable(each.credential.name),
                kind_text(each.credential.kind),
                use_text(each.hosts),
                missing_text(each.missing_at),
            )
            self._model.appendRow([QStandardItem(text) for text in texts])
        self._empty.setVisible(not listed)
        self.table.setVisible(bool(listed))
        if listed:
            ids = [each.credential.id for each in listed]
            row = ids.index(chosen) if chosen in ids else 0
            select = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(self._model.index(row, 0), select)
        self._weigh()

    def _weigh(self) -> None:
        chosen = self.chosen
        self.replace_button.setEnabled(chosen is not None)
        self.send_button.setEnabled(chosen is not None and bool(chosen.missing_at))
        is_free = chosen is not None and not chosen.hosts
        self.remove_button.setEnabled(is_free)
        self.remove_button.setToolTip(
            "" if is_free or chosen is None else _("Hosts use it: give them another one first.")
        )

    def _add(self) -> None:
        self._open(CredentialDialog(self._workspace, parent=self))

    def _replace(self) -> None:
        if self.chosen is not None:
            self._open(CredentialDialog(self._workspace, replacing=self.chosen.credential, parent=self))

    def _open(self, dialog: CredentialDialog) -> None:
        dialog.kept.connect(lambda _credential: self._changed())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _send(self, passphrase: str | None, confirmed: list[bytes] | None) -> None:
        if self.chosen is None:
            return
        wish = Wish(self.chosen.credential, confirmed=confirmed)
        known, now_ms = self._workspace.surroundings.known_pollers, self._workspace.now_ms

        def deed(database: Database, keeper: SecretKeeper) -> Credential | Doubts:
            return store(database, keeper, known, wish, now_ms())

        def done(outcome: Credential | Doubts) -> None:
            if not isinstance(outcome, Doubts):
                self._changed()
                return
            asking = KeysDialog(outcome.found.unconfirmed, self)
            asking.decided.connect(lambda keys: self._send(passphrase, keys))
            asking.finished.connect(asking.deleteLater)
            asking.open()

        self._keep(deed, passphrase, done, lambda words: self._send(words, confirmed))

    def _remove(self) -> None:
        chosen = self.chosen
        if chosen is None or chosen.hosts:
            return
        ask(
            self,
            text=_("Remove the credential “{name}”?").format(name=printable(chosen.credential.name, 60)),
            hint=_("Its secret is taken out of the keyring. This cannot be undone."),
            yes=_("&Remove"),
            then=lambda: self._remove_now(chosen.credential.name, None),
        )

    def _remove_now(self, name: str, passphrase: str | None) -> None:
        def deed(database: Database, keeper: SecretKeeper) -> None:
            remove_credential(database, name, keeper=keeper)

        self._keep(deed, passphrase, lambda _nothing: self._changed(), lambda words: self._remove_now(name, words))

    def _keep(
        self,
        deed: Deed[Outcome],
        passphrase: str | None,
        done: Callable[[Outcome], None],
        again: Callable[[str], None],
    ) -> None:
        """Does it; `again` is called with the passphrase of the encrypted file when that has to be typed first."""

        def ask_passphrase(wanted: PassphraseWanted) -> None:
            asking = PassphraseDialog(self._workspace.appearance, is_new=wanted.is_new, parent=self)
            asking.given.connect(again)
            asking.finished.connect(asking.deleteLater)
            asking.open()

        keep(self._workspace, deed, passphrase, done=done, wanted=ask_passphrase, failed=self._fail, owner=self)

    def _changed(self) -> None:
        self._error.hide()
        self.changed.emit()
        self.read()

    def _fail(self, error: WatchpostError) -> None:
        self._error.setText(printable(f"{error.message} {error.hint}".strip(), _LINE_LIMIT))
        self._error.show()
