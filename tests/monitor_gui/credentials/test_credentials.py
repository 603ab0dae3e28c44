"""Credentials: named, entered, replaced, removed; their secrets are nowhere but in the keyring."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from monitor_gui.credentials.credential_dialog import CredentialDialog
from monitor_gui.credentials.credential_list import use_text
from monitor_gui.credentials.credentials_dialog import CredentialsDialog
from monitor_gui.credentials.keys_dialog import KeysDialog
from monitor_gui.credentials.passphrase_dialog import PassphraseDialog
from monitor_gui.credentials.storing import Wish
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.forms.secret_field import SecretField
from monitor_gui.workspace import Workspace
from poller.letterbox import Letterbox
from storage.credentials import add_credential, list_credentials, secret_of
from storage.database import Database
from storage.errors import KeyringUnavailableError
from storage.host import NewHost
from storage.hosts import add_host
from storage.keyring_identity import IDENTITY_NOTE
from storage.keyrings import open_keeper
from storage.pollers import register_poller
from storage.secret_keeper import CredentialKind, KeyringChoice, NewCredential, SecretKeeper
from tests.in_memory import InMemory
from tests.monitor_gui.surroundings import TestSurroundings

SECRET = "correct-horse-4711"


class Desk:
    """A workspace and who works there."""

    def __init__(self, workspace: Workspace, database: Database, qtbot: QtBot, folder: Path) -> None:
        self.workspace, self.database, self.qtbot, self.folder = workspace, database, qtbot, folder

    def wait(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=30_000)

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


@pytest.fixture
def desk(workspace: Workspace, database: Database, qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(workspace, database, qtbot, tmp_path)
    yield made
    made.settle()


def test_a_secret_goes_into_the_keyring_and_nowhere_else(
    desk: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    dialog = desk.new()
    QTest.keyClicks(dialog.name, " ops ")
    QTest.keyClicks(dialog.secret.editor, SECRET)
    QTest.keyClick(dialog.secret.editor, Qt.Key.Key_Return)
    assert dialog.secret.is_empty()
    desk.wait(lambda: not dialog.isVisible())
    assert desk.names() == ["ops"]
    assert desk.secret("ops") == SECRET
    dialog.secret.editor.undo()
    assert dialog.secret.is_empty()
    assert SECRET not in map(str, vars(dialog).values())
    assert SECRET not in QGuiApplication.clipboard().text()
    assert SECRET not in caplog.text + "".join(capfd.readouterr())
    for path in desk.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_the_eye_shows_the_secret_until_it_is_taken(desk: Desk) -> None:
    field = SecretField(desk.workspace.appearance)
    desk.qtbot.addWidget(field)
    QTest.keyClicks(field.editor, SECRET)
    assert not field.is_shown()
    assert field.editor.displayText() != SECRET
    field.findChildren(QWidget)[-1].click()  # type: ignore[attr-defined]
    assert field.is_shown()
    assert field.take() == SECRET
    assert not field.is_shown()
    assert field.is_empty()


def test_what_is_missing_is_said_at_its_field(desk: Desk) -> None:
    dialog = desk.new()
    dialog.go_button.click()
    assert "Give it a name" in dialog.complaints
    assert QApplication.focusWidget() is dialog.name
    QTest.keyClicks(dialog.name, "ops")
    dialog.go_button.click()
    assert dialog.complaints == "The secret is empty."


def test_a_name_that_is_taken_is_told_and_the_secret_has_to_be_typed_again(desk: Desk) -> None:
    desk.add("ops")
    dialog = desk.new()
    QTest.keyClicks(dialog.name, "ops")
    QTest.keyClicks(dialog.secret.editor, SECRET)
    dialog.go_button.click()
    desk.wait(lambda: dialog.complaints)
    assert "There is a credential “ops” already." in dialog.complaints
    assert dialog.isVisible()
    assert dialog.secret.is_empty()


def test_the_kind_is_kept(desk: Desk) -> None:
    dialog = desk.new()
    QTest.keyClicks(dialog.name, "key")
    QTest.keyClick(dialog.kind, Qt.Key.Key_Right)
    QTest.keyClicks(dialog.secret.editor, SECRET)
    dialog.go_button.click()
    desk.wait(desk.names)
    with desk.database.reading() as connection:
        assert list_credentials(connection)[0].kind is CredentialKind.PASSPHRASE


def test_without_a_keyring_the_way_out_is_told_and_nothing_is_stored(
    desk: Desk, surroundings: TestSurroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Nowhere:
        def check(self) -> None:
            raise KeyringUnavailableError("There is no keyring here.", hint="Start one.")

        def read(self, name: str) -> str | None:
            raise KeyringUnavailableError("There is no keyring here.", hint="Start one.")

        def write(self, name: str, secret: str) -> None:
            raise KeyringUnavailableError("There is no keyring here.", hint="Start one.")

        def delete(self, name: str) -> None:
            raise KeyringUnavailableError("There is no keyring here.", hint="Start one.")

    keeper = SecretKeeper(KeyringChoice.SYSTEM, Nowhere())
    monkeypatch.setattr(surroundings, "keeper", lambda database, passphrase=None: keeper)
    dialog = desk.new()
    QTest.keyClicks(dialog.name, "ops")
    QTest.keyClicks(dialog.secret.editor, SECRET)
    dialog.go_button.click()
    desk.wait(lambda: dialog.complaints)
    assert dialog.complaints == "There is no keyring here. Start one."
    assert desk.names() == []
    assert dialog.go_button.isEnabled()


@pytest.fixture
def encrypted(desk: Desk, surroundings: TestSurroundings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets in an encrypted file, whose passphrase only a person knows."""

    def keeper(database: Database, passphrase: str | None = None) -> SecretKeeper:
        def ask(new: bool) -> str:
            if passphrase is None:
                raise KeyringUnavailableError("Nobody is here to type it.")
            return passphrase

        return open_keeper(KeyringChoice.ENCRYPTED_FILE, file=desk.folder / "s.cfg", passphrase=ask)

    monkeypatch.setattr(surroundings, "keeper", keeper)


def test_the_encrypted_file_is_made_with_a_passphrase_typed_twice(desk: Desk, encrypted: None) -> None:
    dialog = desk.new()
    QTest.keyClicks(dialog.name, "ops")
    QTest.keyClicks(dialog.secret.editor, SECRET)
    dialog.go_button.click()
    asking = desk.child(PassphraseDialog, dialog)
    assert isinstance(asking, PassphraseDialog)
    asking.go_button.click()
    QTest.keyClicks(asking.secret.editor, "one")
    QTest.keyClicks(asking.again.editor, "other")
    asking.go_button.click()
    assert asking.isVisible()
    QTest.keyClicks(asking.again.editor, "one")
    QTest.keyClick(asking.again.editor, Qt.Key.Key_Return)
    desk.wait(lambda: not dialog.isVisible())
    assert desk.names() == ["ops"]


def test_an_encrypted_file_is_opened_with_its_passphrase_and_a_wrong_one_is_told(
    desk: Desk, encrypted: None, surroundings: TestSurroundings
) -> None:
    keeper = surroundings.keeper(desk.database, "right")
    add_credential(desk.database, NewCredential("old", CredentialKind.PASSWORD, "x"), now_ms=1, keeper=keeper)
    surroundings.passphrase_needed = True
    dialog = desk.new()
    QTest.keyClicks(dialog.name, "ops")
    for passphrase, fits in (("wrong", False), ("right", True)):
        QTest.keyClicks(dialog.secret.editor, SECRET)
        dialog.go_button.click()
        asking = desk.child(PassphraseDialog, dialog)
        assert isinstance(asking, PassphraseDialog)
        assert not asking.again.isVisible()
        QTest.keyClicks(asking.secret.editor, passphrase)
        asking.go_button.click()
        desk.wait(partial(_is_over, dialog) if fits else lambda: dialog.complaints)
    assert desk.names() == ["old", "ops"]


def _is_over(dialog: CredentialDialog) -> bool:
    return not dialog.isVisible()


def test_who_does_not_want_to_type_the_passphrase_is_back_at_the_form(desk: Desk, encrypted: None) -> None:
    dialog = desk.new()
    QTest.keyClicks(dialog.name, "ops")
    QTest.keyClicks(dialog.secret.editor, SECRET)
    dialog.go_button.click()
    QTest.keyClick(desk.child(PassphraseDialog, dialog), Qt.Key.Key_Escape)
    assert dialog.go_button.isEnabled()
    assert dialog.secret.is_empty()
    assert desk.names() == []


def test_the_list_says_who_uses_what_and_removes_only_what_nobody_uses(desk: Desk) -> None:
    desk.add("free", CredentialKind.PASSPHRASE)
    desk.add("used")
    desk.use("used", "web-1")
    dialog = desk.listed()
    changed: list[bool] = []
    dialog.changed.connect(lambda: changed.append(True))
    model = dialog.table.model()
    assert [[model.index(row, column).data() for column in range(4)] for row in range(2)] == [
        ["free", "Passphrase of a key", "not in use", ""],
        ["used", "Password of a login", "1 host: web-1", ""],
    ]
    assert dialog.remove_button.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    assert dialog.chosen is not None
    assert dialog.chosen.credential.name == "used"
    assert not dialog.remove_button.isEnabled()
    assert "Hosts use it" in dialog.remove_button.toolTip()
    QTest.keyClick(dialog.table, Qt.Key.Key_Up)
    dialog.remove_button.click()
    box = desk.child(QMessageBox, dialog)
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if "Remove" in button.text()).click()
    desk.wait(lambda: changed)
    assert desk.names() == ["used"]


def test_a_no_removes_nothing(desk: Desk) -> None:
    desk.add("free")
    dialog = desk.listed()
    dialog.remove_button.click()
    QTest.keyClick(desk.child(QMessageBox, dialog), Qt.Key.Key_Return)
    desk.settle()
    assert desk.names() == ["free"]


def test_a_secret_is_replaced_under_its_name(desk: Desk) -> None:
    desk.add("ops")
    dialog = desk.listed()
    dialog.replace_button.click()
    replacing = desk.child(CredentialDialog, dialog)
    assert isinstance(replacing, CredentialDialog)
    assert not replacing.name.isEnabled()
    QTest.keyClicks(replacing.secret.editor, SECRET)
    with desk.qtbot.waitSignal(replacing.kept):
        QTest.keyClick(replacing.secret.editor, Qt.Key.Key_Return)
    desk.settle()
    assert desk.secret("ops") == SECRET


def test_a_new_one_is_made_from_the_list(desk: Desk) -> None:
    dialog = desk.listed()
    assert not dialog.table.isVisible()
    dialog.new_button.click()
    making = desk.child(CredentialDialog, dialog)
    assert isinstance(making, CredentialDialog)
    QTest.keyClicks(making.name, "<b>ops</b>")
    QTest.keyClicks(making.secret.editor, SECRET)
    making.go_button.click()
    desk.wait(dialog.table.isVisible)
    assert dialog.table.model().index(0, 0).data() == "<b>ops</b>"


def test_a_passphrase_is_asked_for_before_a_secret_is_removed(
    desk: Desk, encrypted: None, surroundings: TestSurroundings
) -> None:
    keeper = surroundings.keeper(desk.database, "right")
    add_credential(desk.database, NewCredential("old", CredentialKind.PASSWORD, "x"), now_ms=1, keeper=keeper)
    surroundings.passphrase_needed = True
    dialog = desk.listed()
    dialog.remove_button.click()
    box = desk.child(QMessageBox, dialog)
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if "Remove" in button.text()).click()
    asking = desk.child(PassphraseDialog, dialog)
    assert isinstance(asking, PassphraseDialog)
    QTest.keyClicks(asking.secret.editor, "right")
    asking.go_button.click()
    desk.wait(lambda: not desk.names())


def test_what_goes_wrong_with_the_list_is_told(desk: Desk) -> None:
    desk.add("ops")
    dialog = desk.listed()
    with desk.database.writing() as connection:
        add_host(connection, NewHost(name="web", address="web", credential="ops"), 1)
    dialog.remove_button.click()
    box = desk.child(QMessageBox, dialog)
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if "Remove" in button.text()).click()
    desk.wait(lambda: dialog.error)
    assert "web" in dialog.error


def test_many_users_are_cut_short() -> None:
    assert use_text([f"web-{number}" for number in range(7)]) == "7 hosts: web-0, web-1, web-2, web-3, web-4, …"


def test_the_selection_follows_its_credential_when_the_list_is_read_anew(desk: Desk) -> None:
    desk.add("b")
    dialog = desk.listed()
    desk.add("a")
    dialog.read()
    desk.settle()
    assert dialog.chosen is not None
    assert dialog.chosen.credential.name == "b"
    dialog.table.selectionModel().clearSelection()
    assert not dialog.replace_button.isEnabled()


# Collectors with another keyring


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


def test_a_secret_is_sealed_for_a_collector_whose_key_was_confirmed_and_asked_about_only_once(desk: Desk) -> None:
    mon = Collector(desk)
    dialog = typed(desk)
    asking = keys(desk, dialog)
    assert [box.text() for box in asking.boxes] == ["mon (watchpost on db<b>1)"]
    assert not asking.boxes[0].isChecked()
    asking.boxes[0].setChecked(True)
    asking.go_button.click()
    desk.wait(lambda: not dialog.isVisible())
    assert (mon.secret("ops"), desk.secret("ops")) == (SECRET, SECRET)
    listed = desk.listed()
    listed.replace_button.click()
    replacing = desk.child(CredentialDialog, listed)
    assert isinstance(replacing, CredentialDialog)
    QTest.keyClicks(replacing.secret.editor, "another")
    with desk.qtbot.waitSignal(replacing.kept, timeout=30_000):
        replacing.go_button.click()
    assert mon.secret("ops") == "another"


def test_a_collector_whose_key_is_not_ticked_gets_nothing_and_is_shown_as_lacking_it(desk: Desk) -> None:
    mon = Collector(desk)
    dialog = typed(desk)
    keys(desk, dialog).go_button.click()
    desk.wait(lambda: not dialog.isVisible())
    mon.look()
    listed = desk.listed()
    assert listed.table.model().index(0, 3).data() == "mon"
    listed.send_button.click()
    asking = keys(desk, listed)
    asking.boxes[0].setChecked(True)
    with desk.qtbot.waitSignal(listed.changed, timeout=30_000):
        asking.go_button.click()
    desk.settle()
    assert mon.secret("ops") == SECRET
    listed.read()
    desk.settle()
    assert listed.table.model().index(0, 3).data() == ""
    assert not listed.send_button.isEnabled()


def test_whoever_cancels_is_back_at_the_form_and_nothing_is_kept(desk: Desk) -> None:
    Collector(desk)
    dialog = typed(desk)
    QTest.keyClick(keys(desk, dialog), Qt.Key.Key_Escape)
    desk.settle()
    assert dialog.go_button.isEnabled()
    assert dialog.secret.is_empty()
    assert desk.names() == []


def test_a_key_that_has_changed_is_told_as_that(desk: Desk) -> None:
    mon = Collector(desk)
    dialog = typed(desk)
    asking = keys(desk, dialog)
    asking.boxes[0].setChecked(True)
    asking.go_button.click()
    desk.wait(lambda: not dialog.isVisible())
    mon.keeper.forget_note(IDENTITY_NOTE)
    mon.box = Letterbox(desk.database, mon.keeper, lambda: "mon", lambda _: None)
    mon.look()
    listed = desk.listed()
    listed.replace_button.click()
    replacing = desk.child(CredentialDialog, listed)
    assert isinstance(replacing, CredentialDialog)
    QTest.keyClicks(replacing.secret.editor, "another")
    replacing.go_button.click()
    changed = keys(desk, replacing)
    said = [label.text() for label in changed.findChildren(PlainText)]
    assert any("Another key was confirmed before" in text for text in said)
    changed.reject()
    desk.settle()


def test_no_object_that_carries_a_secret_shows_it() -> None:
    new = NewCredential("ops", CredentialKind.PASSWORD, SECRET)
    assert SECRET not in repr(Wish(None, new))
