"""The hosts that are shown, in their order, for tiles and table alike."""

from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from monitor_gui.fleet.arrangement import Arrangement, Column, column_title, starts_downwards
from monitor_gui.fleet.fleet_filter import FleetFilter
from monitor_gui.fleet.host_row import HostRow, make_rows
from monitor_gui.fleet.host_text import cell_text, spoken, tip
from monitor_gui.reading.look import FleetLook
from storage.quantities import age

_MOST_RANGES = 12
"""Changed rows are told in this many ranges at most, else in one over all of them."""
_FIGURES = frozenset({Column.CPU, Column.MEMORY, Column.DISK, Column.RECEIVED, Column.SENT, Column.LOAD, Column.AGE})
_FIGURES_TO_THE_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
AnyIndex = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What delegates ask for besides Qt's own roles."""

    ROW = Qt.ItemDataRole.UserRole + 1


class FleetModel(QAbstractTableModel):
    """A row a host. Rows move with their hosts, so selection and scroll position outlast a refresh.

    Signals:
        arranged: the order has been chosen anew, here or by a view's header.
    """

    arranged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[int, HostRow] = {}
        self._shown: list[HostRow] = []
        self._filter = FleetFilter()
        self._arrangement = Arrangement()
        self.look: FleetLook | None = None

    @property
    def rows(self) -> Sequence[HostRow]:
        """What is shown, in order."""
        return self._shown

    @property
    def every_row(self) -> Sequence[HostRow]:
        """All hosts, shown or not."""
        return list(self._all.values())

    @property
    def arrangement(self) -> Arrangement:
        """The order."""
        return self._arrangement

    @property
    def filter(self) -> FleetFilter:
        """Which hosts are shown."""
        return self._filter

    def show_look(self, look: FleetLook) -> None:
        """Shows the hosts as they are in this look."""
        self.look = look
        self._all = make_rows(look, self._all)
        self._follow()

    def set_filter(self, chosen: FleetFilter) -> None:
        """Shows other hosts."""
        if chosen != self._filter:
            self._filter = chosen
            self._follow()

    def arrange(self, arrangement: Arrangement) -> None:
        """Shows them in another order."""
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            self._follow()
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
            self.arranged.emit()

    def host_id(self, index: AnyIndex) -> int | None:
        """The host in an index; None where there is none."""
        return self._shown[index.row()].host_id if self._is_ours(index) else None

    def index_of(self, host_id: int | None) -> QModelIndex:
        """Where a host is shown; an invalid index where it is not."""
        place = next((place for place, row in enumerate(self._shown) if row.host_id == host_id), None)
        return QModelIndex() if place is None else self.index(place, Column.NAME)

    def row_at(self, place: int) -> HostRow:
        """One of the rows that are shown."""
        return self._shown[place]

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's own signature
        """How many hosts are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's own signature
        """How many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own
        """The row itself for delegates, and texts for everybody else."""
        if not self._is_ours(index):
            return None
        row, column = self._shown[index.row()], Column(index.column())
        if role == Role.ROW:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _FIGURES_TO_THE_RIGHT if column in _FIGURES else None
        return self._text(row, column, role)

    def _text(self, row: HostRow, column: Column, role: int) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.age_text(row) if column is Column.AGE else cell_text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(row)
        if role == Qt.ItemDataRole.AccessibleTextRole and column is Column.NAME:
            return spoken(row)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's own
        """What the columns are called."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{column_title(Column(section))}{self._arrow(Column(section))}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if Column(section) in _FIGURES else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """What a view's header asks for."""
        if 0 <= column < len(Column):
            self.arrange(Arrangement(Column(column), order is Qt.SortOrder.DescendingOrder))

    def toggle(self, column: Column) -> None:
        """Sorts by a column the way that is useful there, or the other way where it already is."""
        same = self._arrangement.column is column and not self._arrangement.both_ways
        self.arrange(Arrangement(column, not self._arrangement.downwards if same else starts_downwards(column)))

    def age_text(self, row: HostRow) -> str:
        """How long ago a host was read."""
        return age(row.reading.age_s(self.look.moment.now_ms) if self.look else None)

    def _arrow(self, column: Column) -> str:
        """Which way it is sorted, after the title of the column that the order comes from."""
        if column is not self._arrangement.column:
            return ""
        return " ↓" if self._arrangement.downwards else " ↑"

    def _is_ours(self, index: AnyIndex) -> bool:
        return index.isValid() and index.row() < len(self._shown)

    def _follow(self) -> None:
        """Brings what is shown to what is to be shown, with no more signals than that takes."""
        wanted = self._arrangement.arrange(self._filter.passed(self._all.values()))
        before = {row.host_id: row for row in self._shown}
        if [row.host_id for row in wanted] != list(before):
            self._move(wanted, before)
        self._shown = wanted
        changed = [place for place, row in enumerate(wanted) if before.get(row.host_id) is not row]
        for first, last in ranges(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _move(self, wanted: list[HostRow], before: dict[int, HostRow]) -> None:
        """Those that go, go from the end; those that come, come at the end; then all take their places."""
        staying = {row.host_id for row in wanted} & before.keys()
        gone = [row for row in self._shown if row.host_id not in staying]
        if gone:
            self._reorder([row for row in self._shown if row.host_id in staying] + gone)
            self.beginRemoveRows(QModelIndex(), len(staying), len(self._shown) - 1)
            del self._shown[len(staying) :]
            self.endRemoveRows()
        come = [row for row in wanted if row.host_id not in staying]
        if come:
            self.beginInsertRows(QModelIndex(), len(staying), len(staying) + len(come) - 1)
            self._shown += come
            self.endInsertRows()
        self._reorder(wanted)

    def _reorder(self, wanted: list[HostRow]) -> None:
        """Puts the rows, which are of the same hosts, in this order."""
        places = {row.host_id: place for place, row in enumerate(wanted)}
        if all(places[row.host_id] == place for place, row in enumerate(self._shown)):
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        moved = [self.index(places[self._shown[index.row()].host_id], index.column()) for index in kept]
        self._shown = list(wanted)
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()


def ranges(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rising places as stretches without holes, or as one over all of them where that would be too many."""
    starts = [place for at, place in enumerate(places) if at == 0 or places[at - 1] != place - 1]
    if len(starts) > _MOST_RANGES:
        yield places[0], places[-1]
        return
    ends = [place for at, place in enumerate(places) if at == len(places) - 1 or places[at + 1] != place + 1]
    yield from zip(starts, ends, strict=True)
