"""The top processes of a host as a table that views can show and sort."""

from collections.abc import Callable, Sequence
from enum import IntEnum
from html import escape
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from storage.printable import printable
from storage.quantities import byte_count, percent
from storage.scrape import Process
from storage.translation import N_, _

ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_NAME_LIMIT, _USER_LIMIT, _COMMAND_LIMIT = 64, 32, 600


class Column(IntEnum):
    """From the left."""

    NAME = 0
    PID = 1
    CPU = 2
    MEMORY = 3


_TITLES = {Column.NAME: N_("Process"), Column.PID: N_("PID"), Column.CPU: N_("CPU"), Column.MEMORY: N_("Memory")}
_RANKS: dict[Column, Callable[[Process], Any]] = {
    Column.NAME: lambda process: (process.name.casefold(), process.pid),
    Column.PID: lambda process: process.pid,
    Column.CPU: lambda process: (process.cpu_percent, process.rss_bytes, -process.pid),
    Column.MEMORY: lambda process: (process.rss_bytes, process.cpu_percent, -process.pid),
}


class ProcessModel(QAbstractTableModel):
    """One row a process, sorted; the largest use of CPU comes first until somebody wants it otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Process] = []
        self._column, self._is_descending = Column.CPU, True

    @property
    def busiest(self) -> float:
        """The largest use of CPU, percent of one core; 100 at least."""
        return max([100.0, *(process.cpu_percent for process in self._rows)])

    @property
    def sorted_by(self) -> tuple[Column, bool]:
        """By which column, and whether the largest comes first."""
        return self._column, self._is_descending

    def show_processes(self, processes: Sequence[Process]) -> None:
        """Takes another table; as long as it has as many rows, views keep their place."""
        rows = self._sorted(processes)
        if rows == self._rows:
            return
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        self._rows = rows
        self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(Column) - 1))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts now and from now on."""
        self._column, self._is_descending = Column(column), order == Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        before = self._rows
        self._rows = self._sorted(before)
        places = {id(process): place for place, process in enumerate(self._rows)}
        for old in self.persistentIndexList():
            self.changePersistentIndex(old, self.index(places[id(before[old.row()])], old.column()))
        self.layoutChanged.emit()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """How many."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """Always the same."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The process itself, a cell's text, or its command as a tool tip."""
        if not index.isValid():
            return None
        process = self._rows[index.row()]
        if role == ROW:
            return process
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(process, Column(index.column()))
        return command_tip(process) if role == Qt.ItemDataRole.ToolTipRole else None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The columns' titles, over their cells."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            mark = (" \N{BLACK DOWN-POINTING SMALL TRIANGLE}", " \N{BLACK UP-POINTING SMALL TRIANGLE}")
            title = _(_TITLES[Column(section)])
            return title + mark[not self._is_descending] if section == self._column else title
        if role == Qt.ItemDataRole.ToolTipRole:
            keys = {Column.CPU: _("Sort by CPU (C)"), Column.MEMORY: _("Sort by memory (M)")}
            return keys.get(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft if section == Column.NAME else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _sorted(self, processes: Sequence[Process]) -> list[Process]:
        return sorted(processes, key=_RANKS[self._column], reverse=self._is_descending)


def cell_text(process: Process, column: Column) -> str:
    """What stands in a cell."""
    if column is Column.NAME:
        return printable(process.name, _NAME_LIMIT)
    if column is Column.PID:
        return str(process.pid)[:12]
    if column is Column.CPU:
        return percent(process.cpu_percent, digits=1 if process.cpu_percent < 10 else 0)
    return byte_count(process.rss_bytes)


def user_text(process: Process) -> str:
    """Whose it is."""
    return printable(process.user, _USER_LIMIT)


def command_tip(process: Process) -> str:
    """The command line, in which nothing is taken for markup."""
    return f"<qt>{escape(printable(process.command or process.name, _COMMAND_LIMIT))}</qt>"
