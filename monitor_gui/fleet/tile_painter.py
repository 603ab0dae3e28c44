"""Paints one host as a tile. Nothing is asked of a model but the row, and nothing is made twice."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from fleet.curve_grid import HOUR_MS
from fleet.fleet_totals import Standing
from fleet.points import Points
from fleet.reading import Health
from monitor_gui.fleet import sparkline, strokes
from monitor_gui.fleet.face import Face, face_of
from monitor_gui.fleet.host_row import HostRow
from monitor_gui.fleet.limits import share, tint
from monitor_gui.fleet.tile_text import Meter, TileText, tile_text
from monitor_gui.reading.look import FleetLook
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import RADIUS_CARD, Tokens, health_colour, health_icon

_PAD, _COLUMN_GAP, _NAME_LEFT, _PLACE_RIGHT = 14, 12, 40, 10
_NAME_Y, _PLACE_Y, _LABEL_Y, _VALUE_Y, _BAR_Y, _CURVE_Y, _RECEIVED_Y, _SENT_Y = 23, 41, 61, 78, 86, 97, 107, 121
"""Pixels from the top of a tile; of text, to its baseline."""
_LAST_LABEL_Y, _LAST_VALUE_Y = 100, 117
_CURVE_HEIGHT, _BAR_HEIGHT = 24, 4
_MOST_TEXTS = 4096


class Highlight(NamedTuple):
    """How a host stands out from the others."""

    is_hovered: bool = False
    is_selected: bool = False
    has_focus: bool = False


class _Ink(NamedTuple):
    """How something is written."""

    face: Face
    colour: str


class TilePainter:
    """Paints tiles in the colours of the moment, and keeps what is written on them."""

    def __init__(self, appearance: Appearance) -> None:
        self._appearance = appearance
        self._texts: dict[int, TileText] = {}

    def paint(self, painter: QPainter, frame: QRectF, row: HostRow, look: FleetLook, highlight: Highlight) -> None:
        """Paints the tile of one host into the frame."""
        tile = _Tile(painter, frame, self._appearance.tokens, look)
        tile.paint(row, self._text(row, look), highlight)

    def _text(self, row: HostRow, look: FleetLook) -> TileText:
        text = self._texts.get(row.host_id)
        if text is None or not text.fits(row, look):
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            text = self._texts[row.host_id] = tile_text(row, look)
        return text


class _Tile:
    """One tile while it is painted."""

    def __init__(self, painter: QPainter, frame: QRectF, tokens: Tokens, look: FleetLook) -> None:
        self._painter, self._frame, self._tokens, self._look = painter, frame, tokens, look
        self._inner = frame.width() - 2 * _PAD
        self._column = int(self._inner - 2 * _COLUMN_GAP) // 3

    def paint(self, row: HostRow, text: TileText, highlight: Highlight) -> None:
        is_away = bool(text.absence)
        is_quiet = is_away or row.is_from_before
        self._surface(row, highlight, is_quiet=is_quiet)
        self._head(row, text, is_quiet=is_quiet)
        if is_away:
            self._absence(text)
            return
        self._meters(text.meters, is_dim=row.is_from_before)
        self._curve(row, text)
        self._rates(text)

    def _surface(self, row: HostRow, highlight: Highlight, *, is_quiet: bool) -> None:
        tokens = self._tokens
        fill = tokens.bg if is_quiet else tokens.surface
        if highlight.is_hovered:
            fill = tokens.raised
        if highlight.is_selected:
            fill = tokens.selection
        border = QPen(paint.colour(self._border(row, is_selected=highlight.is_selected)))
        if is_quiet:
            border.setStyle(Qt.PenStyle.DashLine)
        if highlight.has_focus:
            border = QPen(paint.colour(tokens.accent), 2)
        paint.surface(self._painter, self._frame, RADIUS_CARD, fill, border)

    def _border(self, row: HostRow, *, is_selected: bool) -> str:
        tokens = self._tokens
        if is_selected:
            return tokens.selection_border
        if row.standing is Standing.CRITICAL or row.reading.health is Health.BLOCKED:
            return tokens.crit_border
        if row.standing is Standing.WARNING:
            return tokens.warn_border
        return tokens.border if row.standing is Standing.HEALTHY else tokens.track

    def _head(self, row: HostRow, text: TileText, *, is_quiet: bool) -> None:
        tokens, health = self._tokens, row.reading.health.value
        ratio = self._painter.device().devicePixelRatioF()
        shape = pixmap(health_icon(health), health_colour(tokens, health), 18, ratio)
        self._painter.drawPixmap(self._at(13, 9), shape)
        width = self._frame.width() - _NAME_LEFT - _PAD
        ink = _Ink(face_of(14, strong=True), tokens.text_2 if is_quiet else tokens.text_1)
        self._write(self._at(_NAME_LEFT, _NAME_Y), text.name, ink, width)
        # Below the shape as well: a group and two tags are to be there whole.
        width = self._frame.width() - _PAD - _PLACE_RIGHT
        self._write(self._at(_PAD, _PLACE_Y), text.place, _Ink(face_of(12), tokens.text_3), width)

    def _absence(self, text: TileText) -> None:
        ink = _Ink(face_of(12, strong=True), self._tokens.text_2)
        fits = ink.face.width(text.absence) <= self._inner
        for y, words in zip((_LABEL_Y, _VALUE_Y), (text.absence, "") if fits else text.absence_lines, strict=True):
            self._write(self._at(_PAD, y), words, ink, self._inner)
        if text.has_last:
            self._last(text.meters)

    def _last(self, meters: tuple[Meter, ...]) -> None:
        """The last known values, as what they are: grey, and without a bar."""
        ink = _Ink(face_of(12, tabular=True), self._tokens.text_3)
        for place, meter in enumerate(meters):
            x = _PAD + place * (self._column + _COLUMN_GAP)
            self._write(self._at(x, _LAST_LABEL_Y), meter.label, ink, self._column + 4)
            self._write(self._at(x, _LAST_VALUE_Y), meter.text, ink, self._column + 8)

    def _meters(self, meters: tuple[Meter, ...], *, is_dim: bool) -> None:
        tokens = self._tokens
        width = self._column
        for place, (meter, usual) in enumerate(
            zip(meters, (tokens.accent, tokens.charts[1], tokens.charts[5]), strict=True)
        ):
            x = _PAD + place * (width + _COLUMN_GAP)
            self._write(self._at(x, _LABEL_Y), meter.label, _Ink(face_of(12), tokens.text_3), width + 4)
            value = tokens.text_2 if is_dim else tint(meter.severity, tokens.text_1, tokens)
            face = face_of(14, strong=True, tabular=True)
            self._write(self._at(x, _VALUE_Y), meter.text, _Ink(face, value), width + 8)
            frame = QRectF(self._frame.x() + x, self._frame.y() + _BAR_Y, width, _BAR_HEIGHT)
            filled = tokens.text_3 if is_dim else tint(meter.severity, usual, tokens)
            paint.bar(self._painter, frame, share(meter.percent), filled, tokens.track)

    def _curve(self, row: HostRow, text: TileText) -> None:
        if row.curve is None:
            return
        width = self._inner * 0.6
        frame = QRectF(self._frame.x() + _PAD, self._frame.y() + _CURVE_Y, width, _CURVE_HEIGHT)
        tokens = self._tokens
        usual = tokens.text_3 if row.is_from_before else tokens.accent
        colour = usual if row.is_from_before else tint(text.meters[0].severity, usual, tokens)
        strokes.curve(self._painter, frame, hour_lines(row, row.curve, self._look, width, _CURVE_HEIGHT), colour)

    def _rates(self, text: TileText) -> None:
        face = face_of(11, tabular=True)
        right = self._frame.width() - _PAD
        for y, words in ((_RECEIVED_Y, text.received), (_SENT_Y, text.sent)):
            x = right - face.width(words)
            self._write(self._at(x, y), words, _Ink(face, self._tokens.text_3))

    def _write(self, at: QPointF, words: str, ink: _Ink, width: float | None = None) -> None:
        """Text from a baseline on, cut to the width."""
        self._painter.setPen(paint.colour(ink.colour))
        shown = words if width is None else ink.face.cut(words, int(width))
        ink.face.write(self._painter, at.x(), at.y(), shown)

    def _at(self, x: float, y: float) -> QPointF:
        return QPointF(self._frame.x() + x, self._frame.y() + y)


def hour_lines(row: HostRow, curve: Points, look: FleetLook, width: float, height: float) -> list[sparkline.Line]:
    """The last hour of a host's CPU use on a scale from 0 to 100 percent."""
    end = look.moment.now_ms
    frame = sparkline.Frame(end - HOUR_MS, end, 0.0, 100.0, width, height)
    interval_s = row.reading.host.interval_s or look.moment.interval_s
    return sparkline.lines(curve, frame, max(sparkline.LEAST_GAP_MS, 3000 * interval_s))
