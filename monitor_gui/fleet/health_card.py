"""The card that says how many hosts are how: a bar in proportion, and counts by shape."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from fleet.fleet_totals import FleetTotals, Standing
from monitor_gui.fleet.card_faces import CardFace
from monitor_gui.fleet.face import face_of
from monitor_gui.fleet.standing_look import standing_colour, standing_icon, standing_text
from monitor_gui.fleet.summary_card import HEIGHT, SummaryCard
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from storage.quantities import ABSENT
from storage.translation import _

_PAD, _GAP = 17, 3
_BAR_Y, _BAR_HEIGHT, _LEAST = 74, 8, 10
_COUNTS_Y = 104
_ORDER = (Standing.HEALTHY, Standing.WARNING, Standing.CRITICAL, Standing.OFFLINE)


def health_face(totals: FleetTotals, *, is_current: bool) -> CardFace:
    """How many hosts are healthy; nothing current says nothing of that."""
    return CardFace(
        value=str(totals.standing[Standing.HEALTHY]) if is_current and totals.hosts else ABSENT,
        unit=_("/ {count} healthy").format(count=totals.hosts),
        tip="\n".join(f"{standing_text(each)}: {totals.standing[each]}" for each in _ORDER),
    )


def segments(counts: Mapping[Standing, int], width: float) -> list[tuple[Standing, float, float]]:
    """Where each part of the bar begins and how wide it is; the smallest can still be seen. Pure."""
    present = [standing for standing in _ORDER if counts[standing]]
    room = width - _GAP * (len(present) - 1)
    whole = sum(counts.values())
    small = {standing for standing in present if room * counts[standing] / whole < _LEAST}
    rest = sum(counts[standing] for standing in present if standing not in small)
    share = (room - _LEAST * len(small)) / rest if rest else 0.0
    widths = [_LEAST if standing in small else share * counts[standing] for standing in present]
    found, begin = [], 0.0
    for standing, wide in zip(present, widths, strict=True):
        found.append((standing, begin, wide))
        begin += wide + _GAP
    return found


class HealthCard(SummaryCard):
    """How the fleet is."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(appearance, "fleet", _("Fleet health"), parent)
        self._counts: Mapping[Standing, int] = dict.fromkeys(Standing, 0)

    def show_counts(self, face: CardFace, counts: Mapping[Standing, int]) -> None:
        """Says this from now on."""
        self._counts = counts
        self.show_face(face)
        spoken = ", ".join(f"{standing_text(each)} {counts[each]}" for each in _ORDER)
        self.setAccessibleDescription(spoken)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A little wider than the others."""
        return QSize(234, HEIGHT)

    def _below(self, painter: QPainter) -> None:
        tokens = self._appearance.tokens
        painter.setPen(Qt.PenStyle.NoPen)
        width = self.width() - 2 * _PAD
        if not sum(self._counts.values()):
            paint.bar(painter, QRectF(_PAD, _BAR_Y, width, _BAR_HEIGHT), 0, tokens.track, tokens.track)
            return
        for standing, begin, wide in segments(self._counts, width):
            painter.setBrush(paint.colour(standing_colour(tokens, standing)))
            painter.drawRoundedRect(QRectF(_PAD + begin, _BAR_Y, wide, _BAR_HEIGHT), _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        self._shapes(painter)

    def _shapes(self, painter: QPainter) -> None:
        tokens, x = self._appearance.tokens, float(_PAD)
        face = face_of(13, strong=True, tabular=True)
        painter.setPen(paint.colour(tokens.text_1))
        for standing in _ORDER:
            shape = pixmap(standing_icon(standing), standing_colour(tokens, standing), 14, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(x, _COUNTS_Y - 11), shape)
            text = str(self._counts[standing])
            face.write(painter, x + 20, _COUNTS_Y, text)
            x += 20 + face.width(text) + 13
