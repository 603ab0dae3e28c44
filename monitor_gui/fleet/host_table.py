"""Hosts as a table: one line each, sorted by its header."""

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.fleet.row_painter import FIRST_PAD, ROW_HEIGHT, RowPainter
from monitor_gui.fleet.table_columns import column_widths
from monitor_gui.fleet.tile_painter import Highlight
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from storage.translation import _


class HostTable(QTableView):
    """The rows of the model; columns that there is no room for are left out."""

    def __init__(self, model: FleetModel, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._appearance, self._lines = appearance, RowPainter(appearance, model)
        self._hovered = -1
        self._has_groups = False
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(_("Hosts"))
        self._lay_out_headers()
        self.entered.connect(lambda index: self._hover(index.row()))
        self.viewportEntered.connect(lambda: self._hover(-1))
        appearance.changed.connect(self.viewport().update)

    def show_groups(self, has_groups: bool) -> None:
        """Whether the column of groups has anything to show."""
        if has_groups != self._has_groups:
            self._has_groups = has_groups
            self._fit()

    def show_ages(self) -> None:
        """Paints anew how long ago hosts were read, which is another number every second."""
        left, width = self.columnViewportPosition(Column.AGE), self.columnWidth(Column.AGE)
        self.viewport().update(left, 0, width, self.viewport().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the rows that are in view and have changed, without asking a delegate for each cell."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), paint.colour(self._appearance.tokens.surface))
        self._paint_rows(painter, event.rect())
        painter.end()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """It paints its own ground, whatever a style sheet says: what lies below is not painted with every reading."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def _paint_rows(self, painter: QPainter, dirty: QRect) -> None:
        first, last = self.rowAt(max(0, dirty.top())), self.rowAt(dirty.bottom())
        if first < 0:
            return
        last = last if last >= 0 else self._model.rowCount() - 1
        spans = [
            (column, self.columnViewportPosition(column), self.columnWidth(column))
            for column in Column
            if not self.isColumnHidden(column)
        ]
        if dirty.left() >= spans[-1][1]:
            spans = spans[-1:]
        for place in range(first, last + 1):
            y = self.rowViewportPosition(place)
            cells = [(column, QRect(x, y, width, ROW_HEIGHT)) for column, x, width in spans]
            self._lines.paint(painter, place, cells, self._highlight(place))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shows the columns that there is room for now."""
        super().resizeEvent(event)
        self._fit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """No row is under the pointer any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def _lay_out_headers(self) -> None:
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(20)
        header.setFixedHeight(36)
        header.setStyleSheet(f"QHeaderView::section:first {{ padding-left: {FIRST_PAD}px; }}")
        header.sectionClicked.connect(self._sort)

    def _sort(self, section: int) -> None:
        column = Column(section)
        self._model.toggle(Column.CPU if column is Column.CURVE else column)

    def _fit(self) -> None:
        widths = column_widths(self.viewport().width(), has_groups=self._has_groups)
        for column in Column:
            self.setColumnHidden(column, column not in widths)
            if column in widths:
                self.setColumnWidth(column, widths[column])

    def _highlight(self, place: int) -> Highlight:
        return Highlight(
            is_hovered=place == self._hovered,
            is_selected=self.selectionModel().isRowSelected(place),
            has_focus=self.hasFocus() and place == self.currentIndex().row(),
        )

    def _hover(self, row: int) -> None:
        for each in {row, self._hovered} - {-1}:
            self.viewport().update(0, self.rowViewportPosition(each), self.viewport().width(), ROW_HEIGHT)
        self._hovered = row
