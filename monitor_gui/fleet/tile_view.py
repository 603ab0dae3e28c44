"""Hosts as tiles that fill the width. Only tiles in view are painted, so a thousand hosts cost what thirty do."""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.fleet.tile_grid import GAP, HEIGHT, TileGrid
from monitor_gui.fleet.tile_painter import Highlight, TilePainter
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from storage.translation import _

GUTTER = 24
"""Pixels to the right of the tiles, in which the scroll bar has its place."""
_BOTTOM = 16
AnyIndex = QModelIndex | QPersistentModelIndex
CursorAction = QAbstractItemView.CursorAction


class TileView(QAbstractItemView):
    """A tile for each row of the model."""

    def __init__(self, model: FleetModel, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance, self._hosts, self._tiles = appearance, model, TilePainter(appearance)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        # It paints its own ground: what lies below is not painted again with every reading.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(_("Hosts"))
        self._hovered = QPersistentModelIndex()
        self.entered.connect(self._hover)
        self.viewportEntered.connect(self._unhover)
        appearance.changed.connect(self.viewport().update)

    @property
    def grid(self) -> TileGrid:
        """How the tiles lie now."""
        return TileGrid(max(1, self.width() - GUTTER), self.model().rowCount())

    def visualRect(self, index: AnyIndex) -> QRect:  # noqa: N802 - Qt's name
        """Where a host's tile is on the screen."""
        return self.grid.frame(index.row()).translated(0, -self.verticalOffset()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802 - Qt's name
        """The host under a point."""
        place = self.grid.place_at(point.x(), point.y() + self.verticalOffset())
        return QModelIndex() if place is None else self._index(place)

    def scrollTo(  # noqa: N802 - Qt's name
        self,
        index: AnyIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,  # noqa: ARG002
    ) -> None:
        """Brings a tile into view, no further than that takes."""
        frame, height = self.visualRect(index), self.viewport().height()
        bar = self.verticalScrollBar()
        if frame.top() < 0 or frame.height() > height:
            bar.setValue(bar.value() + frame.top())
        elif frame.bottom() >= height:
            bar.setValue(bar.value() + frame.bottom() - height + 1 + GAP)

    def moveCursor(self, action: CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:  # noqa: ARG002, N802
        """Which tile an arrow key leads to."""
        grid = self.grid
        if not grid.count:
            return QModelIndex()
        if not self.currentIndex().isValid():
            return self._index(0)
        page = max(1, self.viewport().height() // (HEIGHT + GAP)) * grid.columns
        steps = {
            CursorAction.MoveLeft: -1,
            CursorAction.MovePrevious: -1,
            CursorAction.MoveRight: 1,
            CursorAction.MoveNext: 1,
            CursorAction.MoveUp: -grid.columns,
            CursorAction.MoveDown: grid.columns,
            CursorAction.MovePageUp: -page,
            CursorAction.MovePageDown: page,
            CursorAction.MoveHome: -grid.count,
            CursorAction.MoveEnd: grid.count,
        }
        return self._index(_landed(self.currentIndex().row(), steps[action], grid))

    def horizontalOffset(self) -> int:  # noqa: N802 - Qt's name
        """It never scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:  # noqa: N802 - Qt's name
        """Pixels that lie above the view."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: AnyIndex) -> bool:  # noqa: ARG002, N802 - Qt's own signature
        """Every host of the model has a tile."""
        return False

    def setSelection(  # noqa: N802 - Qt's name
        self, rect: QRect, command: QItemSelectionModel.SelectionFlag
    ) -> None:
        """Selects the tile that was clicked."""
        index = self.indexAt(rect.topLeft())
        chosen = QItemSelection(index, index) if index.isValid() else QItemSelection()
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: N802 - Qt's name
        """What has to be painted anew when these tiles are selected or no longer are."""
        region = QRegion()
        for row in {index.row() for index in selection.indexes()}:
            region += self.visualRect(self._index(row))
        return region

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paints the tiles that are in view and have changed."""
        look, grid, offset = self._hosts.look, self.grid, self.verticalOffset()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), paint.colour(self._appearance.tokens.bg))
        dirty = event.region()
        strip = dirty.boundingRect()
        for place in grid.between(strip.top() + offset, strip.bottom() + offset):
            frame = grid.frame(place).translated(0, -offset)
            if look is not None and dirty.intersects(frame):
                self._tiles.paint(painter, QRectF(frame), self._hosts.row_at(place), look, self._highlight(place))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Lays the tiles out anew; what was at the top stays there."""
        super().resizeEvent(event)
        self.updateGeometries()

    def updateGeometries(self) -> None:  # noqa: N802 - Qt's name
        """Tells the scroll bar how much there is."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setSingleStep((HEIGHT + GAP) // 3)
        bar.setRange(0, max(0, self.grid.height + _BOTTOM - height))
        super().updateGeometries()

    def rowsInserted(self, parent: AnyIndex, start: int, end: int) -> None:  # noqa: N802 - Qt's name
        """There are more tiles."""
        super().rowsInserted(parent, start, end)
        self.scheduleDelayedItemsLayout()

    def leaveEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """No tile is under the pointer any more."""
        super().leaveEvent(event)  # type: ignore[arg-type]
        self._unhover()

    def _index(self, place: int) -> QModelIndex:
        return self.model().index(place, Column.NAME)

    def _highlight(self, place: int) -> Highlight:
        return Highlight(
            is_hovered=self._hovered.isValid() and place == self._hovered.row(),
            is_selected=self.selectionModel().isRowSelected(place),
            has_focus=self.hasFocus() and place == self.currentIndex().row(),
        )

    def _hover(self, index: QModelIndex) -> None:
        self._unhover()
        self._hovered = QPersistentModelIndex(index)
        self.viewport().update(self.visualRect(index))

    def _unhover(self) -> None:
        if self._hovered.isValid():
            self.viewport().update(self.visualRect(self._hovered))
        self._hovered = QPersistentModelIndex()


def _landed(place: int, step: int, grid: TileGrid) -> int:
    """Where a step leads; up and down never leave the column, but for the last row that may be short."""
    wanted = place + step
    if abs(step) < grid.columns or abs(step) >= grid.count:
        return min(max(wanted, 0), grid.count - 1)
    if wanted < 0:
        return place % grid.columns
    if wanted < grid.count:
        return wanted
    last_row = (grid.count - 1) // grid.columns
    return place if place // grid.columns == last_row else grid.count - 1
