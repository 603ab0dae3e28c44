"""The processes that use most."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from fleet.host_view import HostView
from monitor_gui.frame.card import Card
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.host.card_head import CardHead
from monitor_gui.host.process_model import ROW, Column, ProcessModel, cell_text, user_text
from monitor_gui.host.quiet_words import QuietWords
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.tokens import TYPE_BODY, TYPE_SMALL
from storage.quantities import ABSENT, whole
from storage.scrape import Process
from storage.translation import _

_ROW_HEIGHT = 34
_BAR_WIDTH, _BAR_HEIGHT = 24.0, 4.0
_WIDTHS = {Column.PID: 60, Column.CPU: 84, Column.MEMORY: 76}
_CPU_WITHOUT_BAR = 56
_ROOM_FOR_PID, _ROOM_FOR_BAR = 300, 250
_TO_BASELINE = 5


class ProcessCard(Card):
    """A table that scrolls and is sorted by a click on its head."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.head = CardHead(appearance, "processes", _("Top processes"))
        self.count = TextLabel(role="muted")
        self.head.add(self.count)
        self.model = ProcessModel(self)
        self._delegate = ProcessDelegate(appearance, self.model, self)
        self.table = ProcessTable(self.model, self._delegate)
        self._was_empty = False
        self._words = QuietWords(self.table, _("No processes read yet"))
        self.column.addWidget(self.head)
        self.column.addWidget(self.table, 1)
        appearance.changed.connect(self.table.viewport().update)

    def show_view(self, view: HostView, age: str) -> None:
        """Shows the newest table."""
        self.head.show_age(age)
        self.count.setVisible(not age)
        text = whole(view.value("processes"))
        shown = _("{count} running").format(count=text) if text != ABSENT else text
        if shown != self.count.text():
            self.count.setText(shown)
        self._delegate.is_muted = bool(age)
        self.model.show_processes(view.processes)
        # The first look at a host does not hold its processes yet.
        self._words.setVisible(not view.processes and self._was_empty)
        self._was_empty = not view.processes


class ProcessTable(QTableView):
    """Without a grid; on a narrow card without the process id, then without the bars."""

    def __init__(self, model: ProcessModel, delegate: "ProcessDelegate") -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setAccessibleName(_("Top processes"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(_ROW_HEIGHT)
        head = self.horizontalHeader()
        head.setMinimumSectionSize(40)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            head.resizeSection(column, width)
        head.setSectionsClickable(True)
        head.sectionClicked.connect(self._sort_by)
        # Names begin where the card's title does.
        head.setStyleSheet("QHeaderView::section { padding-left: 2px; }")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """C sorts by CPU, M by memory; else as any table."""
        column = {Qt.Key.Key_C: Column.CPU, Qt.Key.Key_M: Column.MEMORY}.get(Qt.Key(event.key()))
        if column is not None and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._sort_by(column)
        else:
            super().keyPressEvent(event)

    def _sort_by(self, place: int) -> None:
        """The largest first, and names from A; once more turns it round."""
        column, is_descending = self._model.sorted_by
        is_descending = not is_descending if place == column else place != Column.NAME
        self._model.sort(place, Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Hides what there is no room for."""
        super().resizeEvent(event)
        width = self.viewport().width()
        self.setColumnHidden(Column.PID, width < _ROOM_FOR_PID)
        self.setColumnWidth(Column.CPU, _WIDTHS[Column.CPU] if width >= _ROOM_FOR_BAR else _CPU_WITHOUT_BAR)


class ProcessDelegate(QStyledItemDelegate):
    """Paints a cell."""

    def __init__(self, appearance: Appearance, model: ProcessModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance, self._model = appearance, model
        self.is_muted = False

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paints what belongs into the column, and a line below."""
        process: Process = index.data(ROW)
        column = Column(index.column())
        tokens = self._appearance.tokens
        room = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(room, paint.colour(tokens.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(room, paint.colour(tokens.raised))
        # The cell before has left it smooth, which would blur a line of one pixel.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), paint.colour(tokens.border))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if column is Column.NAME:
            self._paint_name(painter, room.adjusted(2, 0, -6, 0), process)
        else:
            self._paint_figure(painter, room.adjusted(0, 0, -8, 0), process, column)

    def _paint_name(self, painter: QPainter, room: QRectF, process: Process) -> None:
        tokens = self._appearance.tokens
        strong, small = font(TYPE_BODY, strong=True), font(TYPE_SMALL)
        name = paint.elided(cell_text(process, Column.NAME), strong, int(room.width()))
        baseline = room.center().y() + _TO_BASELINE
        painter.setPen(paint.colour(tokens.text_3 if self.is_muted else tokens.text_1))
        paint.write(painter, QPointF(room.left(), baseline), name, strong)
        taken = paint.text_width(name, strong) + 6
        left = int(room.width() - taken)
        if left > 20:
            painter.setPen(paint.colour(tokens.text_3))
            user = paint.elided(user_text(process), small, left)
            paint.write(painter, QPointF(room.left() + taken, baseline), user, small)

    def _paint_figure(self, painter: QPainter, room: QRectF, process: Process, column: Column) -> None:
        tokens = self._appearance.tokens
        is_cpu = column is Column.CPU
        face, text = font(TYPE_BODY, strong=is_cpu, tabular=True), cell_text(process, column)
        usual = tokens.text_1 if is_cpu else tokens.text_2
        painter.setPen(paint.colour(tokens.text_3 if self.is_muted or column is Column.PID else usual))
        left = room.right() - paint.text_width(text, face)
        paint.write(painter, QPointF(left, room.center().y() + _TO_BASELINE), text, face)
        if is_cpu and room.width() > _CPU_WITHOUT_BAR:
            bar = QRectF(room.left(), room.center().y() - _BAR_HEIGHT / 2, _BAR_WIDTH, _BAR_HEIGHT)
            colour = tokens.off if self.is_muted else tokens.charts[0]
            paint.bar(painter, bar, process.cpu_percent / self._model.busiest, colour, tokens.track)
