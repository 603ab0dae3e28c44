"""What can be done about hosts from any page."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from fleet.ssh_alias import SshAlias
from monitor_gui.credentials.credentials_dialog import CredentialsDialog
from monitor_gui.frame.notice_banner import Banner
from monitor_gui.frame.notices import NoticeBar
from monitor_gui.hosts.host_actions import HostActions
from monitor_gui.hosts.host_dialog import HostDialog
from monitor_gui.hosts.key_look import KeyLook
from monitor_gui.hosts.trial_dialog import TrialDialog
from monitor_gui.hosts.trust_dialog import ChangedKeyDialog, TrustDialog
from monitor_gui.hosts.verdict import Mark
from storage.connection_step import Step
from storage.host import NewHost, Transport
from storage.host_states import HostStatus, write_host_states
from storage.poller_lock import PollerLock
from storage.pollers import register_poller
from storage.reason import HostState, Reason
from storage.requests import RequestKind, RequestState, claim_request, finish_request, pending_requests
from tests.monitor_gui.hosts.bench import Bench, over_ssh
from tests.real_sshd import RealSshd


def said(notices: NoticeBar) -> list[str]:
    """What the notices say."""
    return [each.accessibleName() for each in notices.findChildren(Banner) if not each.isHidden()]


def press_action(notices: NoticeBar) -> None:
    next(each for each in notices.findChildren(Banner) if not each.isHidden()).acted.emit()


def test_hosts_are_removed_at_once_and_undo_brings_them_back(
    bench: Bench, actions: HostActions, notices: NoticeBar
) -> None:
    hosts = [bench.add(NewHost(name=name, address=name)) for name in ("web", "db", "nas")]
    actions.remove([hosts[0].id, hosts[1].id, 4711])
    bench.wait(lambda: [host.name for host in bench.hosts()] == ["nas"])
    bench.settle()
    assert "Removed 2 hosts." in said(notices)[0]
    assert "stays for a day" in said(notices)[0]
    press_action(notices)
    bench.wait(lambda: len(bench.hosts()) == 3)
    bench.settle()
    assert {host.id for host in bench.hosts()} == {host.id for host in hosts}
    assert "Back again" in said(notices)[0]


def test_one_host_is_named_when_it_is_removed(bench: Bench, actions: HostActions, notices: NoticeBar) -> None:
    host = bench.add(NewHost(name="<b>web</b>", address="web"))
    actions.remove([host.id])
    bench.wait(lambda: said(notices))
    assert "Removed <b>web</b>." in said(notices)[0]
    actions.remove([host.id])
    bench.wait(lambda: "Already removed." in said(notices)[0])


def test_a_host_whose_name_was_taken_meanwhile_cannot_come_back(
    bench: Bench, actions: HostActions, notices: NoticeBar
) -> None:
    host = bench.add(NewHost(name="web", address="a"))
    actions.remove([host.id])
    bench.wait(lambda: said(notices))
    bench.add(NewHost(name="web", address="b"))
    press_action(notices)
    bench.wait(lambda: any("already" in text for text in said(notices)))
    assert [each.address for each in bench.hosts()] == ["b"]


def test_the_form_of_a_new_host_opens_once(bench: Bench, actions: HostActions) -> None:
    actions.add()
    actions.add(NewHost(name="x", address="y"))
    dialog = bench.child(HostDialog)
    assert actions.dialog is dialog
    bench.settle()
    bench.press(dialog, Qt.Key.Key_Escape)
    bench.wait(lambda: actions.dialog is None)
    actions.add(NewHost(name="web", address="web"))
    assert bench.child(HostDialog).form.name.text() == "web"


def test_the_form_of_a_host_opens_with_what_it_is(bench: Bench, actions: HostActions) -> None:
    host = bench.add(NewHost(name="web", address="10.0.0.7"))
    actions.edit(host.id)
    assert bench.child(HostDialog).form.address.text() == "10.0.0.7"


def test_a_host_that_is_gone_is_told(bench: Bench, actions: HostActions, notices: NoticeBar) -> None:
    for act in (actions.edit, actions.test, actions.trust):
        act(4711)
        bench.wait(lambda: any("no longer registered" in text for text in said(notices)))
        notices.clear_notice("hosts-not_found")


def test_this_machine_is_added_with_one_call_and_only_once(
    bench: Bench, actions: HostActions, notices: NoticeBar
) -> None:
    added: list[int] = []
    actions.added.connect(added.append)
    actions.add_this_machine()
    bench.wait(lambda: added)
    actions.add_this_machine()
    bench.wait(lambda: len(added) == 2)
    assert [(host.name, host.transport) for host in bench.hosts()] == [("this-machine", Transport.LOCAL)]
    assert "Added this-machine." in said(notices)[0]


def test_several_names_are_added_under_free_names_and_tried(bench: Bench, actions: HostActions) -> None:
    bench.add(NewHost(name="web", address="elsewhere"))
    actions.add_aliases([SshAlias("web", "10.0.0.7"), SshAlias("db", "db")])
    bench.wait(lambda: len(bench.hosts()) == 3)
    assert {(host.name, host.address) for host in bench.hosts()} == {
        ("web", "elsewhere"),
        ("web-2", "web"),
        ("db", "db"),
    }
    assert [request.kind for request in bench.pending()] == [RequestKind.TEST_CONNECTION] * 2


def test_hosts_are_switched_off_and_on(bench: Bench, actions: HostActions) -> None:
    host = bench.add(NewHost(name="web", address="a"))
    actions.enable([host.id], enabled=False)
    bench.wait(lambda: not bench.hosts()[0].enabled)
    actions.enable([host.id], enabled=True)
    bench.wait(lambda: bench.hosts()[0].enabled)


def test_the_credentials_open(bench: Bench, actions: HostActions) -> None:
    actions.manage_credentials()
    assert bench.child(CredentialsDialog).isVisible()


def test_a_host_of_the_list_is_tested_step_by_step_and_again(
    bench: Bench, actions: HostActions, sshd: RealSshd, collector: None
) -> None:
    host = bench.add(over_ssh(sshd))
    bench.trust(sshd.host_key())
    actions.test(host.id)
    dialog = bench.child(TrialDialog)
    assert dialog.again_button.text() == "S&top the test"
    bench.wait(lambda: not dialog.panel.is_running)
    assert list(dialog.panel.steps.marks.values()) == [Mark.PASSED] * 6
    dialog.again_button.click()
    assert dialog.panel.text.startswith("Testing")
    dialog.again_button.click()
    assert dialog.panel.text == "The test was stopped."
    assert dialog.panel.steps.marks[Step.NAME] is Mark.WAITING
    bench.press(dialog, Qt.Key.Key_Escape)
    bench.wait(lambda: actions.dialog is None)


def test_a_key_is_looked_at_confirmed_and_known_from_then_on(
    bench: Bench, actions: HostActions, notices: NoticeBar, sshd: RealSshd, collector: None
) -> None:
    host = bench.add(over_ssh(sshd))
    actions.trust(host.id)
    bench.child(TrustDialog).agree_button.click()
    bench.wait(lambda: any("trusted from now on" in text for text in said(notices)))
    assert bench.trusted(sshd) == [sshd.host_key().fingerprint]
    bench.wait(lambda: actions.dialog is None)
    actions.trust(host.id)
    bench.wait(lambda: any("trusted already" in text for text in said(notices)))


def test_a_changed_key_is_asked_about_as_such(
    bench: Bench, actions: HostActions, sshd: RealSshd, collector: None
) -> None:
    host = bench.add(over_ssh(sshd))
    bench.trust(bench.other_key(sshd))
    actions.trust(host.id)
    dialog = bench.child(ChangedKeyDialog)
    bench.press(dialog, Qt.Key.Key_Escape)
    bench.wait(lambda: actions.dialog is None)
    assert bench.trusted(sshd) != [sshd.host_key().fingerprint]


def test_this_machine_has_no_key(bench: Bench, actions: HostActions, notices: NoticeBar) -> None:
    host = bench.add(NewHost(name="here", transport=Transport.LOCAL))
    actions.trust(host.id)
    bench.wait(lambda: any("no key" in text for text in said(notices)))


@pytest.mark.usefixtures("nobody_comes")
def test_without_a_collector_no_key_can_be_looked_at_until_there_is_one(bench: Bench, actions: HostActions) -> None:
    host = bench.add(NewHost(name="web", address="10.0.0.7"))
    actions.trust(host.id)
    look = bench.child(KeyLook)
    bench.wait(look.again_button.isVisible)
    assert "No collector is running" in look.text
    bench.wait(lambda: not bench.pending())
    with PollerLock(bench.database.url):
        look.again_button.click()
        bench.wait(bench.pending)
        (waiting,) = bench.pending()
        with bench.database.writing() as connection:
            claim_request(connection, waiting.id)
            finish_request(connection, waiting.id, RequestState.DONE, {"host_key": "?"}, 1)
        bench.wait(look.again_button.isVisible)
    assert "cannot be read" in look.text
    look.again_button.click()
    bench.press(look, Qt.Key.Key_Escape)
    bench.wait(lambda: actions.dialog is None)


@pytest.fixture(autouse=True)
def _settled(bench: Bench) -> Iterator[None]:
    """No errand tells anybody of the next test."""
    yield
    bench.settle()


def poller(bench: Bench) -> None:
    """One that lives, as far as the database tells."""
    now_ms = bench.workspace.now_ms()
    with bench.database.writing() as connection:
        register_poller(connection, poller_id="1", machine="here", pid=1, version="1", now_ms=now_ms)


def asked_for(bench: Bench) -> list[dict[str, object]]:
    with bench.database.reading() as connection:
        return [each.payload for each in pending_requests(connection)]


def test_a_host_is_tried_now(bench: Bench, actions: HostActions, notices: NoticeBar) -> None:
    poller(bench)
    host = bench.add(NewHost(name="web", address="web"))
    bench.add(NewHost(name="db", address="db"))
    actions.retry(host.id)
    bench.wait(lambda: said(notices))
    assert "web is tried now." in said(notices)[0]
    assert asked_for(bench) == [{"host_ids": [host.id], "poller_id": "1"}]


def test_what_waits_for_the_same_directory_is_tried_together(
    bench: Bench, actions: HostActions, notices: NoticeBar
) -> None:
    poller(bench)
    hosts = [bench.add(NewHost(name=name, address=name, username="ops")) for name in ("a", "b", "c")]
    bench.add(NewHost(name="other", address="other", username="root"))
    status = HostStatus(hosts[0].id, HostState.UNREACHABLE, Reason.DIRECTORY_DOWN, "", 1, None)
    with bench.database.writing() as connection:
        write_host_states(connection, [status])
    actions.retry(hosts[0].id)
    bench.wait(lambda: said(notices))
    assert "3 hosts with the same login are tried now." in said(notices)[0]
    assert asked_for(bench) == [{"host_ids": [host.id for host in hosts], "poller_id": "1"}]


def test_without_a_collector_nothing_can_be_tried(bench: Bench, actions: HostActions, notices: NoticeBar) -> None:
    host = bench.add(NewHost(name="web", address="web"))
    actions.retry(host.id)
    bench.wait(lambda: said(notices))
    assert "No collector runs" in said(notices)[0]
    actions.retry(4711)
    bench.wait(lambda: any("no longer registered" in text for text in said(notices)))
