"""The page on which hosts are managed: all of them in a table, and what can be done with those that are selected."""

from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from monitor_gui.fleet.search_field import SearchField
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.frame.card import Card
from monitor_gui.frame.header import PageHeader
from monitor_gui.frame.page import Page
from monitor_gui.frame.theme_button import ThemeButton
from monitor_gui.hosts.empty_state import EmptyState
from monitor_gui.hosts.host_actions import HostActions
from monitor_gui.hosts.host_lines import columns_in_use
from monitor_gui.hosts.hosts_model import HostsModel
from monitor_gui.hosts.hosts_table import HostsTable
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme.icons import icon
from monitor_gui.theme.tokens import SPACE_2
from monitor_gui.workspace import Workspace
from storage.host import Host
from storage.translation import _, ngettext


class HostsPage(Page):
    """All hosts."""

    def __init__(self, workspace: Workspace, actions: HostActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._actions = workspace, actions
        self.model = HostsModel(workspace.appearance, self)
        self.table = HostsTable(self.model)
        self.header = PageHeader(_("Hosts"), _("Reading the database…"))
        self.search = SearchField(workspace.appearance)
        self.add_button = QPushButton(_("Add host"))
        self.credentials_button = QPushButton(_("Credentials…"))
        self._selected = PlainText(role="subtitle")
        self._selected.setWordWrap(False)
        self._buttons: dict[str, QPushButton] = {}
        self._nothing = PlainText(_("No host fits these words."), role="text")
        self._stack = QStackedWidget()
        self._empty = EmptyState(workspace, actions)
        self._lay_out()
        self._connect()
        self._dress()
        self._weigh()

    def show_look(self, look: object) -> None:
        """Shows the hosts of a `FleetLook`."""
        look = cast("FleetLook", look)
        self.model.show_readings(look.readings)
        self.table.show_columns(columns_in_use(look.readings))
        total, off = len(look.readings), sum(not reading.host.enabled for reading in look.readings)
        if look.loaded:
            words = ngettext("{count} host", "{count} hosts", total).format(count=total)
            self.header.set_subtitle(
                _("{hosts}, {count} of them not watched").format(hosts=words, count=off) if off else words
            )
            self._stack.setCurrentIndex(0 if total else 1)
        self._weigh()

    def button(self, name: str) -> QPushButton:
        """One of what can be done with the selected hosts: edit, test, trust, enable, disable, remove."""
        return self._buttons[name]

    def is_empty(self) -> bool:
        """Whether there are no hosts, so that the page offers some."""
        return self._stack.currentIndex() == 1

    def _lay_out(self) -> None:
        self.add_button.setProperty("kind", "primary")
        self.add_button.setIconSize(QSize(16, 16))
        for control in (self.search, self.credentials_button, ThemeButton(self._workspace.appearance), self.add_button):
            self.header.add_control(control)
        bar = QHBoxLayout()
        bar.setSpacing(SPACE_2)
        for name, text, _icon, act in self._deeds():
            button = QPushButton(text)
            button.setIconSize(QSize(15, 15))
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._buttons[name] = button
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self._selected)
        card = Card()
        card.column.setContentsMargins(1, 1, 1, 1)
        card.column.addWidget(self._nothing)
        card.column.addWidget(self.table, 1)
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addWidget(card, 1)
        self._stack.addWidget(filled)
        self._stack.addWidget(self._empty)
        self.column.addWidget(self.header)
        self.column.addWidget(self._stack, 1)

    def _deeds(self) -> Sequence[tuple[str, str, str, Callable[[], None]]]:
        """What can be done: name, text, icon, deed."""
        return (
            ("edit", _("&Edit…"), "edit", self._edit),
            ("test", _("&Test…"), "test", self._test),
            ("trust", _("Host &key…"), "key", self._trust),
            ("enable", _("&Watch"), "eye", lambda: self._enable(enabled=True)),
            ("disable", _("&Pause"), "eye-off", lambda: self._enable(enabled=False)),
            ("remove", _("&Remove"), "trash", self._remove),
        )

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.wants_add_host)
        self.credentials_button.clicked.connect(self._actions.manage_credentials)
        self.search.textChanged.connect(self._filter)
        self.search.left_downwards.connect(self._go_to_table)
        self.table.selectionModel().selectionChanged.connect(lambda *_indexes: self._weigh())
        self.table.wants_edit.connect(self._edit)
        self.table.wants_removal.connect(self._remove)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._workspace.appearance.changed.connect(self._dress)
        for keys in (QKeySequence("Ctrl+K"), QKeySequence(QKeySequence.StandardKey.Find)):
            QShortcut(keys, self, self.search.setFocus)

    def _dress(self) -> None:
        tokens = self._workspace.appearance.tokens
        self.add_button.setIcon(icon("plus", tokens.on_accent))
        for name, _text, picture, _act in self._deeds():
            self._buttons[name].setIcon(icon(picture, tokens.text_2))

    def _weigh(self) -> None:
        chosen = self.table.chosen
        for name in ("edit", "test", "trust"):
            self._buttons[name].setEnabled(len(chosen) == 1)
        self._buttons["enable"].setEnabled(any(not host.enabled for host in chosen))
        self._buttons["disable"].setEnabled(any(host.enabled for host in chosen))
        self._buttons["remove"].setEnabled(bool(chosen))
        count = len(chosen)
        self._selected.setText(
            ngettext("{count} selected", "{count} selected", count).format(count=count) if count > 1 else ""
        )
        self._nothing.setVisible(self.model.total > 0 and self.model.rowCount() == 0)

    def _filter(self, words: str) -> None:
        self.model.filter(words)
        self._weigh()

    def _go_to_table(self) -> None:
        self.table.setFocus()
        if not self.table.chosen and self.model.rowCount():
            self.table.selectRow(0)

    def _one(self) -> Host | None:
        chosen = self.table.chosen
        return chosen[0] if len(chosen) == 1 else None

    def _edit(self) -> None:
        if (host := self._one()) is not None:
            self.wants_edit_host.emit(host.id)

    def _test(self) -> None:
        if (host := self._one()) is not None:
            self.wants_test_host.emit(host.id)

    def _trust(self) -> None:
        if (host := self._one()) is not None:
            self._actions.trust(host.id)

    def _enable(self, *, enabled: bool) -> None:
        self._actions.enable([host.id for host in self.table.chosen], enabled=enabled)

    def _remove(self) -> None:
        if chosen := self.table.chosen:
            self._actions.remove([host.id for host in chosen])

    def _show_menu(self, place: QPoint) -> None:
        menu = self.menu()
        if menu.isEmpty():
            return
        menu.popup(self.table.viewport().mapToGlobal(place))

    def menu(self) -> QMenu:
        """What can be done with the selected hosts, as a menu."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        host = self._one()
        if host is not None:
            shown = QAction(_("Open"), menu)
            shown.triggered.connect(lambda _checked=False: self.opened_host.emit(host.id))
            menu.addAction(shown)
        for name, text, picture, act in self._deeds():
            if self._buttons[name].isEnabled():
                action = QAction(icon(picture, self._workspace.appearance.tokens.text_2), text, menu)
                action.triggered.connect(lambda _checked=False, act=act: act())
                menu.addAction(action)
        return menu
