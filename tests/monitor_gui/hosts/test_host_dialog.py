"""Adding a host and changing one, by keyboard, against a real server and a real collector."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from fleet.ssh_alias import SshAlias
from monitor_gui.credentials.credential_dialog import CredentialDialog
from monitor_gui.hosts.host_dialog import HostDialog
from monitor_gui.hosts.patience import Patience
from monitor_gui.hosts.trust_dialog import ChangedKeyDialog, TrustDialog
from monitor_gui.hosts.verdict import Mark
from storage.connection_step import Step
from storage.credentials import add_credential, list_credentials
from storage.host import NewHost, Transport
from storage.hosts import remove_host
from storage.secret_keeper import CredentialKind, NewCredential
from tests.monitor_gui.hosts.bench import Bench, focused, over_ssh
from tests.monitor_gui.surroundings import TestSurroundings
from tests.real_sshd import Account, RealSshd, current_user, running_sshd, throwaway_account


def opened(bench: Bench, **more: object) -> HostDialog:
    dialog = bench.keep(HostDialog(bench.workspace, parent=bench.window, **more))  # type: ignore[arg-type]
    bench.settle()
    return dialog


def fill_in(bench: Bench, dialog: HostDialog, sshd: RealSshd) -> None:
    bench.type(dialog.form.address, f"{current_user()}@{sshd.address}:{sshd.port}")
    dialog.form.unfold.click()
    bench.type(dialog.form.identity.editor, str(sshd.identity))


def test_the_address_comes_first_and_gives_the_name_user_and_port(bench: Bench) -> None:
    dialog = opened(bench)
    assert focused() is dialog.form.address
    bench.type(dialog.form.address, "root@db1.example.org:2222")
    assert dialog.form.name.text() == "db1"
    bench.press(dialog.form.address, Qt.Key.Key_Tab)
    assert dialog.form.address.text() == "db1.example.org"
    assert dialog.form.user.text() == "root"
    assert dialog.form.port.text() == "2222"


def test_a_name_that_was_typed_stays(bench: Bench) -> None:
    dialog = opened(bench)
    bench.type(dialog.form.name, "mine")
    bench.type(dialog.form.address, "db1")
    assert dialog.form.name.text() == "mine"


def test_enter_with_an_empty_form_says_what_is_missing(bench: Bench) -> None:
    dialog = opened(bench)
    bench.press(dialog.form.address, Qt.Key.Key_Return)
    assert [text.partition("?")[0] for text in dialog.form.complaints] == ["Where is the host", "Give the host a name."]
    assert focused() is dialog.form.address
    assert bench.pending() == []


def test_a_taken_name_and_a_taken_address_are_told_while_one_types(bench: Bench) -> None:
    bench.add(NewHost(name="web", address="10.0.0.7"))
    dialog = opened(bench)
    bench.type(dialog.form.address, "10.0.0.7")
    assert dialog.form.complaints == ["“web” is at this address already."]
    bench.type(dialog.form.name, "x")
    dialog.form.name.clear()
    bench.type(dialog.form.name, "web")
    assert "There is a host “web” already." in dialog.form.complaints


def test_an_unknown_key_is_asked_about_and_then_the_host_is_added(
    bench: Bench, sshd: RealSshd, collector: None
) -> None:
    dialog = opened(bench)
    saved: list[int] = []
    dialog.saved.connect(saved.append)
    fill_in(bench, dialog, sshd)
    bench.press(dialog.form.address, Qt.Key.Key_Return)
    asking = bench.child(TrustDialog, dialog)
    assert dialog.panel.steps.marks[Step.TCP] is Mark.PASSED
    assert dialog.panel.steps.marks[Step.HOST_KEY] is Mark.FAILED
    assert asking.agree_button.isEnabled()
    bench.type(asking.check.field, sshd.host_key().fingerprint)
    bench.press(asking.check.field, Qt.Key.Key_Return)
    bench.wait(lambda: saved)
    assert not dialog.isVisible()
    assert set(dialog.panel.steps.marks.values()) == {Mark.PASSED}
    assert [(host.id, host.name, host.address, host.port) for host in bench.hosts()] == [
        (saved[0], sshd.address, sshd.address, sshd.port)
    ]
    assert bench.trusted(sshd) == [sshd.host_key().fingerprint]


def test_a_declined_key_adds_nothing_but_may_be_looked_at_again(bench: Bench, sshd: RealSshd, collector: None) -> None:
    dialog = opened(bench)
    fill_in(bench, dialog, sshd)
    dialog.foot.go_button.click()
    asking = bench.child(TrustDialog, dialog)
    bench.press(asking, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "not trusted yet" in dialog.panel.text
    assert dialog.foot.anyway_button.isVisible()
    dialog.panel.ask_about_key()
    asking = bench.child(TrustDialog, dialog)
    asking.agree_button.click()
    bench.wait(lambda: dialog.panel.steps.marks[Step.FIRST_READING] is Mark.PASSED)
    # Whoever has declined is not taken at an earlier word: the host is added with a click of its own.
    assert bench.hosts() == []
    dialog.foot.go_button.click()
    bench.wait(bench.hosts)


def test_a_test_alone_ticks_every_step_and_adds_nothing(bench: Bench, sshd: RealSshd, collector: None) -> None:
    bench.trust(sshd.host_key())
    dialog = opened(bench, prefill=over_ssh(sshd))
    dialog.foot.test_button.click()
    assert dialog.panel.is_running
    assert not dialog.foot.go_button.isEnabled()
    bench.wait(lambda: not dialog.panel.is_running)
    assert list(dialog.panel.steps.marks.values()) == [Mark.PASSED] * 6
    assert "The connection works." in dialog.panel.text
    assert bench.hosts() == []


def test_a_changed_key_is_replaced_only_by_somebody_who_knows_why(
    bench: Bench, sshd: RealSshd, collector: None
) -> None:
    old = bench.other_key(sshd)
    bench.trust(old)
    dialog = opened(bench, prefill=over_ssh(sshd))
    dialog.foot.test_button.click()
    asking = bench.child(ChangedKeyDialog, dialog)
    assert not asking.agree_button.isEnabled()
    assert asking.cancel_button.isDefault()
    asking.agree_button.click()
    assert bench.trusted(sshd) == [old.fingerprint]
    bench.press(asking.knows_why, Qt.Key.Key_Space)
    asking.agree_button.click()
    bench.wait(lambda: dialog.panel.steps.marks[Step.FIRST_READING] is Mark.PASSED)
    assert bench.trusted(sshd) == [sshd.host_key().fingerprint]


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with throwaway_account() as made:
        yield made


def test_a_wrong_password_fails_at_the_login_and_the_host_can_be_added_anyway(
    bench: Bench, account: Account, surroundings: TestSurroundings, tmp_path: Path, collector: None
) -> None:
    keeper = surroundings.keeper(bench.database)
    new = NewCredential("ops", CredentialKind.PASSWORD, "wrong-horse-4711")
    add_credential(bench.database, new, now_ms=1, keeper=keeper)
    with running_sshd(tmp_path / "sshd", "PasswordAuthentication yes") as server:
        bench.trust(server.host_key())
        host = NewHost(name="web", address=server.address, port=server.port, username=account.name, credential="ops")
        dialog = opened(bench, prefill=host)
        dialog.foot.go_button.click()
        bench.wait(dialog.foot.anyway_button.isVisible)
    assert dialog.panel.steps.marks[Step.LOGIN] is Mark.FAILED
    assert dialog.panel.steps.marks[Step.PYTHON] is Mark.SKIPPED
    assert "The host refused the login." in dialog.panel.text
    dialog.foot.anyway_button.click()
    bench.wait(bench.hosts)
    assert bench.hosts()[0].credential == "ops"
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert b"wrong-horse-4711" not in path.read_bytes(), path


def test_this_machine_has_no_address_and_two_steps(bench: Bench, collector: None) -> None:
    dialog = opened(bench)
    bench.press(dialog.form.way, Qt.Key.Key_Right)
    assert not dialog.form.address.isVisible()
    assert dialog.form.name.text() == "this-machine"
    dialog.foot.go_button.click()
    bench.wait(bench.hosts)
    assert list(dialog.panel.steps.marks.values()) == [Mark.PASSED] * 2
    assert bench.hosts()[0].transport is Transport.LOCAL


@pytest.mark.usefixtures("nobody_comes")
def test_without_a_collector_it_says_so_and_the_host_may_be_added_anyway(bench: Bench) -> None:
    dialog = opened(bench, prefill=NewHost(name="web", address="10.0.0.7"))
    dialog.foot.go_button.click()
    bench.wait(dialog.foot.anyway_button.isVisible)
    assert "No collector is running" in dialog.panel.text
    dialog.foot.anyway_button.click()
    bench.wait(bench.hosts)


def test_a_test_can_be_stopped_with_escape_and_the_dialog_stays(bench: Bench, collector: None) -> None:
    dialog = opened(bench, prefill=NewHost(name="web", address="192.0.2.1"))
    dialog.panel.patience = Patience(claim_s=60, answer_s=120)
    dialog.foot.test_button.click()
    bench.press(dialog, Qt.Key.Key_Escape)
    assert not dialog.panel.is_running
    assert dialog.isVisible()
    assert "stopped" in dialog.panel.text
    assert dialog.foot.go_button.isEnabled()


def test_escape_asks_before_anything_is_lost(bench: Bench) -> None:
    dialog = opened(bench)
    bench.type(dialog.form.address, "db1")
    bench.press(dialog, Qt.Key.Key_Escape)
    box = bench.child(QMessageBox, dialog)
    bench.press(box, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.close()
    box = bench.child(QMessageBox, dialog)
    next(button for button in box.buttons() if "Discard" in button.text()).click()
    assert not dialog.isVisible()


def test_escape_just_closes_a_form_in_which_nothing_was_typed(bench: Bench) -> None:
    dialog = opened(bench)
    bench.press(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_names_of_the_ssh_configuration_are_found_and_fill_the_form(
    bench: Bench, surroundings: TestSurroundings
) -> None:
    surroundings.aliases = [SshAlias("web", "10.0.0.7", "kim", 2222, "gate"), SshAlias("db", "db")]
    bench.add(NewHost(name="db", address="db"))
    dialog = opened(bench)
    assert dialog.aliases.shown == ["web"]
    bench.type(dialog.aliases.search, "nothing")
    assert dialog.aliases.shown == []
    dialog.aliases.search.clear()
    bench.type(dialog.aliases.search, "kim")
    bench.press(dialog.aliases.search, Qt.Key.Key_Return)
    assert (dialog.form.address.text(), dialog.form.name.text(), dialog.form.user.text()) == ("web", "web", "")


def test_a_new_credential_is_made_from_the_form_and_chosen(bench: Bench) -> None:
    dialog = opened(bench)
    choice = dialog.form.credential
    assert choice.itemText(choice.count() - 1).startswith("New")
    choice.activated.emit(choice.count() - 1)
    making = bench.child(CredentialDialog, dialog)
    bench.type(making.name, "ops")
    bench.type(making.secret.editor, "hunter2-secret")
    bench.press(making.secret.editor, Qt.Key.Key_Return)
    bench.wait(lambda: dialog.form.credential.name == "ops")
    with bench.database.reading() as connection:
        assert [each.name for each in list_credentials(connection)] == ["ops"]
    assert "hunter2-secret" not in vars(making).values()


def test_only_what_was_changed_is_saved_and_the_history_stays(bench: Bench) -> None:
    host = bench.add(NewHost(name="web", address="10.0.0.7", identity_file="~/.ssh/id"))
    dialog = opened(bench, host=host)
    assert dialog.form.identity.isVisible()
    assert not dialog.has_changes
    dialog.form.name.selectAll()
    bench.type(dialog.form.name, "shop")
    bench.press(dialog.form.name, Qt.Key.Key_Return)
    bench.wait(lambda: [each.name for each in bench.hosts()] == ["shop"])
    assert bench.hosts()[0].id == host.id
    assert bench.hosts()[0].identity_file == "~/.ssh/id"


def test_a_host_that_was_removed_meanwhile_is_told(bench: Bench) -> None:
    host = bench.add(NewHost(name="web", address="10.0.0.7"))
    dialog = opened(bench, host=host)
    with bench.database.writing() as connection:
        remove_host(connection, "web", 1)
    bench.type(dialog.form.user, "kim")
    dialog.foot.go_button.click()
    bench.wait(lambda: dialog.error)
    assert "removed meanwhile" in dialog.error
    assert dialog.foot.go_button.isEnabled()


def test_a_name_that_was_taken_meanwhile_is_told_at_its_field(bench: Bench) -> None:
    host = bench.add(NewHost(name="web", address="10.0.0.7"))
    dialog = opened(bench, host=host)
    bench.add(NewHost(name="shop", address="10.0.0.8"))
    dialog.form.name.selectAll()
    bench.type(dialog.form.name, "shop")
    dialog.foot.go_button.click()
    bench.wait(lambda: dialog.form.complaints)
    assert "taken this name" in dialog.form.complaints[0]
    assert dialog.isVisible()


@pytest.mark.parametrize("name", ["<b>bold</b>", "x" * 255, "שלום", "😀" * 100])
def test_a_hostile_name_does_not_break_the_form(bench: Bench, name: str) -> None:
    host = bench.add(NewHost(name=name, address="10.0.0.7"))
    dialog = opened(bench, host=host)
    assert dialog.form.name.text() == name
    assert dialog.minimumSizeHint().width() < 800


def test_the_dialog_makes_room_for_what_is_unfolded_but_never_more_than_the_screen_has(bench: Bench) -> None:
    dialog = opened(bench)
    before = dialog.height()
    dialog.form.unfold.click()
    bench.wait(lambda: dialog.height() > before)
    dialog.foot.test_button.click()
    bench.type(dialog.form.address, "db1")
    dialog.foot.test_button.click()
    bench.wait(dialog.panel.isVisible)
    bench.wait(lambda: not dialog.panel.is_running)
    assert dialog.height() <= dialog.screen().availableSize().height()
