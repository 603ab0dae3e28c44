"""What can be done about hosts from any page: add, edit, remove with a way back, test, trust."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from fleet.ssh_alias import SshAlias
from monitor_gui.credentials.credentials_dialog import CredentialsDialog
from monitor_gui.frame.notices import NoticeBar
from monitor_gui.hosts.alias_offers import host_of
from monitor_gui.hosts.host_dialog import HostDialog
from monitor_gui.hosts.host_retry import Retried, retry_host
from monitor_gui.hosts.host_saving import add_and_try, enable_hosts, find_by_id, remove_hosts, restore_hosts, save_host
from monitor_gui.hosts.key_look import KeyLook
from monitor_gui.hosts.subject import registered
from monitor_gui.hosts.trial_dialog import TrialDialog
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import WatchpostError
from storage.host import Host, NewHost, Transport
from storage.hosts import list_hosts
from storage.printable import printable
from storage.translation import _, ngettext

_NAME_LIMIT = 60
_NOTICE = "hosts"


class HostActions(QObject):
    """The deeds. Each returns at once; how it went is said in a dialog or in the notices.

    Signals:
        added: id of a host that was registered.
    """

    added = Signal(int)

    def __init__(self, workspace: Workspace, notices: NoticeBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._notices, self._window = workspace, notices, parent
        self._dialog: QDialog | None = None

    @property
    def dialog(self) -> QDialog | None:
        """The dialog that is open."""
        return self._dialog

    @Slot()
    def add(self, prefill: NewHost | None = None) -> None:
        """Opens the form of a new host."""

        def make() -> QDialog:
            dialog = HostDialog(self._workspace, prefill=prefill, parent=self._window)
            dialog.saved.connect(self.added)
            return dialog

        self._open(make)

    @Slot(int)
    def edit(self, host_id: int) -> None:
        """Opens the form of a host."""
        workspace, window = self._workspace, self._window
        self._with_host(host_id, lambda host: self._open(lambda: HostDialog(workspace, host=host, parent=window)))

    @Slot(int)
    def test(self, host_id: int) -> None:
        """Tests the connection to a host."""
        workspace, window = self._workspace, self._window
        self._with_host(host_id, lambda host: self._open(lambda: TrialDialog(workspace, registered(host), window)))

    @Slot(int)
    def trust(self, host_id: int) -> None:
        """Looks at the key of a host, and asks about it."""
        self._with_host(host_id, self._look_at_key)

    @Slot(int)
    def retry(self, host_id: int) -> None:
        """Has the collector try a host now, with all that wait for the same directory."""
        now_ms = self._workspace.now_ms
        self._run(lambda database: retry_host(database, host_id, now_ms()), self._retried)

    def remove(self, host_ids: Sequence[int]) -> None:
        """Takes hosts off the list at once; the notices offer the way back."""
        ids, now_ms = list(host_ids), self._workspace.now_ms
        self._run(lambda database: remove_hosts(database, ids, now_ms()), self._removed)

    def enable(self, host_ids: Sequence[int], *, enabled: bool) -> None:
        """Has hosts watched, or not any longer."""
        ids = list(host_ids)
        self._run(lambda database: enable_hosts(database, ids, enabled=enabled), _nothing)

    @Slot()
    def add_this_machine(self) -> None:
        """Registers this machine, unless it is; there is nothing to ask."""
        surroundings, now_ms = self._workspace.surroundings, self._workspace.now_ms

        def work(database: Database) -> list[Host]:
            with database.reading() as connection:
                present = [host for host in list_hosts(connection) if host.transport is Transport.LOCAL]
            return present or [save_host(database, None, surroundings.own_host(), now_ms())]

        self._run(work, self._told_added)

    def add_aliases(self, aliases: Sequence[SshAlias]) -> None:
        """Registers names of `~/.ssh/config`; what the collector's known_hosts vouches for begins at once."""
        wanted, now_ms = list(aliases), self._workspace.now_ms

        def work(database: Database) -> list[Host]:
            with database.reading() as connection:
                taken = [host.name for host in list_hosts(connection)]
            made: list[NewHost] = []
            for alias in wanted:
                made.append(host_of(alias, [*taken, *(host.name for host in made)]))
            return add_and_try(database, made, now_ms())

        self._run(work, self._told_added)

    @Slot()
    def manage_credentials(self) -> None:
        """Opens the list of credentials."""
        self._open(lambda: CredentialsDialog(self._workspace, self._window))

    def _look_at_key(self, host: Host) -> None:
        if host.transport is Transport.LOCAL:
            text = _("{name} is this machine: it is read without SSH and has no key to trust.")
            self._notices.show_notice(_NOTICE, "ok", text.format(name=_shown(host)))
            return
        name = _shown(host)

        def make() -> QDialog:
            look = KeyLook(self._workspace, registered(host), self._window)
            look.known.connect(lambda: self._say(_("The key of {name} is trusted already.").format(name=name)))
            look.trusted.connect(lambda: self._say(_("The key of {name} is trusted from now on.").format(name=name)))
            return look

        self._open(make)

    def _removed(self, hosts: list[Host]) -> None:
        if not hosts:
            self._notices.show_notice(_NOTICE, "ok", _("Already removed."))
            return
        text = ngettext("Removed {name}.", "Removed {count} hosts.", len(hosts))
        self._notices.show_notice(
            _NOTICE,
            "ok",
            text.format(name=_shown(hosts[0]), count=len(hosts)),
            _("What was recorded stays for a day; until then it comes back with the host."),
            _("&Undo"),
            lambda: self._run(lambda database: restore_hosts(database, hosts), self._restored),
        )

    def _restored(self, failures: list[WatchpostError]) -> None:
        for error in failures:
            self._failed(error)
        if not failures:
            self._say(_("Back again, with everything that was recorded."))

    def _retried(self, retried: Retried) -> None:
        if not retried.is_asked:
            text = _("No collector runs that could try it.")
            self._notices.show_notice(_NOTICE, "warn", text, _("Start it: it tries all hosts by itself then."))
            return
        text = ngettext("{name} is tried now.", "{count} hosts with the same login are tried now.", retried.count)
        self._say(text.format(name=_shown(retried.host), count=retried.count))

    def _told_added(self, hosts: list[Host]) -> None:
        text = ngettext("Added {name}.", "Added {count} hosts.", len(hosts))
        self._say(text.format(name=_shown(hosts[0]), count=len(hosts)) if hosts else _("Nothing to add."))
        for host in hosts:
            self.added.emit(host.id)

    def _say(self, text: str) -> None:
        self._notices.show_notice(_NOTICE, "ok", text)

    def _failed(self, error: WatchpostError) -> None:
        self._notices.show_notice(f"{_NOTICE}-{error.kind}", "warn", error.message, error.hint)

    def _with_host(self, host_id: int, then: Callable[[Host], None]) -> None:
        self._run(lambda database: find_by_id(database, host_id), then)

    def _run(self, work: Callable[[Database], object], done: Callable[..., None]) -> None:
        self._workspace.errands.run(work, done, self._failed, owner=self)

    def _open(self, make: Callable[[], QDialog]) -> None:
        """One at a time: a shortcut that is pressed twice opens nothing twice."""
        if self._dialog is not None:
            self._dialog.raise_()
            return
        dialog = make()
        self._dialog = dialog
        dialog.finished.connect(lambda _result: self._close(dialog))
        dialog.open()

    def _close(self, dialog: QDialog) -> None:
        self._dialog = None
        dialog.deleteLater()


def _shown(host: NewHost) -> str:
    return printable(host.name, _NAME_LIMIT)


def _nothing(_outcome: object) -> None:
    """The list shows it."""
