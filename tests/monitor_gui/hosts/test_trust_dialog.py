"""The questions about host keys."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton

from monitor_gui.hosts.fingerprint_check import FingerprintCheck, command_for
from monitor_gui.hosts.key_card import KeyCard
from monitor_gui.hosts.subject import drafted
from monitor_gui.hosts.trust_dialog import ChangedKeyDialog, TrustDialog, key_dialog
from storage.host import NewHost
from storage.host_keys import HostKey
from storage.poller_lock import PollerLock
from storage.requests import RequestKind, RequestState, claim_request, finish_request, read_request
from tests.monitor_gui.hosts.bench import Bench, focused

KEY = HostKey(
    "db1",
    22,
    "ssh-ed25519",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVtnfP9lBLAL8xpTNIsoo0qC/2eEdS5LKpzRzJsCnkp",
    "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
)
OLD = replace(KEY, fingerprint="SHA256:5JCeuQeRkm5NMpJWZG3hSuFU47DEQpj8HBSa+/TImW+")
SUBJECT = drafted(NewHost(name="db1", address="10.0.0.7", username="root"))


@pytest.fixture
def lock(bench: Bench) -> Iterator[PollerLock]:
    with PollerLock(bench.database.url) as held:
        yield held


def first(bench: Bench) -> TrustDialog:
    return bench.keep(TrustDialog(bench.workspace, SUBJECT, KEY, bench.window))


def changed(bench: Bench) -> ChangedKeyDialog:
    return bench.keep(ChangedKeyDialog(bench.workspace, SUBJECT, KEY, [OLD], bench.window))


def test_the_default_answer_is_no_and_enter_and_escape_give_it(bench: Bench) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        dialog = first(bench)
        assert dialog.cancel_button.isDefault()
        assert focused() is dialog.cancel_button
        bench.press(dialog, key)
        assert not dialog.isVisible()
    bench.settle()
    assert bench.pending() == []


def test_the_same_fingerprint_turns_green_and_makes_a_yes_the_default(bench: Bench) -> None:
    dialog = first(bench)
    bench.type(dialog.check.field, KEY.fingerprint)
    assert dialog.check.text.startswith("The same.")
    assert dialog.check.field.property("state") == "ok"
    assert dialog.agree_button.isDefault()


def test_another_fingerprint_turns_red_and_takes_the_yes_away(bench: Bench) -> None:
    dialog = first(bench)
    bench.type(dialog.check.field, OLD.fingerprint)
    assert dialog.check.text.startswith("Not the same.")
    assert dialog.check.field.property("state") == "error"
    assert not dialog.agree_button.isEnabled()
    dialog.check.field.clear()
    assert dialog.check.text == ""
    assert dialog.agree_button.isEnabled()
    assert dialog.cancel_button.isDefault()


def test_what_is_no_fingerprint_is_told_and_proves_nothing(bench: Bench) -> None:
    dialog = first(bench)
    bench.type(dialog.check.field, "yes")
    assert "no SHA256 fingerprint" in dialog.check.text
    assert dialog.cancel_button.isDefault()


def test_a_yes_asks_the_collector_to_trust_that_very_key(bench: Bench, lock: PollerLock) -> None:
    dialog = first(bench)
    trusted: list[bool] = []
    dialog.trusted.connect(lambda: trusted.append(True))
    dialog.agree_button.click()
    bench.wait(bench.pending)
    assert not dialog.agree_button.isEnabled()
    request = bench.pending()[0]
    assert request.kind is RequestKind.TRUST_HOST_KEY
    assert request.payload == {**SUBJECT.payload, "fingerprint": KEY.fingerprint, "replace": False}
    with bench.database.writing() as connection:
        claim_request(connection, request.id)
        finish_request(connection, request.id, RequestState.DONE, {}, 1)
    bench.wait(lambda: trusted)
    assert not dialog.isVisible()


def test_a_refusal_is_told_and_can_be_tried_again(bench: Bench, lock: PollerLock) -> None:
    dialog = first(bench)
    dialog.agree_button.click()
    bench.wait(bench.pending)
    with bench.database.writing() as connection:
        claim_request(connection, 1)
        answer = {"kind": "wrong_fingerprint", "message": "The host presents another key.", "hint": "Look again."}
        finish_request(connection, 1, RequestState.FAILED, answer, 1)
    bench.wait(lambda: dialog.error)
    assert dialog.error == "The host presents another key. Look again."
    assert dialog.agree_button.isEnabled()


def test_closing_withdraws_what_was_asked(bench: Bench, lock: PollerLock) -> None:
    dialog = first(bench)
    dialog.agree_button.click()
    bench.wait(bench.pending)
    bench.settle()
    dialog.reject()
    bench.settle()
    with bench.database.reading() as connection:
        assert read_request(connection, 1).result == {"reason": "cancelled"}


def test_a_changed_key_needs_somebody_who_knows_why(bench: Bench, lock: PollerLock) -> None:
    dialog = changed(bench)
    assert not dialog.agree_button.isEnabled()
    bench.type(dialog.check.field, KEY.fingerprint)
    assert not dialog.agree_button.isEnabled()
    assert dialog.cancel_button.isDefault()
    bench.press(dialog.knows_why, Qt.Key.Key_Space)
    assert dialog.agree_button.isEnabled()
    dialog.agree_button.click()
    bench.wait(bench.pending)
    assert bench.pending()[0].payload["replace"] is True


def test_a_changed_key_that_is_not_the_expected_one_cannot_be_trusted_at_all(bench: Bench) -> None:
    dialog = changed(bench)
    dialog.knows_why.setChecked(True)
    bench.type(dialog.check.field, OLD.fingerprint)
    assert not dialog.agree_button.isEnabled()


def test_the_question_fits_what_is_trusted_so_far(bench: Bench) -> None:
    assert isinstance(key_dialog(bench.workspace, SUBJECT, KEY, [], bench.window), TrustDialog)
    assert isinstance(key_dialog(bench.workspace, SUBJECT, KEY, [OLD], bench.window), ChangedKeyDialog)


@pytest.mark.parametrize(
    ("algorithm", "file"),
    [("ssh-ed25519", "ed25519"), ("ssh-rsa", "rsa"), ("ecdsa-sha2-nistp384", "ecdsa"), ("; reboot", "ed25519")],
)
def test_the_command_asks_for_the_kind_of_key_that_was_presented(algorithm: str, file: str) -> None:
    assert command_for(algorithm) == f"ssh-keygen -lf /etc/ssh/ssh_host_{file}_key.pub"


def test_the_command_can_be_copied(bench: Bench) -> None:
    check = FingerprintCheck(bench.workspace.appearance, KEY)
    bench.qtbot.addWidget(check)
    check.findChildren(QToolButton)[0].click()
    assert QGuiApplication.clipboard().text() == "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"


def test_a_hostile_host_breaks_nothing(bench: Bench) -> None:
    hostile = drafted(NewHost(name="<b>x</b>" + "w" * 240, address="a" * 250))
    strange = replace(
        KEY, algorithm="ssh-\x1b[2J" + "x" * 500, public_key="nothing", fingerprint="SHA256:" + "z" * 9000
    )
    dialog = bench.keep(ChangedKeyDialog(bench.workspace, hostile, strange, [strange] * 20, bench.window))
    assert dialog.width() < 1000
    assert dialog.height() < 900
    card = KeyCard("x", strange)
    bench.qtbot.addWidget(card)
    bench.workspace.appearance.toggle()
