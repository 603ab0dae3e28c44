"""The row of pills that chooses which hosts are shown by how they are."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from fleet.fleet_totals import Standing
from monitor_gui.fleet.face import face_of
from monitor_gui.fleet.standing_look import standing_colour, standing_icon, standing_text
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import SPACE_2
from storage.translation import _

_HEIGHT, _PAD, _ICON = 30, 12, 14


class StateChip(QAbstractButton):
    """One pill: a shape, a word, a count."""

    def __init__(self, appearance: Appearance, standing: Standing | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance, self.standing = appearance, standing
        self._count: int | None = None
        self.setText(standing_text(standing) if standing else _("All"))
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_count(None)
        appearance.changed.connect(self.update)

    def show_count(self, count: int | None) -> None:
        """How many hosts it stands for; None where that is not known."""
        if count != self._count or not self.accessibleName():
            self._count = count
            self.setAccessibleName(self.text() if count is None else f"{self.text()}: {count}")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as what is in it."""
        width = 2 * _PAD + face_of(13, strong=True).width(self.text())
        if self.standing is not None:
            width += _ICON + 6
        if self._count is not None:
            width += 8 + face_of(13, tabular=True).width(str(self._count))
        return QSize(round(width) + 1, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Paints all of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._pill(painter)
        tokens, x, line = self._appearance.tokens, float(_PAD), self.height() / 2 + 4.5
        if self.standing is not None:
            shape = pixmap(
                standing_icon(self.standing), standing_colour(tokens, self.standing), _ICON, self.devicePixelRatioF()
            )
            painter.drawPixmap(QPointF(x, (self.height() - _ICON) / 2), shape)
            x += _ICON + 6
        painter.setPen(paint.colour(tokens.text_1 if self.isChecked() else tokens.text_2))
        face_of(13, strong=True).write(painter, x, line, self.text())
        if self._count is not None:
            x += face_of(13, strong=True).width(self.text()) + 8
            painter.setPen(paint.colour(tokens.text_3))
            face_of(13, tabular=True).write(painter, x, line, str(self._count))
        painter.end()

    def _pill(self, painter: QPainter) -> None:
        tokens = self._appearance.tokens
        fill, border = tokens.surface, tokens.border
        if self.isChecked():
            fill, border = tokens.selection, tokens.selection_border
        elif self.underMouse():
            fill = tokens.raised
        if self.hasFocus():
            border = tokens.accent
        painter.setBrush(paint.colour(fill))
        painter.setPen(paint.pen(border, 1.6 if self.hasFocus() else 1.0))
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)


class StateChips(QWidget):
    """All of them, the worst first. Left and right choose the neighbour.

    Signals:
        chosen: the `Standing` to show, or None for all.
    """

    chosen = Signal(object)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        self._chips = [StateChip(appearance, standing) for standing in (None, *Standing)]
        for chip in self._chips:
            row.addWidget(chip)
            chip.clicked.connect(self._clicked)
        self._chips[0].setChecked(True)
        self.setFocusProxy(self._chips[0])

    @property
    def standing(self) -> Standing | None:
        """Which one is chosen; None for all."""
        return next(chip.standing for chip in self._chips if chip.isChecked())

    def choose(self, standing: Standing | None) -> None:
        """Chooses one without telling anybody."""
        for chip in self._chips:
            if chip.standing is standing:
                chip.setChecked(True)

    def show_counts(self, counts: Mapping[Standing, int] | None) -> None:
        """How many hosts there are of each; None where that is not known."""
        for chip in self._chips:
            if counts is None:
                chip.show_count(None)
            else:
                chip.show_count(sum(counts.values()) if chip.standing is None else counts[chip.standing])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right go round."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        place = next(place for place, chip in enumerate(self._chips) if chip.isChecked())
        chip = self._chips[(place + step) % len(self._chips)]
        chip.setFocus(Qt.FocusReason.TabFocusReason)
        chip.click()

    def _clicked(self) -> None:
        self.chosen.emit(self.standing)
