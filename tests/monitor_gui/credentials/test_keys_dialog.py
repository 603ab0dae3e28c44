"""Collectors with another keyring: whose key a person has confirmed gets the secret, and nobody else."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from monitor_gui.credentials.credential_dialog import CredentialDialog
from monitor_gui.forms.plain_text import PlainText
from poller.letterbox import Letterbox
from storage.keyring_identity import IDENTITY_NOTE
from tests.monitor_gui.credentials.desk import SECRET, Collector, Desk, keys, typed


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
    with desk.qtbot.waitSignal(replacing.kept, timeout=60_000):
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
    with desk.qtbot.waitSignal(listed.changed, timeout=60_000):
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


def test_many_of_them_fit_the_screen_and_the_rest_comes_after(desk: Desk) -> None:
    for number in range(10):
        Collector(desk, f"mon{number}")
    asking = keys(desk, typed(desk))
    assert len(asking.boxes) == 8
    assert any("2 more" in label.text() for label in asking.findChildren(PlainText))
    desk.wait(lambda: asking.height() > 300)
    assert asking.height() < asking.screen().availableSize().height()
    asking.reject()
    desk.settle()
