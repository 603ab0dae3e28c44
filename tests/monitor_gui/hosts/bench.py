"""Tools for the tests of what is done about hosts."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.host import Host, NewHost
from storage.host_keys import HostKey, KeySource, fingerprint_of, trust_host_key, trusted_keys
from storage.hosts import add_host, list_hosts
from storage.requests import Request, pending_requests
from tests.real_sshd import RealSshd, current_user, make_key, read_public_key

SLOWLY_MS = 60_000

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


@dataclass
class Bench:
    """A workspace, its database, and who works there."""

    workspace: Workspace
    database: Database
    qtbot: QtBot
    window: QWidget
    folder: Path

    def add(self, host: NewHost) -> Host:
        with self.database.writing() as connection:
            return add_host(connection, host, 1)

    def hosts(self) -> list[Host]:
        with self.database.reading() as connection:
            return list_hosts(connection)

    def trust(self, key: HostKey) -> None:
        with self.database.writing() as connection:
            trust_host_key(connection, key, KeySource.PERSON, 1, replace=False)

    def trusted(self, sshd: RealSshd) -> list[str]:
        with self.database.reading() as connection:
            return [key.fingerprint for key in trusted_keys(connection, sshd.address, sshd.port)]

    def pending(self) -> list[Request]:
        with self.database.reading() as connection:
            return pending_requests(connection)

    def other_key(self, sshd: RealSshd) -> HostKey:
        """A key that the server does not have."""
        public_key = read_public_key(make_key(self.folder / "other"))
        return HostKey(sshd.address, sshd.port, "ssh-ed25519", public_key, fingerprint_of(public_key))

    def wait(self, condition: Callable[[], object]) -> None:
        """Waits for what another thread or process does."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=SLOWLY_MS)

    def settle(self) -> None:
        """Waits until every errand is done and told."""
        self.wait(lambda: self.workspace.errands.is_idle)

    def keep(self, dialog: AnyWidget) -> AnyWidget:
        """Shows a dialog; it is gone after the test."""
        self.qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        self.wait(dialog.isActiveWindow)
        return dialog

    def child(self, kind: type[AnyWidget], parent: QWidget | None = None) -> AnyWidget:
        """The dialog of that kind that is open; waits for it."""
        self.wait(lambda: self._shown(kind, parent))
        return self._shown(kind, parent)[0]

    def _shown(self, kind: type[AnyWidget], parent: QWidget | None) -> list[AnyWidget]:
        return [each for each in (parent or self.window).findChildren(kind) if each.isVisible()]

    def type(self, widget: QWidget, text: str) -> None:
        QTest.keyClicks(widget, text)

    def press(self, widget: QWidget, key: Qt.Key) -> None:
        QTest.keyClick(widget, key)


def over_ssh(sshd: RealSshd, name: str = "web") -> NewHost:
    """The server as a host to be registered."""
    return NewHost(
        name=name,
        address=sshd.address,
        port=sshd.port,
        username=current_user(),
        identity_file=str(sshd.identity),
    )


def is_open(dialog: QDialog) -> bool:
    """Whether a dialog can be seen."""
    return dialog.isVisible()


def focused() -> QWidget | None:
    """Where the keyboard is."""
    return QApplication.focusWidget()
