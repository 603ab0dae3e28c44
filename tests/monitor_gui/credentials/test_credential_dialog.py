"""Naming a secret and handing it on: it goes into the keyring, and nowhere else."""

import logging

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from monitor_gui.forms.secret_field import SecretField
from storage.credentials import list_credentials
from storage.errors import KeyringUnavailableError
from storage.secret_keeper import CredentialKind, KeyringChoice, SecretKeeper
from tests.monitor_gui.credentials.desk import SECRET, Desk
from tests.monitor_gui.surroundings import TestSurroundings


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
