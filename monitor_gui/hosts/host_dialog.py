"""Adds a host or changes one: the form, the offers of `~/.ssh/config`, the connection test, the way into the list."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fleet.ssh_alias import SshAlias
from monitor_gui.credentials.credential_dialog import CredentialDialog
from monitor_gui.forms.growing_dialog import GrowingDialog
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.forms.question import ask
from monitor_gui.forms.tall_area import TallArea
from monitor_gui.frame.card import Card
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.hosts.alias_list import AliasList
from monitor_gui.hosts.connection_panel import ConnectionPanel
from monitor_gui.hosts.dialog_foot import DialogFoot
from monitor_gui.hosts.host_draft import (
    Field,
    HostDraft,
    changes_the_way,
    draft_of,
    new_host,
    problems,
    twin,
)
from monitor_gui.hosts.host_form import HostForm
from monitor_gui.hosts.host_saving import save_host
from monitor_gui.hosts.known_things import KnownThings, read_known
from monitor_gui.hosts.subject import Subject, drafted, registered
from monitor_gui.theme.tokens import SPACE_3, SPACE_4, SPACE_5
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import AlreadyExistsError, WatchpostError
from storage.host import Host, NewHost
from storage.printable import printable
from storage.secret_keeper import Credential
from storage.translation import _

_FORM_WIDTH, _LIST_WIDTH = 540, 260
_LINE_LIMIT = 600


class HostDialog(GrowingDialog):
    """For a new host, or with `host` for one that there is.

    Signals:
        saved: id of the host.
    """

    saved = Signal(int)

    def __init__(
        self,
        workspace: Workspace,
        *,
        host: Host | None = None,
        prefill: NewHost | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._host = host
        self._known = KnownThings()
        self._tested: NewHost | None = None
        self._proven: NewHost | None = None
        self._is_adding = False
        self._is_saving = False
        self.setWindowTitle("Watchpost")
        self.form = HostForm(workspace.appearance)
        given = host or prefill
        start = draft_of(given) if given else HostDraft()
        self.form.set_draft(start, name_is_typed=bool(start.name))
        self._untouched = self.form.draft
        self.aliases = AliasList(workspace)
        self.panel = ConnectionPanel(workspace)
        self._error = PlainText(role="error")
        self.foot = DialogFoot(is_new=host is None)
        self._lay_out()
        self._connect()
        self.form.address.setFocus()
        self._learn()

    @property
    def error(self) -> str:
        """What went wrong with saving."""
        return self._error.text()

    @property
    def has_changes(self) -> bool:
        """Whether something would be lost."""
        return self.form.draft != self._untouched

    def done(self, result: int) -> None:
        """A test that nobody waits for any longer is given up."""
        self.panel.stop()
        super().done(result)

    def reject(self) -> None:
        """Escape: stops a test that is on; else closes, and asks where something would be lost."""
        if self.panel.is_running:
            self._stop()
        elif self.has_changes:
            ask(
                self,
                text=_("Discard what you have typed?"),
                hint=_("Nothing has been saved yet."),
                yes=_("&Discard"),
                no=_("&Keep editing"),
                then=super().reject,
            )
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The window's own cross does what Escape does."""
        event.ignore()
        self.reject()

    def _lay_out(self) -> None:
        title = _("Edit {name}").format(name=printable(self._host.name, 60)) if self._host else _("Add a host")
        self._side = Card()
        self._side.setFixedWidth(_LIST_WIDTH)
        self._side.column.addWidget(self.aliases)
        self._side.hide()
        middle = QHBoxLayout()
        middle.setSpacing(SPACE_4)
        middle.addWidget(TallArea(self.form), 1)
        middle.addWidget(self._side)
        self.panel.hide()
        self._error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addWidget(TextLabel(title, role="title"))
        column.addLayout(middle, 1)
        column.addWidget(self.panel)
        column.addWidget(self._error)
        column.addWidget(self.foot)
        self.setMinimumWidth(_FORM_WIDTH)

    def _connect(self) -> None:
        self.form.edited.connect(self._edited)
        self.form.unfold.toggled.connect(lambda _unfolded: self.grow())
        self.form.wants_credential.connect(self._make_credential)
        self.aliases.picked.connect(self._take_alias)
        self.panel.passed.connect(self._passed)
        self.panel.failed.connect(self._failed)
        self.panel.started.connect(self._set_busy)
        self.foot.test_button.clicked.connect(self._test_or_stop)
        self.foot.cancel_button.clicked.connect(self.reject)
        self.foot.anyway_button.clicked.connect(self._save_untested)
        self.foot.go_button.clicked.connect(self._go)

    def _learn(self) -> None:
        surroundings = self._workspace.surroundings
        self._workspace.errands.run(
            lambda database: read_known(database, surroundings), self._learned, self._fail, owner=self
        )

    def _learned(self, known: KnownThings) -> None:
        self._known = known
        was_untouched = not self.has_changes
        own = self._host.name if self._host else None
        self.form.set_names([host.name for host in known.hosts if host.name != own], known.own_host.name)
        self.form.set_groups(host.group for host in known.hosts if host.group)
        self.form.credential.offer(known.credentials)
        self.aliases.offer(known.aliases)
        has_offers = self._host is None and bool(known.aliases)
        self._side.setVisible(has_offers)
        self.setMinimumWidth(_FORM_WIDTH + (_LIST_WIDTH if has_offers else 0))
        if was_untouched:
            self._untouched = self.form.draft
        self._weigh()

    def _weigh(self) -> None:
        draft, own = self.form.draft, self._host.name if self._host else None
        self.form.show_problems(problems(draft, self._known.hosts, own))
        self.form.show_twin(twin(draft, self._known.hosts, own))

    @Slot()
    def _edited(self) -> None:
        # Whether to do without a test is decided anew for another host.
        self.foot.offer_anyway(offered=False)
        self._weigh()

    def _take_alias(self, alias: SshAlias) -> None:
        draft = HostDraft(address=alias.alias, credential=self.form.credential.name)
        self.form.set_draft(draft, name_is_typed=False)
        self.form.set_names([host.name for host in self._known.hosts], self._known.own_host.name)
        self._weigh()
        self.foot.go_button.setFocus()

    def _described(self) -> NewHost | None:
        """The host in the form; None, and what is wrong is said, where it is none."""
        draft = self.form.tidy()
        found = problems(draft, self._known.hosts, self._host.name if self._host else None)
        self.form.show_problems(found, everywhere=True)
        if found:
            self.form.go_to(next(field for field in Field if field in found))
            return None
        return new_host(draft)

    def _subject(self, host: NewHost) -> Subject:
        same = self._host is not None and not changes_the_way(self._host, host)
        return registered(self._host) if self._host is not None and same else drafted(host)

    @Slot()
    def _test_or_stop(self) -> None:
        if self.panel.is_running:
            self._stop()
        elif (host := self._described()) is not None:
            self._is_adding = False
            self._start(host)

    @Slot()
    def _go(self) -> None:
        """Saves; a new host only once it was reached, or somebody has said that it may be without."""
        host = self._described()
        if host is None:
            return
        is_proven = self._proven is not None and not changes_the_way(self._proven, host)
        if self._host is not None or is_proven:
            self._save(host)
        else:
            self._is_adding = True
            self._start(host)

    def _start(self, host: NewHost) -> None:
        self._proven = None
        self._tested = host
        self._error.hide()
        self.panel.show()
        self.panel.start(self._subject(host))
        self.grow()

    def _stop(self) -> None:
        self._is_adding = False
        self.panel.stop()
        self._set_busy()

    @Slot()
    def _passed(self) -> None:
        self._proven = self._tested
        self._set_busy()
        if self._is_adding and self._tested is not None:
            self._save(self._tested)

    @Slot()
    def _failed(self) -> None:
        self._is_adding = False
        self._set_busy()
        self.foot.offer_anyway(offered=True)
        self.grow()

    @Slot()
    def _save_untested(self) -> None:
        host = self._described()
        if host is not None:
            self._save(host)

    def _save(self, host: NewHost) -> None:
        old, now_ms = self._host, self._workspace.now_ms
        self._is_saving = True
        self._set_busy()

        def work(database: Database) -> Host:
            return save_host(database, old, host, now_ms())

        self._workspace.errands.run(work, self._saved, self._not_saved, owner=self)

    def _saved(self, host: Host) -> None:
        self.saved.emit(host.id)
        self.accept()

    def _not_saved(self, error: WatchpostError) -> None:
        self._is_saving = False
        self._set_busy()
        if isinstance(error, AlreadyExistsError):
            self.form.complain(Field.NAME, _("Another host has taken this name. Give this one another."))
        else:
            self._fail(error)

    def _fail(self, error: WatchpostError) -> None:
        self._error.setText(printable(f"{error.message} {error.hint}".strip(), _LINE_LIMIT))
        self._error.show()
        self.grow()

    @Slot()
    def _set_busy(self) -> None:
        is_testing = self.panel.is_running
        self.form.setEnabled(not is_testing and not self._is_saving)
        self.aliases.setEnabled(self.form.isEnabled())
        self.foot.show_state(is_testing=is_testing, is_saving=self._is_saving)
        (self.foot.test_button if is_testing else self.foot.go_button).setFocus()

    def _make_credential(self) -> None:
        dialog = CredentialDialog(self._workspace, parent=self)
        dialog.kept.connect(self._take_credential)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object)
    def _take_credential(self, credential: Credential) -> None:
        self.form.credential.offer([*self._known.credentials, credential])
        self.form.credential.choose(credential.name)
        self._learn()
