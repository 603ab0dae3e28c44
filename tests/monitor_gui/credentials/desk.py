"""A workspace and who works there: a person at its dialogs, and collectors with keyrings of their own."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.credentials.credential_dialog import CredentialDialog
from monitor_gui.credentials.credentials_dialog import CredentialsDialog
from monitor_gui.credentials.keys_dialog import KeysDialog
from monitor_gui.workspace import Workspace
from poller.letterbox import Letterbox
from storage.credentials import add_credential, list_credentials, secret_of
from storage.database import Database
from storage.host import NewHost
from storage.hosts import add_host
from storage.pollers import register_poller
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from tests.in_memory import InMemory

SECRET = "correct-horse-4711"


class Desk:
    """A workspace and who works there."""

    def __init__(self, workspace: Workspace, database: Database, qtbot: QtBot, folder: Path) -> None:
        self.workspace, self.database, self.qtbot, self.folder = workspace, database, qtbot, folder

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=60_000)

    def settle(self) -> None:
        self.wait(lambda: self.workspace.errands.is_idle)

    def names(self) -> list[str]:
        with self.database.reading() as connection:
            return [each.name for each in list_credentials(connection)]

    def secret(self, name: str) -> str:
        keeper = self.workspace.surroundings.keeper(self.database)
        with self.database.reading() as connection:
            return secret_of(connection, name, keeper)

    def add(self, name: str, kind: CredentialKind = CredentialKind.PASSWORD) -> None:
        keeper = self.workspace.surroundings.keeper(self.database)
        add_credential(self.database, NewCredential(name, kind, "old"), now_ms=1, keeper=keeper)

    def use(self, name: str, host: str) -> None:
        with self.database.writing() as connection:
            add_host(connection, NewHost(name=host, address=host, credential=name), 1)

    def new(self) -> CredentialDialog:
        dialog = CredentialDialog(self.workspace)
        self.qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        self.wait(dialog.isActiveWindow)
        return dialog

    def listed(self) -> CredentialsDialog:
        dialog = CredentialsDialog(self.workspace)
        self.qtbot.addWidget(dialog)
        dialog.show()
        self.settle()
        return dialog

    def child(self, kind: type[QWidget], parent: QWidget) -> QWidget:
        self.wait(lambda: [each for each in parent.findChildren(kind) if each.isVisible()])
        return next(each for each in parent.findChildren(kind) if each.isVisible())


class Collector:
    """A real taker of envelopes, with a keyring of its own."""

    def __init__(self, desk: Desk, name: str = "mon") -> None:
        self.desk = desk
        self.keeper = SecretKeeper(KeyringChoice.SYSTEM, InMemory())
        with desk.database.writing() as connection:
            register_poller(
                connection, poller_id=name, machine="db<b>1", pid=1, version="1", now_ms=1, name=name, user="watchpost"
            )
        self.box = Letterbox(desk.database, self.keeper, lambda: name, lambda _: None)
        self.look()

    def look(self) -> None:
        asyncio.run(self.box.step())

    def secret(self, name: str) -> str:
        self.look()
        with self.desk.database.reading() as connection:
            return secret_of(connection, name, self.keeper)


def typed(desk: Desk) -> CredentialDialog:
    """The dialog with a secret that was just handed on."""
    dialog = desk.new()
    QTest.keyClicks(dialog.name, "ops")
    QTest.keyClicks(dialog.secret.editor, SECRET)
    dialog.go_button.click()
    return dialog


def keys(desk: Desk, parent: QWidget) -> KeysDialog:
    asking = desk.child(KeysDialog, parent)
    assert isinstance(asking, KeysDialog)
    return asking
