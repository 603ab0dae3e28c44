"""Where secrets lie in an encrypted file, its passphrase is asked for on the way."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from monitor_gui.credentials.credential_dialog import CredentialDialog
from monitor_gui.credentials.passphrase_dialog import PassphraseDialog
from storage.credentials import add_credential
from storage.secret_keeper import CredentialKind, NewCredential
from tests.monitor_gui.credentials.desk import SECRET, Desk
from tests.monitor_gui.surroundings import TestSurroundings


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
