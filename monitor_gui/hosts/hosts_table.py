"""The table of hosts, with what its keys mean: Enter and F2 edit, Delete removes."""

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from monitor_gui.hosts.host_lines import Column
from monitor_gui.hosts.hosts_model import HostsModel
from storage.host import Host
from storage.translation import _

_ROW_HEIGHT = 38
_ICON_SIZE = 18
_WIDTHS = {
    Column.NAME: 190,
    Column.ADDRESS: 160,
    Column.USER: 90,
    Column.GROUP: 100,
    Column.TAGS: 120,
    Column.CREDENTIAL: 120,
    Column.WAY: 100,
    Column.INTERVAL: 110,
    Column.STATE: 160,
}


class HostsTable(QTableView):
    """Several hosts can be selected.

    Signals:
        wants_edit: the current host is to be changed.
        wants_removal: the selected hosts are to go.
    """

    wants_edit = Signal()
    wants_removal = Signal()

    def __init__(self, model: HostsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hosts = model
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setIconSize(QSize(_ICON_SIZE, _ICON_SIZE))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(_("Hosts"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
        # A single cell that lights up under the pointer would promise something of its own.
        self.setStyleSheet("QTableView::item:hover:!selected { background: transparent; }")
        self.doubleClicked.connect(lambda _index: self.wants_edit.emit())

    def show_columns(self, columns: Iterable[Column]) -> None:
        """Shows these columns alone."""
        wanted = set(columns)
        for column in Column:
            self.setColumnHidden(column, column not in wanted)

    @property
    def chosen(self) -> list[Host]:
        """The selected hosts, from the top."""
        rows = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        return [host for row in rows if (host := self._hosts.host(row)) is not None]

    def choose(self, host_ids: Iterable[int]) -> None:
        """Selects those hosts, as far as they are shown."""
        rows = [row for host_id in host_ids if (row := self._hosts.row_of(host_id)) is not None]
        selection = QItemSelection()
        for row in rows:
            selection.select(self._hosts.index(row, 0), self._hosts.index(row, len(Column) - 1))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Takes the keys that are meant for hosts."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2} and not event.modifiers():
            self.wants_edit.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.wants_removal.emit()
        else:
            super().keyPressEvent(event)
