"""The way to the first host."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from fleet.ssh_alias import SshAlias
from monitor_gui.hosts.alias_checklist import AliasChecklist
from monitor_gui.hosts.alias_list import AliasList
from monitor_gui.hosts.empty_state import EmptyState
from monitor_gui.hosts.host_actions import HostActions
from monitor_gui.hosts.host_dialog import HostDialog
from storage.errors import InvalidInputError
from storage.host import NewHost, Transport
from tests.monitor_gui.hosts.bench import Bench, focused
from tests.monitor_gui.surroundings import TestSurroundings

HOSTILE = SshAlias("<b>" + "w" * 240, "\ufffd" * 200, "u" * 200, 1, "j" * 200)


@pytest.fixture
def aliases(surroundings: TestSurroundings) -> list[SshAlias]:
    surroundings.aliases = [SshAlias(f"web-{number}", f"10.0.0.{number}") for number in range(12)]
    return surroundings.aliases


@pytest.fixture
def welcome(bench: Bench, actions: HostActions, aliases: list[SshAlias]) -> Iterator[EmptyState]:
    made = bench.keep(EmptyState(bench.workspace, actions, bench.window))
    made.resize(1068, 760)
    bench.settle()
    yield made
    bench.settle()


def test_this_machine_is_one_click_away(welcome: EmptyState, bench: Bench) -> None:
    welcome.this_machine_button.click()
    bench.wait(bench.hosts)
    assert bench.hosts()[0].transport is Transport.LOCAL


def test_the_form_is_one_click_away(welcome: EmptyState, bench: Bench) -> None:
    welcome.add_button.click()
    assert bench.child(HostDialog).form.address.text() == ""


def test_eight_names_have_a_row_whose_button_opens_the_form(welcome: EmptyState, bench: Bench) -> None:
    assert welcome.offered == [f"web-{number}" for number in range(8)]
    button = next(
        each for each in welcome.findChildren(QPushButton) if each.accessibleName() == "Add web-3" and each.isVisible()
    )
    button.click()
    form = bench.child(HostDialog).form
    assert (form.address.text(), form.name.text()) == ("web-3", "web-3")


def test_several_are_chosen_from_a_list_with_marks(welcome: EmptyState, bench: Bench) -> None:
    welcome.all_button.click()
    checklist = bench.child(AliasChecklist)
    assert len(checklist.marked) == 12
    checklist.none_button.click()
    assert not checklist.go_button.isEnabled()
    bench.wait(lambda: focused() is checklist.view)
    bench.press(checklist.view, Qt.Key.Key_Space)
    bench.press(checklist.view, Qt.Key.Key_Down)
    bench.press(checklist.view, Qt.Key.Key_Space)
    assert checklist.go_button.text() == "&Add 2 hosts"
    checklist.go_button.click()
    bench.wait(lambda: [each.name for each in bench.hosts()] == ["web-0", "web-1"])


def test_all_of_them_can_be_marked_or_none_added(welcome: EmptyState, bench: Bench) -> None:
    welcome.all_button.click()
    checklist = bench.child(AliasChecklist)
    checklist.none_button.click()
    checklist.all_button.click()
    assert len(checklist.marked) == 12
    bench.press(checklist, Qt.Key.Key_Escape)
    bench.settle()
    assert bench.hosts() == []


def test_what_is_registered_is_not_offered_when_it_is_shown_again(welcome: EmptyState, bench: Bench) -> None:
    bench.add(NewHost(name="web-0", address="web-0"))
    welcome.hide()
    welcome.show()
    bench.wait(lambda: welcome.offered[0] == "web-1")


def test_a_configuration_that_cannot_be_read_is_told(
    bench: Bench, actions: HostActions, surroundings: TestSurroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> list[SshAlias]:
        raise InvalidInputError("~/.ssh/config cannot be read.", hint="Check its permissions.")

    monkeypatch.setattr(surroundings, "ssh_aliases", unreadable)
    welcome = bench.keep(EmptyState(bench.workspace, actions, bench.window))
    bench.wait(lambda: welcome.failure)
    assert welcome.failure == "~/.ssh/config cannot be read. Check its permissions."
    assert welcome.offered == []


def test_hostile_names_break_nothing(bench: Bench, actions: HostActions, surroundings: TestSurroundings) -> None:
    surroundings.aliases = [HOSTILE, HOSTILE]
    welcome = bench.keep(EmptyState(bench.workspace, actions, bench.window))
    bench.settle()
    welcome.resize(900, 600)
    assert welcome.minimumSizeHint().width() <= 900
    bench.workspace.appearance.toggle()
    assert not welcome.grab().isNull()


def test_the_list_of_names_is_painted_searched_and_chosen_from_by_keys(bench: Bench, aliases: list[SshAlias]) -> None:
    shown = bench.keep(AliasList(bench.workspace))
    shown.offer([HOSTILE, *aliases])
    picked: list[SshAlias] = []
    shown.picked.connect(picked.append)
    bench.press(shown.search, Qt.Key.Key_Down)
    assert focused() is shown.view
    bench.press(shown.view, Qt.Key.Key_Down)
    bench.press(shown.view, Qt.Key.Key_Return)
    assert picked == [aliases[0]]
    assert not shown.grab().isNull()
    bench.type(shown.search, "web-11")
    assert shown.shown == ["web-11"]
