"""Names of `~/.ssh/config` to choose from: two lines each, found by typing."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fleet.ssh_alias import SshAlias
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.hosts.alias_offers import behind, found
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.tokens import RADIUS_CONTROL, SPACE_1, SPACE_2, TYPE_BODY, TYPE_SMALL
from monitor_gui.workspace import Workspace
from storage.printable import printable
from storage.translation import _

_ROW_HEIGHT = 42
_NAME_LIMIT = 80
ALIAS = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


class AliasList(QWidget):
    """A field to search in, and the list.

    Signals:
        picked: the `SshAlias` that a person wants.
    """

    picked = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._aliases: Sequence[SshAlias] = ()
        self.search = _SearchField()
        self.search.setPlaceholderText(_("Search"))
        self.search.setAccessibleName(_("Search in ~/.ssh/config"))
        self.search.setClearButtonEnabled(True)
        self.view = QListView()
        self.view.setAccessibleName(_("Hosts of ~/.ssh/config"))
        self.view.setItemDelegate(AliasDelegate(workspace.appearance, self.view))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self._model = QStandardItemModel(self)
        self.view.setModel(self._model)
        self._nothing = PlainText(role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(PlainText(_("From ~/.ssh/config"), role="caption"))
        column.addWidget(self.search)
        column.addWidget(self._nothing)
        column.addWidget(self.view, 1)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.wants_list.connect(self._enter_list)
        self.search.wants_first.connect(self._pick_first)
        self.view.activated.connect(self._pick)
        self.view.clicked.connect(self._pick)
        self._fill()

    def offer(self, aliases: Sequence[SshAlias]) -> None:
        """What there is to choose from."""
        self._aliases = aliases
        self._fill()

    @property
    def shown(self) -> list[str]:
        """The names in the list."""
        return [self._model.item(row).data(ALIAS).alias for row in range(self._model.rowCount())]

    def _fill(self) -> None:
        self._model.clear()
        matching = found(self._aliases, self.search.text())
        for alias in matching:
            self._model.appendRow(alias_item(alias))
        self._nothing.setText("" if matching else _("No name there fits.") if self._aliases else _("All are added."))
        self._nothing.setVisible(not matching)

    def _enter_list(self) -> None:
        if self._model.rowCount():
            self.view.setFocus()
            self.view.setCurrentIndex(self._model.index(0, 0))

    def _pick_first(self) -> None:
        if self._model.rowCount():
            self._pick(self._model.index(0, 0))

    def _pick(self, index: QModelIndex) -> None:
        self.picked.emit(index.data(ALIAS))


def alias_item(alias: SshAlias) -> QStandardItem:
    """An alias as an entry of a list."""
    item = QStandardItem(printable(alias.alias, _NAME_LIMIT))
    item.setData(alias, ALIAS)
    item.setAccessibleText(" ".join((printable(alias.alias, _NAME_LIMIT), behind(alias))))
    return item


class _SearchField(QLineEdit):
    """Down goes to the list, Enter takes its first entry."""

    wants_list = Signal()
    wants_first = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() == Qt.Key.Key_Down:
            self.wants_list.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            # Taken here: else it would press the default button of the dialog.
            self.wants_first.emit()
        else:
            super().keyPressEvent(event)


class AliasDelegate(QStyledItemDelegate):
    """Paints a name, and below it what stands behind it."""

    def __init__(self, appearance: Appearance, view: QListView) -> None:
        super().__init__(view)
        self._appearance = appearance
        appearance.changed.connect(view.viewport().update)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802, ARG002 - Qt's name
        """All rows are as high."""
        return QSize(120, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paints one row."""
        tokens = self._appearance.tokens
        alias: SshAlias = index.data(ALIAS)
        area = QRect(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_focused = bool(state & QStyle.StateFlag.State_Selected) and bool(state & QStyle.StateFlag.State_HasFocus)
        if is_focused or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selection if is_focused else tokens.raised))
            painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
        area.adjust(SPACE_2, SPACE_1, -SPACE_2, -SPACE_1)
        below = behind(alias)
        name = QRect(area.x(), area.y(), area.width(), area.height() // 2 if below else area.height())
        _write(painter, name, printable(alias.alias, _NAME_LIMIT), tokens.text_1, font(TYPE_BODY, strong=True))
        if below:
            _write(painter, area.adjusted(0, area.height() // 2, 0, 0), below, tokens.text_3, font(TYPE_SMALL))
        painter.restore()


def _write(painter: QPainter, area: QRect, text: str, colour: str, face: QFont) -> None:
    painter.setFont(face)
    painter.setPen(QColor(colour))
    cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), cut)
