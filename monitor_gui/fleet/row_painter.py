"""Paints one host as a line of the table, the whole line at once: a delegate for each cell would cost twice as much."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QPainter

from alerts.thresholds import Threshold
from monitor_gui.fleet import strokes
from monitor_gui.fleet.arrangement import Column
from monitor_gui.fleet.face import Face, face_of
from monitor_gui.fleet.fleet_model import FleetModel
from monitor_gui.fleet.host_row import HostRow
from monitor_gui.fleet.host_text import absence_text, cell_text
from monitor_gui.fleet.limits import over, share, tint
from monitor_gui.fleet.tile_painter import Highlight, hour_lines
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import Tokens, health_colour, health_icon

ROW_HEIGHT = 40
PAD, FIRST_PAD = 8, 16
"""Pixels on both sides of what is in a cell; to the left of the first one."""
_ICON, _NUMBER, _BAR_HEIGHT, _CURVE_HEIGHT, _FOCUS = 16, 40, 4, 22, 3
_METERS = frozenset({Column.CPU, Column.MEMORY, Column.DISK})
_FIGURES = frozenset({Column.RECEIVED, Column.SENT, Column.LOAD})
_ABSENT = _METERS | _FIGURES | {Column.CURVE}
"""In place of these a host of which nothing is known says why."""


class RowPainter:
    """Paints lines in the colours of the moment."""

    def __init__(self, appearance: Appearance, model: FleetModel) -> None:
        self._appearance, self._model = appearance, model

    def paint(self, painter: QPainter, place: int, cells: Sequence[tuple[Column, QRect]], highlight: Highlight) -> None:
        """Paints these cells of one row; its first cell says whether it is the current one."""
        look, row = self._model.look, self._model.row_at(place)
        if look is None:
            return
        line = _Line(painter, row, self._appearance.tokens, look)
        for column, frame in cells:
            line.ground(frame, highlight, is_first=column is Column.STATE)
        if not line.is_known:
            line.absence([frame for column, frame in cells if column in _ABSENT])
        for column, frame in cells:
            if column in _ABSENT and not line.is_known:
                continue
            if column is Column.AGE:
                line.age(frame, self._model.age_text(row))
            else:
                line.cell(column, frame)


class _Line:
    """One row while it is painted."""

    def __init__(self, painter: QPainter, row: HostRow, tokens: Tokens, look: FleetLook) -> None:
        self._painter, self._row, self._tokens, self._look = painter, row, tokens, look
        self._is_current = row.reading.current
        self.is_known = self._is_current or row.is_from_before

    def ground(self, frame: QRect, highlight: Highlight, *, is_first: bool) -> None:
        """What is behind a cell, and the line below it."""
        tokens = self._tokens
        if highlight.is_selected or highlight.is_hovered:
            fill = tokens.selection if highlight.is_selected else tokens.raised
            self._painter.fillRect(frame, paint.colour(fill))
        below = QRect(frame.x(), frame.bottom(), frame.width(), 1)
        self._painter.fillRect(below, paint.colour(tokens.border))
        if is_first and highlight.has_focus:
            self._painter.fillRect(QRect(frame.x(), frame.y(), _FOCUS, frame.height()), paint.colour(tokens.accent))

    def cell(self, column: Column, frame: QRect) -> None:
        """What is in a cell."""
        if column is Column.STATE:
            self._state(frame)
        elif column is Column.NAME:
            self._name(frame)
        elif column is Column.CURVE:
            self._curve(frame)
        elif column in _METERS:
            self._meter(column, frame)
        elif column in _FIGURES:
            colour = self._tokens.text_2 if self._is_current else self._tokens.text_3
            self._figure(frame, cell_text(self._row, column), colour, face_of(12, tabular=True))
        else:
            self._words(frame, cell_text(self._row, column), self._tokens.text_3, face_of(12))

    def age(self, frame: QRect, text: str) -> None:
        """How long ago it was read."""
        self._figure(frame, text, self._tokens.text_3, face_of(12, tabular=True))

    def absence(self, frames: Sequence[QRect]) -> None:
        """Why there are no values, where these would be."""
        if frames:
            frame = frames[0].united(frames[-1])
            self._words(frame, absence_text(self._row), self._tokens.text_2, face_of(12))

    def _state(self, frame: QRect) -> None:
        health = self._row.reading.health.value
        shape = pixmap(
            health_icon(health),
            health_colour(self._tokens, health),
            _ICON,
            self._painter.device().devicePixelRatioF(),
        )
        self._painter.drawPixmap(QPointF(frame.x() + FIRST_PAD, frame.center().y() - _ICON // 2 + 1), shape)
        text = cell_text(self._row, Column.STATE)
        self._words(frame, text, self._tokens.text_2, face_of(12), left=FIRST_PAD + _ICON + 8)

    def _name(self, frame: QRect) -> None:
        colour = self._tokens.text_1 if self._is_current else self._tokens.text_2
        self._words(frame, cell_text(self._row, Column.NAME), colour, face_of(13, strong=True))

    def _meter(self, column: Column, frame: QRect) -> None:
        tokens, (value, threshold, usual) = self._tokens, self._measure(column)
        severity = over(value, threshold) if self._is_current else None
        colour = tint(severity, tokens.text_1 if self._is_current else tokens.text_3, tokens)
        face, text = face_of(12, strong=severity is not None, tabular=True), cell_text(self._row, column)
        self._figure(frame, text, colour, face)
        if face.width(text) > _NUMBER:
            return
        width = frame.width() - 2 * PAD - _NUMBER
        place = QRectF(frame.x() + PAD, frame.center().y() - _BAR_HEIGHT // 2 + 1, width, _BAR_HEIGHT)
        filled = tint(severity, usual if self._is_current else tokens.text_3, tokens)
        paint.bar(self._painter, place, share(value), filled, tokens.track)

    def _measure(self, column: Column) -> tuple[float | None, Threshold, str]:
        values, limits, tokens = self._row.reading.headline, self._look.moment.thresholds, self._tokens
        if column is Column.CPU:
            return values.cpu_percent, limits.cpu, tokens.accent
        if column is Column.MEMORY:
            return values.memory_percent, limits.memory, tokens.charts[1]
        return values.disk_percent, limits.disk, tokens.charts[5]

    def _curve(self, frame: QRect) -> None:
        curve, tokens = self._row.curve, self._tokens
        if curve is None:
            return
        width = frame.width() - 2 * PAD
        place = QRectF(frame.x() + PAD, frame.center().y() - _CURVE_HEIGHT // 2, width, _CURVE_HEIGHT)
        severity = over(self._row.reading.headline.cpu_percent, self._look.moment.thresholds.cpu)
        colour = tint(severity, tokens.accent, tokens) if self._is_current else tokens.text_3
        strokes.curve(self._painter, place, hour_lines(self._row, curve, self._look, width, _CURVE_HEIGHT), colour)

    def _words(self, frame: QRect, text: str, colour: str, face: Face, *, left: int = PAD) -> None:
        """One line of text, cut to the cell."""
        shown = face.cut(text, frame.width() - left - PAD)
        self._painter.setPen(paint.colour(colour))
        face.write(self._painter, frame.x() + left, frame.center().y() + 5, shown)

    def _figure(self, frame: QRect, text: str, colour: str, face: Face) -> None:
        """A number, at the right of its cell."""
        x = frame.right() + 1 - PAD - face.width(text)
        self._painter.setPen(paint.colour(colour))
        face.write(self._painter, x, frame.center().y() + 5, text)
