"""A card above the hosts: a number, what is to be known about it, and its last hour. Painted, as one widget."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fleet.curve_grid import HOUR_MS
from monitor_gui.fleet import sparkline, strokes
from monitor_gui.fleet.card_faces import CardFace
from monitor_gui.fleet.face import face_of
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import RADIUS_CARD
from storage.quantities import ABSENT

_PAD = 17
_TITLE_Y, _VALUE_Y, _CAPTION_Y, _CURVE_Y = 27, 58, 79, 88
_CURVE_HEIGHT = 20
HEIGHT = 120


class SummaryCard(QWidget):
    """One number of the whole fleet."""

    def __init__(self, appearance: Appearance, icon_name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance, self._icon_name, self._title = appearance, icon_name, title
        self._face = CardFace()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        appearance.changed.connect(self.update)

    @property
    def face(self) -> CardFace:
        """What it says now."""
        return self._face

    def show_face(self, face: CardFace) -> None:
        """Says this from now on."""
        self._face = face
        self.setToolTip(face.tip)
        self.setAccessibleDescription(f"{face.value} {face.unit}, {face.caption}".strip(" ,"))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """All cards are equally high."""
        return QSize(180, HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """It can be narrow; its caption is cut then."""
        return QSize(120, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Paints all of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._surface(painter)
        self._words(painter)
        self._below(painter)
        painter.end()

    def _surface(self, painter: QPainter) -> None:
        tokens = self._appearance.tokens
        painter.fillRect(self.rect(), paint.colour(tokens.bg))
        paint.surface(painter, QRectF(self.rect()), RADIUS_CARD, tokens.surface, paint.pen(tokens.border))
        painter.drawPixmap(
            QPointF(_PAD - 1, _TITLE_Y - 13), pixmap(self._icon_name, tokens.text_3, 16, self.devicePixelRatioF())
        )

    def _words(self, painter: QPainter) -> None:
        tokens, face = self._appearance.tokens, self._face
        room, small, is_known = self.width() - 2 * _PAD, face_of(12, tabular=True), face.value != ABSENT
        title, large = face_of(13, strong=True), face_of(24, strong=True)
        painter.setPen(paint.colour(tokens.text_2))
        title.write(painter, _PAD + 22, _TITLE_Y, title.cut(self._title, room - 22))
        painter.setPen(paint.colour(tokens.text_1 if is_known else tokens.text_3))
        large.write(painter, _PAD, _VALUE_Y, large.cut(face.value, room))
        painter.setPen(paint.colour(tokens.text_3))
        small.write(painter, _PAD, _CAPTION_Y, small.cut(face.caption, room))
        if is_known:
            taken = large.width(face.value) + 6
            unit = face_of(13).cut(face.unit, int(room - taken))
            face_of(13).write(painter, _PAD + taken, _VALUE_Y, unit)

    def _below(self, painter: QPainter) -> None:
        """The last hour."""
        face = self._face
        if not len(face.curve.ts):
            return
        width = self.width() - 2 * _PAD
        frame = sparkline.Frame(face.end - HOUR_MS, face.end, *face.bounds, width, _CURVE_HEIGHT)
        strokes.curve(
            painter, QRectF(_PAD, _CURVE_Y, width, _CURVE_HEIGHT), sparkline.lines(face.curve, frame), face.tint
        )
