"""The fields of the form that are more than a line of text."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from monitor_gui.hosts.credential_choice import CredentialChoice
from monitor_gui.hosts.host_draft import Field, HostDraft
from monitor_gui.hosts.host_form import HostForm
from monitor_gui.hosts.identity_field import IdentityField
from monitor_gui.hosts.reading_choice import ReadingChoice
from monitor_gui.hosts.step_list import StepList
from monitor_gui.hosts.verdict import LOCAL_STEPS, Mark
from monitor_gui.theme.appearance import Appearance
from storage.connection_step import Step
from storage.host import Reader, Transport
from storage.secret_keeper import Credential, CredentialKind
from tests.monitor_gui.hosts.bench import Bench

OPS = Credential(1, "ops", CredentialKind.PASSWORD, 1)
# Names that look like entries which mean something else.
NEW = Credential(2, "New credential…", CredentialKind.PASSPHRASE, 1)


def test_a_credential_is_chosen_by_its_name_alone(appearance: Appearance, qtbot: QtBot) -> None:
    choice = CredentialChoice(appearance)
    qtbot.addWidget(choice)
    told: list[str] = []
    choice.chosen.connect(lambda: told.append("chosen"))
    choice.wants_new.connect(lambda: told.append("new"))
    choice.offer([OPS, NEW])
    chosen: list[str | None] = []
    for place in (2, 2, choice.count() - 1, 0):
        choice.activated.emit(place)
        chosen.append(choice.name)
    assert chosen == ["New credential…"] * 3 + [None]
    assert told == ["chosen", "new", "chosen"]
    choice.activated.emit(choice.count() - 2)
    assert not choice.grab().isNull()


def test_a_credential_that_is_not_known_yet_stays_chosen(appearance: Appearance, qtbot: QtBot) -> None:
    choice = CredentialChoice(appearance)
    qtbot.addWidget(choice)
    choice.choose("later")
    assert choice.currentText() == "later"
    choice.offer([OPS])
    assert (choice.name, choice.currentText()) == ("later", "later")


def test_a_key_file_is_chosen_where_keys_are(appearance: Appearance, qtbot: QtBot, tmp_path: Path) -> None:
    field = IdentityField(appearance)
    qtbot.addWidget(field)
    field.show()
    key = tmp_path / "id_ed25519"
    key.write_text("x")
    chooser = field.choose()
    chooser.fileSelected.emit(str(key))
    chooser.reject()
    assert field.editor.text() == str(key)


def test_what_is_wrong_in_the_folded_part_unfolds_it(bench: Bench) -> None:
    form = bench.keep(HostForm(bench.workspace.appearance))
    assert not form.identity.isVisible()
    form.complain(Field.IDENTITY, "wrong")
    assert form.identity.isVisible()
    assert form.complaints == ["wrong"]


def test_how_a_host_is_read_is_set_in_the_folded_part_and_unfolds_it(bench: Bench) -> None:
    form = bench.keep(HostForm(bench.workspace.appearance))
    edits: list[None] = []
    form.edited.connect(lambda: edits.append(None))
    choice = ReadingChoice(
        transport=Transport.PARAMIKO, reader=Reader.SHELL, top_processes="50", sudo=True, all_mounts=True
    )
    form.set_draft(HostDraft(address="db1", reading=choice), name_is_typed=False)
    assert form.reading.isVisible()
    assert form.draft.reading == choice
    assert edits
    assert not form.grab().isNull()
    form.set_draft(HostDraft(local=True, reading=choice), name_is_typed=False)
    assert not form.reading.findChildren(QComboBox)[0].isVisible()


def test_everything_is_reached_with_tab_in_the_order_it_is_read(bench: Bench) -> None:
    form = bench.keep(HostForm(bench.workspace.appearance))
    form.set_draft(HostDraft(interval="5"), name_is_typed=False)
    form.address.setFocus()
    order = [form.name, form.user, form.port, form.credential, form.group, form.tags, form.unfold]
    for widget in order:
        bench.press(form.focusWidget(), Qt.Key.Key_Tab)
        assert form.focusWidget() is widget


def test_the_checklist_shows_the_steps_there_are_and_says_them(bench: Bench) -> None:
    steps = bench.keep(StepList(bench.workspace.appearance))
    steps.begin(LOCAL_STEPS)
    assert list(steps.marks) == list(LOCAL_STEPS)
    assert steps.marks[Step.PYTHON] is Mark.RUNNING
    assert not steps.grab().isNull()
    steps.show_progress([Step.PYTHON], failed=True)
    names = {child.accessibleName() for child in steps.children() if hasattr(child, "accessibleName")}
    assert {"Start the probe: passed", "First reading: failed"} <= names
