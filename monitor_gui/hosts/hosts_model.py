"""Registered hosts as a table for Qt. Sorted and filtered here, once a look."""

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from fleet.reading import HostReading
from monitor_gui.hosts.host_lines import Column, arranged, cell, spoken, state_words, tip, title
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon, pixmap
from monitor_gui.theme.tokens import health_colour, health_icon
from storage.host import Host

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ICON_SIZE = 18


class HostsModel(QAbstractTableModel):
    """The hosts of the last look."""

    def __init__(self, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._readings: Sequence[HostReading] = ()
        self._shown: list[HostReading] = []
        self._words = ""
        self._column, self._descending = Column.NAME, False
        appearance.changed.connect(self._repaint)

    @property
    def total(self) -> int:
        """How many hosts there are, shown or not."""
        return len(self._readings)

    def rowCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """How many hosts are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = _ROOT) -> int:  # noqa: N802 - Qt's name
        """All of them; the view hides some."""
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """What stands above the columns."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return title(Column(section))
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        reading, column = self._shown[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(reading, column)
        if role == Qt.ItemDataRole.DecorationRole and column is Column.NAME:
            return _state_icon(health_icon(reading.health), health_colour(self._appearance.tokens, reading.health))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(reading)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(reading, list(Column)) if column is Column.NAME else cell(reading, column)
        return None

    def show_readings(self, readings: Sequence[HostReading]) -> None:
        """What the last look has found."""
        self._readings = readings
        self._arrange()

    def filter(self, words: str) -> None:
        """Only hosts that have each of these words."""
        self._words = words
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """In the order of that column."""
        self._column, self._descending = Column(column), order is Qt.SortOrder.DescendingOrder
        self._arrange()

    def host(self, row: int) -> Host | None:
        """The registered host of a row."""
        host = self._shown[row].host if 0 <= row < len(self._shown) else None
        return host if isinstance(host, Host) else None

    def row_of(self, host_id: int) -> int | None:
        """Where a host is shown; None where it is not."""
        return next((row for row, reading in enumerate(self._shown) if reading.host_id == host_id), None)

    def _arrange(self) -> None:
        shown = arranged(self._readings, self._words, self._column, descending=self._descending)
        if _ids(shown) == _ids(self._shown):
            self._update(shown)
        elif sorted(_ids(shown)) == sorted(_ids(self._shown)):
            self._reorder(shown)
        else:
            self._replace(shown)

    def _update(self, shown: list[HostReading]) -> None:
        before, self._shown = self._shown, shown
        for row, (old, new) in enumerate(zip(before, shown, strict=True)):
            if old.host != new.host or state_words(old) != state_words(new) or old.health is not new.health:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def _reorder(self, shown: list[HostReading]) -> None:
        """The same hosts in another order: what is selected goes along."""
        self.layoutAboutToBeChanged.emit()
        places = {host_id: row for row, host_id in enumerate(_ids(shown))}
        before = self.persistentIndexList()
        ids = _ids(self._shown)
        after = [self.index(places[ids[index.row()]], index.column()) for index in before]
        self._shown = shown
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _replace(self, shown: list[HostReading]) -> None:
        """Hosts have come or gone: those that have gone first, then the rest in place, then those that have come."""
        staying = set(_ids(shown))
        for row in reversed(range(len(self._shown))):
            if self._shown[row].host_id not in staying:
                self.beginRemoveRows(_ROOT, row, row)
                del self._shown[row]
                self.endRemoveRows()
        present = set(_ids(self._shown))
        self._reorder([reading for reading in shown if reading.host_id in present])
        for row, reading in enumerate(shown):
            if reading.host_id not in present:
                self.beginInsertRows(_ROOT, row, row)
                self._shown.insert(row, reading)
                self.endInsertRows()

    def _repaint(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(Column) - 1))


@lru_cache(maxsize=32)
def _state_icon(name: str, colour: str) -> QIcon:
    """The shape of a state; in a selected row, too, in its own colour, which Qt would blend with the selection's."""
    made = QIcon(icon(name, colour, _ICON_SIZE))
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(name, colour, _ICON_SIZE, ratio), QIcon.Mode.Selected)
    return made


def _ids(readings: Sequence[HostReading]) -> list[int]:
    return [reading.host_id or 0 for reading in readings]
