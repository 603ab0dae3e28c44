"""The list of credentials: who uses which, and what can be done about it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from monitor_gui.credentials.credential_dialog import CredentialDialog
from storage.host import NewHost
from storage.hosts import add_host
from storage.secret_keeper import CredentialKind
from tests.monitor_gui.credentials.desk import SECRET, Desk


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
