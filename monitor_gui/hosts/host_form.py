"""The fields of a host. What is wrong is said below each field, once a person has been there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from monitor_gui.forms.labelled_field import LabelledField
from monitor_gui.frame.segments import Segment, Segments
from monitor_gui.hosts.credential_choice import CredentialChoice
from monitor_gui.hosts.host_draft import Field, HostDraft, proposed_name, tidied
from monitor_gui.hosts.identity_field import IdentityField
from monitor_gui.hosts.reading_choice import ReadingChoice, ReadingFields
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from monitor_gui.theme.tokens import SPACE_2, SPACE_3
from storage.host import NewHost
from storage.host_rules import PATH_LIMIT, TEXT_LIMIT
from storage.printable import printable
from storage.translation import _

_PORT_WIDTH = 132


class HostForm(QWidget):
    """The form, as text in and out.

    Signals:
        edited: something is different now.
        wants_credential: a new one is to be made.
    """

    edited = Signal()
    wants_credential = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._names_taken: Collection[str] = ()
        self._own_name = ""
        self._name_is_typed = False
        self._visited: set[Field] = set()
        self.way = Segments(
            appearance, (Segment(key="ssh", text=_("Over SSH")), Segment(key="local", text=_("This machine")))
        )
        self.address, self.name, self.user, self.port, self.interval = (QLineEdit() for _place in range(5))
        self.group, self.tags = QLineEdit(), QLineEdit()
        self.identity = IdentityField(appearance)
        self.credential = CredentialChoice(appearance)
        self.reading = ReadingFields(appearance)
        self.enabled = QCheckBox(_("&Watch this host"))
        self.enabled.setChecked(True)
        self.unfold = QPushButton(_("More s&ettings"))
        self._fields = {
            Field.ADDRESS: LabelledField(_("&Address"), self.address),
            Field.NAME: LabelledField(_("&Name"), self.name),
            Field.USER: LabelledField(_("&User"), self.user),
            Field.PORT: LabelledField(_("&Port"), self.port),
            Field.GROUP: LabelledField(_("&Group"), self.group),
            Field.TAGS: LabelledField(_("Tags, with c&ommas"), self.tags),
            Field.IDENTITY: LabelledField(_("&Key file"), self.identity.editor, beside=self.identity),
            Field.INTERVAL: LabelledField(_("&Interval in seconds"), self.interval),
            Field.TOP: self.reading.top_field,
        }
        self._credential_field = LabelledField(_("C&redential"), self.credential)
        self._dress()
        self._lay_out()
        self._connect()

    @property
    def draft(self) -> HostDraft:
        """What stands there."""
        return HostDraft(
            local=self.way.key == "local",
            name=self.name.text(),
            address=self.address.text(),
            username=self.user.text(),
            port=self.port.text(),
            identity_file=self.identity.editor.text(),
            credential=self.credential.name,
            group=self.group.text(),
            tags=self.tags.text(),
            interval=self.interval.text(),
            enabled=self.enabled.isChecked(),
            reading=self.reading.choice,
        )

    def set_draft(self, draft: HostDraft, *, name_is_typed: bool) -> None:
        """Puts something there. A name that was not typed follows the address."""
        self._name_is_typed = name_is_typed
        self.way.choose("local" if draft.local else "ssh")
        for editor, text in (
            (self.address, draft.address),
            (self.user, draft.username),
            (self.port, draft.port),
            (self.group, draft.group),
            (self.tags, draft.tags),
            (self.identity.editor, draft.identity_file),
            (self.interval, draft.interval),
            (self.name, draft.name),
        ):
            editor.setText(text)
        self.credential.choose(draft.credential)
        self.enabled.setChecked(draft.enabled)
        self.reading.set_choice(draft.reading)
        is_usual = draft.enabled and draft.reading == ReadingChoice()
        self._fold(folded=is_usual and not (draft.identity_file or draft.interval))
        self._follow_way()

    def tidy(self) -> HostDraft:
        """Puts what was typed into the fields where it belongs, and gives it."""
        before, after = self.draft, tidied(self.draft)
        if after != before:
            self.set_draft(replace(after, name=self.name.text()), name_is_typed=self._name_is_typed)
        return tidied(self.draft)

    def set_names(self, taken: Collection[str], own: str) -> None:
        """Names of other hosts, which are not proposed, and what this machine calls itself."""
        self._names_taken, self._own_name = taken, own
        self._propose_name()

    def set_groups(self, groups: Iterable[str]) -> None:
        """The groups there are, offered while one types."""
        completer = QCompleter(sorted(set(groups)), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.group.setCompleter(completer)

    def show_problems(self, problems: Mapping[Field, str], *, everywhere: bool = False) -> None:
        """Says what is wrong, in the fields that a person has left so far, or everywhere."""
        if everywhere:
            self._visited = set(Field)
        for field, labelled in self._fields.items():
            labelled.complain(problems.get(field, "") if field in self._visited else "")

    def show_twin(self, twin: NewHost | None) -> None:
        """Says that another host is reached in the same way."""
        if twin is not None and not self._fields[Field.ADDRESS].note:
            name = printable(twin.name, 60)
            self._fields[Field.ADDRESS].remark(_("“{name}” is at this address already.").format(name=name))

    def visit(self, field: Field) -> None:
        """From now on, what is wrong with that field is said."""
        self._visited.add(field)

    def complain(self, field: Field, sentence: str) -> None:
        """Says what is wrong with one field, and goes there."""
        self._fields[field].complain(sentence)
        self.go_to(field)

    def go_to(self, field: Field) -> None:
        """Puts the cursor there."""
        if field in {Field.IDENTITY, Field.INTERVAL, Field.TOP}:
            self._fold(folded=False)
        self._fields[field].editor.setFocus()

    @property
    def complaints(self) -> Sequence[str]:
        """Everything that is said below the fields."""
        return [field.note for field in self._fields.values() if field.note]

    def _dress(self) -> None:
        self.address.setPlaceholderText(_("web-1.example, root@10.0.0.7:2222, or a name from ~/.ssh/config"))
        self.user.setPlaceholderText(_("as ~/.ssh/config says"))
        self.port.setPlaceholderText("22")
        self.interval.setPlaceholderText(_("as set for all hosts"))
        self.address.setMaxLength(TEXT_LIMIT + 80)
        self.group.setPlaceholderText(_("none"))
        self.tags.setPlaceholderText(_("Seoul, production"))
        for editor in (self.name, self.user):
            editor.setMaxLength(TEXT_LIMIT)
        self.identity.editor.setMaxLength(PATH_LIMIT)
        self._fields[Field.PORT].setFixedWidth(_PORT_WIDTH)
        self.unfold.setProperty("kind", "link")
        self.unfold.setCheckable(True)
        self.unfold.setAutoDefault(False)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_3)
        grid.addWidget(self._fields[Field.ADDRESS], 0, 0, 1, 2)
        grid.addWidget(self._fields[Field.NAME], 1, 0, 1, 2)
        grid.addWidget(self._fields[Field.USER], 2, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._fields[Field.PORT], 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._credential_field, 3, 0, 1, 2)
        labels = QHBoxLayout()
        labels.setSpacing(SPACE_3)
        labels.addWidget(self._fields[Field.GROUP], 1, Qt.AlignmentFlag.AlignTop)
        labels.addWidget(self._fields[Field.TAGS], 2, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(labels, 4, 0, 1, 2)
        self._more = QWidget()
        more = QVBoxLayout(self._more)
        more.setContentsMargins(0, 0, 0, 0)
        more.setSpacing(SPACE_3)
        more.addWidget(self._fields[Field.IDENTITY])
        more.addWidget(self._fields[Field.INTERVAL])
        more.addWidget(self.reading)
        more.addWidget(self.enabled)
        column.addWidget(self.way)
        column.addLayout(grid)
        column.addWidget(self.unfold)
        column.addWidget(self._more)
        column.addStretch(1)
        column.setAlignment(self.way, Qt.AlignmentFlag.AlignLeft)
        column.setAlignment(self.unfold, Qt.AlignmentFlag.AlignLeft)
        column.setSpacing(SPACE_2 + 2)
        self._fold(folded=True)

    def _connect(self) -> None:
        self.way.chosen.connect(lambda _key: self._way_chosen())
        self.address.textEdited.connect(lambda _text: self._propose_name())
        self.name.textEdited.connect(self._name_typed)
        for field, editor in (
            (Field.ADDRESS, self.address),
            (Field.NAME, self.name),
            (Field.USER, self.user),
            (Field.PORT, self.port),
            (Field.GROUP, self.group),
            (Field.TAGS, self.tags),
            (Field.IDENTITY, self.identity.editor),
            (Field.INTERVAL, self.interval),
            (Field.TOP, self.reading.top),
        ):
            editor.textChanged.connect(lambda _text: self.edited.emit())
            editor.editingFinished.connect(lambda field=field: self._left_field(field))
        self.reading.edited.connect(self.edited)
        self.enabled.toggled.connect(lambda _checked: self.edited.emit())
        self.credential.chosen.connect(self.edited)
        self.credential.wants_new.connect(self.wants_credential)
        self.unfold.toggled.connect(lambda shown: self._fold(folded=not shown))

    def _left_field(self, field: Field) -> None:
        editor = self._fields[field].editor
        if isinstance(editor, QLineEdit) and editor.text():
            self.visit(field)
        if field is Field.ADDRESS:
            self.tidy()
        self.edited.emit()

    def _name_typed(self, text: str) -> None:
        self._name_is_typed = bool(text)
        self.visit(Field.NAME)

    def _way_chosen(self) -> None:
        self._follow_way()
        self._propose_name()
        self.edited.emit()

    def _follow_way(self) -> None:
        is_local = self.way.key == "local"
        for field in (Field.ADDRESS, Field.USER, Field.PORT, Field.IDENTITY):
            self._fields[field].setVisible(not is_local)
        self._credential_field.setVisible(not is_local)
        self.reading.follow_way(is_local=is_local)

    def _propose_name(self) -> None:
        if self._name_is_typed:
            return
        address = self._own_name if self.way.key == "local" else self.address.text()
        self.name.setText(proposed_name(address, self._names_taken))

    def _fold(self, *, folded: bool) -> None:
        self._more.setVisible(not folded)
        self.unfold.setChecked(not folded)
        self.unfold.setIcon(icon("chevron-right" if folded else "chevron-down", self._appearance.tokens.text_2))
