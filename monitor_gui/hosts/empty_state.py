"""What is shown while there are no hosts: what this is, and the first host in one click or two."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from fleet.ssh_alias import SshAlias
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.frame.card import Card
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.hosts.alias_checklist import AliasChecklist
from monitor_gui.hosts.alias_offers import behind
from monitor_gui.hosts.host_actions import HostActions
from monitor_gui.hosts.known_things import KnownThings, read_known
from monitor_gui.theme.icons import icon, pixmap
from monitor_gui.theme.tokens import SPACE_1, SPACE_2, SPACE_3, SPACE_4, SPACE_5
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from storage.host import NewHost
from storage.printable import printable
from storage.translation import _, ngettext

_WIDTH = 520
_LOGO_SIZE = 44
_ROWS = 8
_NAME_LIMIT, _LINE_LIMIT = 60, 300


class EmptyState(QWidget):
    """A welcome that leads on."""

    def __init__(self, workspace: Workspace, actions: HostActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._actions = workspace, actions
        self._aliases: Sequence[SshAlias] = ()
        self._logo = QLabel()
        self.this_machine_button = QPushButton(_("&Watch this machine"))
        self.add_button = QPushButton(_("&Add a host…"))
        self.all_button = QPushButton()
        self._failure = PlainText(role="muted")
        self._rows = QVBoxLayout()
        self._offers = Card()
        self._lay_out()
        self.this_machine_button.clicked.connect(actions.add_this_machine)
        self.add_button.clicked.connect(lambda _checked=False: actions.add())
        self.all_button.clicked.connect(self._choose_several)
        workspace.appearance.changed.connect(self._dress)
        self._dress()
        self._show_offers(KnownThings())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Looks at what there is to offer now."""
        super().showEvent(event)
        surroundings = self._workspace.surroundings
        self._workspace.errands.run(
            lambda database: read_known(database, surroundings), self._show_offers, self._fail, owner=self
        )

    @property
    def offered(self) -> list[str]:
        """The names that have a row of their own."""
        return [alias.alias for alias in self._aliases[:_ROWS]]

    @property
    def failure(self) -> str:
        """Why nothing can be offered."""
        return self._failure.text()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(SPACE_2)
        column.addStretch(1)
        column.addWidget(self._logo, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(SPACE_2)
        title = TextLabel(_("Which machine shall be watched first?"), role="title")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(title)
        words = PlainText(
            _(
                "Watchpost reads CPU, memory, disks, network and processes of your servers over SSH, "
                "every few seconds, and installs nothing on them."
            ),
            role="text",
        )
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)
        column.addSpacing(SPACE_3)
        ways = QHBoxLayout()
        ways.setSpacing(SPACE_3)
        ways.addStretch(1)
        self.this_machine_button.setProperty("kind", "primary")
        for button in (self.this_machine_button, self.add_button):
            button.setIconSize(QSize(16, 16))
            ways.addWidget(button)
        ways.addStretch(1)
        column.addLayout(ways)
        column.addSpacing(SPACE_4)
        self._lay_out_offers()
        column.addWidget(self._offers)
        column.addWidget(self._failure)
        column.addStretch(2)
        middle = QWidget()
        middle.setFixedWidth(_WIDTH)
        middle.setLayout(column)
        around = QWidget()
        row = QHBoxLayout(around)
        row.setContentsMargins(0, SPACE_5, 0, SPACE_5)
        row.addStretch(1)
        row.addWidget(middle)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(around)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _lay_out_offers(self) -> None:
        head = QHBoxLayout()
        head.addWidget(PlainText(_("From your ~/.ssh/config"), role="caption"), 1)
        self.all_button.setProperty("kind", "link")
        head.addWidget(self.all_button)
        self._rows.setSpacing(SPACE_1)
        self._offers.column.addLayout(head)
        self._offers.column.addLayout(self._rows)

    def _show_offers(self, known: KnownThings) -> None:
        self._aliases = known.aliases
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for alias in self._aliases[:_ROWS]:
            self._rows.addWidget(self._row(alias))
        count = len(self._aliases)
        self.all_button.setText(ngettext("Add &several…", "Add &several of {count}…", count).format(count=count))
        self.all_button.setVisible(count > 1)
        self._offers.setVisible(bool(count))
        if known.aliases_failure is not None:
            self._say(known.aliases_failure)
        else:
            self._failure.hide()

    def _row(self, alias: SshAlias) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        name = printable(alias.alias, _NAME_LIMIT)
        line.addWidget(TextLabel(name, role="strong"), 2)
        line.addWidget(TextLabel(behind(alias), role="muted"), 3)
        button = QPushButton(_("Add"))
        button.setAccessibleName(_("Add {name}").format(name=name))
        button.clicked.connect(lambda _checked=False: self._actions.add(NewHost(name=alias.alias, address=alias.alias)))
        line.addWidget(button)
        return row

    @Slot()
    def _choose_several(self) -> None:
        checklist = AliasChecklist(self._aliases, self.window())
        checklist.chosen.connect(self._actions.add_aliases)
        checklist.open()

    def _fail(self, error: WatchpostError) -> None:
        self._say(error)

    def _say(self, error: WatchpostError) -> None:
        self._failure.setText(printable(f"{error.message} {error.hint}".strip(), _LINE_LIMIT))
        self._failure.show()

    def _dress(self) -> None:
        tokens = self._workspace.appearance.tokens
        self._logo.setPixmap(pixmap("logo", tokens.accent, _LOGO_SIZE, self.devicePixelRatioF()))
        self.this_machine_button.setIcon(icon("server", tokens.on_accent))
        self.add_button.setIcon(icon("plus", tokens.text_2))
