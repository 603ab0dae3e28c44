"""File systems with a bar each, and what is read and written."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from alerts.thresholds import Severity
from fleet.host_view import HostView
from monitor_gui.fleet.limits import share, tint
from monitor_gui.frame.card import Card
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.host.card_head import CardHead
from monitor_gui.host.mount_model import ROW, MountModel
from monitor_gui.host.mount_rows import MountRow, mount_rows
from monitor_gui.host.quiet_words import QuietWords
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.fonts import font
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import TYPE_BODY, TYPE_SMALL
from storage.quantities import byte_rate
from storage.translation import _

_LEAST_HEIGHT, _MOST_HEIGHT = 43, 58
_BAR_HEIGHT = 6
_COLOUR = 5


class DiskCard(Card):
    """A list that scrolls where there are many."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.head = CardHead(appearance, "disk", _("Disks"))
        self.rates = TextLabel(role="muted")
        self.head.add(self.rates)
        self.model = MountModel(self)
        self._delegate = MountDelegate(appearance, self)
        self.list = MountList(self._delegate)
        self.list.setModel(self.model)
        self._words = QuietWords(self.list, _("No file systems read yet"))
        self.column.addWidget(self.head)
        self.column.addWidget(self.list, 1)
        appearance.changed.connect(self.list.viewport().update)

    def show_view(self, view: HostView, age: str) -> None:
        """Shows the newest values."""
        self.head.show_age(age)
        # What was read a second ago says little later on, and the age needs the room.
        self.rates.setVisible(not age)
        values = view.reading.headline
        rates = _("{read} r · {written} w").format(
            read=_short(values.read_bytes_per_second), written=_short(values.written_bytes_per_second)
        )
        if rates != self.rates.text():
            self.rates.setText(rates)
        self._delegate.is_muted = bool(age)
        rows = mount_rows(view)
        self.model.show_rows(rows)
        self.list.share_height()
        self._words.setVisible(not rows)


def _short(rate: float | None) -> str:
    return byte_rate(rate).replace(".0 ", " ")


class MountList(QListView):
    """The list. A few rows share the height there is, many of them scroll."""

    def __init__(self, delegate: "MountDelegate") -> None:
        super().__init__()
        self._delegate = delegate
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setAccessibleName(_("Disks"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shares the height out anew."""
        super().resizeEvent(event)
        self.share_height()

    def share_height(self) -> None:
        """Gives each row its height."""
        rows = self.model().rowCount() if self.model() is not None else 0
        height = min(max(self.viewport().height() // max(rows, 1), _LEAST_HEIGHT), _MOST_HEIGHT)
        if height != self._delegate.row_height:
            self._delegate.row_height = height
            self.scheduleDelayedItemsLayout()


class MountDelegate(QStyledItemDelegate):
    """Paints a file system: names, amounts, and a bar below."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.is_muted = False
        self.row_height = _MOST_HEIGHT

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """The same for all."""
        return QSize(80, self.row_height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paints one row."""
        row: MountRow = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(option.rect).adjusted(0, 4, -4, 0)
        words = QRectF(room.left(), room.top(), room.width(), 20)
        left = self._paint_figures(painter, words, row)
        self._paint_names(painter, words, row, left)
        tokens = self._appearance.tokens
        colour = tokens.off if self.is_muted else tint(row.severity, tokens.charts[_COLOUR], tokens)
        bar = QRectF(room.left(), words.bottom() + 5, room.width(), _BAR_HEIGHT)
        paint.bar(painter, bar, share(row.share), colour, tokens.track)
        painter.restore()

    def _paint_figures(self, painter: QPainter, room: QRectF, row: MountRow) -> float:
        """Percent and amount at the right; returns where they begin."""
        tokens = self._appearance.tokens
        figures, small = font(TYPE_BODY, strong=True, tabular=True), font(TYPE_SMALL, tabular=True)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(figures)
        painter.setPen(paint.colour(tokens.text_3 if self.is_muted else tint(row.severity, tokens.text_1, tokens)))
        painter.drawText(room, right, row.share_text)
        amount = room.adjusted(0, 0, -max(44.0, paint.text_width(row.share_text, figures) + 12), 0)
        if row.severity is not None:
            shape = "octagon-x" if row.severity is Severity.CRITICAL else "triangle-alert"
            ratio = painter.device().devicePixelRatioF()
            picture = pixmap(shape, tint(row.severity, tokens.text_1, tokens), 14, ratio)
            amount.adjust(0, 0, -20, 0)
            painter.drawPixmap(round(amount.right() + 6), round(room.top() + 3), picture)
        painter.setFont(small)
        painter.setPen(paint.colour(tokens.text_3))
        words = " · ".join(part for part in (row.inodes, row.amount) if part)
        painter.drawText(amount, right, words)
        return amount.right() - paint.text_width(words, small) - 12

    def _paint_names(self, painter: QPainter, room: QRectF, row: MountRow, right: float) -> None:
        tokens = self._appearance.tokens
        strong, small = font(TYPE_BODY, strong=True), font(TYPE_SMALL)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        width = max(0.0, right - room.left())
        name = paint.elided(row.mount, strong, int(width))
        painter.setFont(strong)
        painter.setPen(paint.colour(tokens.text_2 if self.is_muted else tokens.text_1))
        painter.drawText(QRectF(room.left(), room.top(), width, room.height()), left, name)
        used = paint.text_width(name, strong) + 8
        if row.device and width - used > 30:
            painter.setFont(small)
            painter.setPen(paint.colour(tokens.text_3))
            device = paint.elided(row.device, small, int(width - used))
            painter.drawText(QRectF(room.left() + used, room.top(), width - used, room.height()), left, device)
