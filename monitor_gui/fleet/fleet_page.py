"""The fleet page: header, summary cards, filters, and every host as a tile or a row."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, cast

from PySide6.QtCore import QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from fleet.fleet_totals import Standing, sum_up
from monitor_gui.fleet.arrangement import arrangement_of, sort_key_of
from monitor_gui.fleet.filter_bar import FilterBar
from monitor_gui.fleet.fleet_filter import FleetFilter
from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.fleet.fleet_words import subtitle
from monitor_gui.fleet.host_actions import HostActions
from monitor_gui.fleet.host_row import is_from_before
from monitor_gui.fleet.host_table import HostTable
from monitor_gui.fleet.overview_cards import OverviewCards
from monitor_gui.fleet.placeholder import Message, Outlines
from monitor_gui.fleet.search_field import SearchField
from monitor_gui.fleet.tile_view import GUTTER, TileView
from monitor_gui.frame.card import Card
from monitor_gui.frame.header import PageHeader
from monitor_gui.frame.page import Page
from monitor_gui.frame.theme_button import ThemeButton
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme.icons import icon
from monitor_gui.theme.tokens import SPACE_3, SPACE_4, SPACE_5
from monitor_gui.workspace import Workspace
from storage.printable import printable
from storage.translation import _


class FleetPage(Page):
    """Every host at a glance."""

    def __init__(
        self,
        workspace: Workspace,
        empty_state: Callable[[], QWidget] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Takes the application's parts, and what makes the widget that is shown where there are no hosts."""
        super().__init__(parent)
        self._workspace = workspace
        appearance = workspace.appearance
        self._look: FleetLook | None = None
        self.model = FleetModel(self)
        self.header = PageHeader(_("Fleet"), _("Reading the database…"))
        self.search = SearchField(appearance)
        self.add_button = QPushButton(_("Add host"))
        self.cards = OverviewCards(appearance)
        self.bar = FilterBar(appearance)
        self.tiles = TileView(self.model, appearance)
        self.table = HostTable(self.model, appearance)
        self.table.setSelectionModel(self.tiles.selectionModel())
        self._outlines, self._message = Outlines(appearance), Message()
        self._table_card = Card()
        self._empty = (empty_state or self._plain_empty_state)()
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._dress()
        self._choose_view(workspace.preferences.fleet_view)
        self.model.arrange(arrangement_of(workspace.preferences.fleet_sort))
        self.bar.show_arrangement(self.model.arrangement)
        self._show_filter()

    @property
    def view(self) -> QAbstractItemView:
        """The tiles or the table, whichever is chosen."""
        return self.table if self.bar.views.key == "table" else self.tiles

    def show_look(self, look: object) -> None:
        """Shows the fleet as it is in a `FleetLook`."""
        look = cast("FleetLook", look)
        self._look = look
        totals = sum_up(look.readings, look.state.latest, look.moment, from_before=is_from_before(look))
        self.model.show_look(look)
        self.header.set_subtitle(subtitle(look, totals))
        self.cards.show_totals(totals, look)
        self.bar.show_totals(totals if look.loaded else None)
        self.table.show_groups(bool(totals.groups))
        self.table.show_ages()
        self._choose_content()

    def clear_filter(self) -> None:
        """Shows every host again."""
        self.search.clear()
        self._filter(FleetFilter())

    def _lay_out(self) -> None:
        self.column.setContentsMargins(SPACE_5, SPACE_4, 0, 0)
        self.add_button.setProperty("kind", "primary")
        self.add_button.setIconSize(QSize(16, 16))
        self.add_button.setToolTip(_("Add host (Ctrl+N)"))
        for control in (self.search, ThemeButton(self._workspace.appearance), self.add_button):
            self.header.add_control(control)
        above = QVBoxLayout()
        # The scroll bar has its place beside the hosts, so that these end where the cards end.
        above.setContentsMargins(0, 0, GUTTER, 0)
        above.setSpacing(SPACE_4)
        for widget in (self.header, self.cards, self.bar):
            above.addWidget(widget)
        self.column.addLayout(above)
        # The table paints its own ground, which has to end above the round corners.
        self._table_card.column.setContentsMargins(1, 1, 1, 6)
        self._table_card.column.addWidget(self.table)
        framed, beside = QWidget(), QVBoxLayout()
        beside.setContentsMargins(0, 0, GUTTER, GUTTER)
        beside.addWidget(self._table_card)
        framed.setLayout(beside)
        self._framed = framed
        for content in (self._outlines, self.tiles, framed, self._message, self._empty):
            self._stack.addWidget(content)
        self.column.setSpacing(SPACE_3)
        self.column.addWidget(self._stack, 1)
        self.setTabOrder(self.search, self.add_button)

    def _connect(self) -> None:
        self._workspace.appearance.changed.connect(self._dress)
        self.add_button.clicked.connect(self.wants_add_host)
        self.search.textChanged.connect(lambda words: self._filter(replace(self.model.filter, words=words)))
        self.search.left_downwards.connect(self._go_to_hosts)
        self.bar.chosen_standing.connect(self._filter_standing)
        self.bar.chosen_group.connect(lambda group: self._filter(replace(self.model.filter, group=group)))
        self.bar.chosen_sort.connect(lambda key: self.model.arrange(arrangement_of(key)))
        self.bar.chosen_view.connect(self._choose_view)
        self.model.arranged.connect(self._arranged)
        for view in (self.tiles, self.table):
            actions = HostActions(view, self.model, self._workspace.appearance)
            actions.opened.connect(self.opened_host)
            actions.wants_edit.connect(self.wants_edit_host)
            actions.wants_test.connect(self.wants_test_host)
            actions.wants_retry.connect(self.wants_retry_host)
            actions.wants_remove.connect(self.wants_remove_host)
        for keys in ("Ctrl+K", "Ctrl+F", "/"):
            QShortcut(QKeySequence(keys), self, self._search)

    def _choose_content(self) -> None:
        """Hosts where there are any, else why there are none."""
        look = self._look
        if look is None:
            return
        has_hosts = bool(look.readings)
        self.cards.setVisible(has_hosts or not look.loaded)
        self.bar.setVisible(has_hosts or not look.loaded)
        self.search.setVisible(has_hosts or not look.loaded)
        self._stack.setCurrentWidget(self._content(look))

    def _content(self, look: FleetLook) -> QWidget:
        if not look.loaded:
            if look.failure is None:
                return self._outlines
            self._message.say(look.failure.message, look.failure.hint)
            return self._message
        if not look.readings:
            return self._empty
        if not self.model.rows:
            words = printable(self.model.filter.words.strip(), 60)
            hint = _("None has “{words}” in its name, address, group, tags or note.") if words else ""
            self._message.say(_("No host matches."), hint.format(words=words), _("Clear filter"), self.clear_filter)
            return self._message
        return self._framed if self.view is self.table else self.tiles

    def _choose_view(self, key: str) -> None:
        self.bar.views.choose(key)
        self._workspace.preferences.fleet_view = cast("Literal['tiles', 'table']", key)
        self._choose_content()
        current = self.view.currentIndex()
        if current.isValid():
            self.view.scrollTo(current)

    def _arranged(self) -> None:
        self.bar.show_arrangement(self.model.arrangement)
        key = sort_key_of(self.model.arrangement)
        if key is not None:
            self._workspace.preferences.fleet_sort = key

    def _filter_standing(self, standing: Standing | None) -> None:
        self._filter(replace(self.model.filter, standing=standing))

    def _filter(self, chosen: FleetFilter) -> None:
        self.model.set_filter(chosen)
        self._show_filter()
        self._choose_content()

    def _show_filter(self) -> None:
        self.bar.show_filter(self.model.filter.standing, self.model.filter.group)

    def _search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _go_to_hosts(self) -> None:
        """From the search field to the first host that was found."""
        if self.model.rows:
            if not self.view.currentIndex().isValid():
                self.view.setCurrentIndex(self.model.index_of(self.model.row_at(0).host_id))
            self.view.setFocus()

    def _dress(self) -> None:
        tokens = self._workspace.appearance.tokens
        self.add_button.setIcon(icon("plus", tokens.on_accent))
        if self._look is not None:
            self.show_look(self._look)

    def _plain_empty_state(self) -> QWidget:
        message = Message()
        message.say(
            _("No hosts yet"),
            _("Add a server to see how it is; nothing has to be installed on it."),
            _("Add host"),
            self.wants_add_host.emit,
        )
        return message
