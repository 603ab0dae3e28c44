"""The file systems of a host as a list that views can show."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from monitor_gui.host.mount_rows import MountRow

ROW = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class MountModel(QAbstractListModel):
    """One row a file system."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: Sequence[MountRow] = ()

    def show_rows(self, rows: Sequence[MountRow]) -> None:
        """Takes other rows; as long as they are as many, views keep their place."""
        if list(rows) == list(self._rows):
            return
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()
            return
        self._rows = tuple(rows)
        self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - as Qt has it
        """How many."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row itself, its text, or a tool tip in which a host's words stand only for themselves."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        words = " · ".join(part for part in (row.mount, row.device, row.amount, row.share_text, row.inodes) if part)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return words
        return f"<qt>{escape(words)}</qt>" if role == Qt.ItemDataRole.ToolTipRole else None
