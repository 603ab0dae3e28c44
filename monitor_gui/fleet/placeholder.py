"""What stands where hosts would: quiet outlines while nothing is loaded, or a sentence and what to do."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from monitor_gui.fleet.tile_grid import TileGrid
from monitor_gui.fleet.tile_view import GUTTER
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme import paint
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import RADIUS_CARD, SPACE_2, SPACE_3, SPACE_5

_OUTLINES = 40


class Outlines(QWidget):
    """Where tiles are going to be."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        appearance.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802, ARG002 - Qt's name
        """Paints empty tiles that fade downwards."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        grid = TileGrid(max(1, self.width() - GUTTER), _OUTLINES)
        painter.setPen(Qt.PenStyle.NoPen)
        for place in grid.between(0, self.height()):
            row = place // grid.columns
            painter.setBrush(paint.colour(self._appearance.tokens.surface, max(20, 160 - 55 * row)))
            painter.drawRoundedRect(QRectF(grid.frame(place)), RADIUS_CARD, RADIUS_CARD)
        painter.end()


class Message(QWidget):
    """A sentence in the middle, with a hint and a button where there is something to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_5 * 2, GUTTER, SPACE_5)
        column.setSpacing(SPACE_2)
        self._title, self._hint, self._button = TextLabel(role="heading"), TextLabel(role="text"), QPushButton()
        for label in (self._title, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(SPACE_3)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self._action: Callable[[], object] | None = None
        self._button.clicked.connect(self._act)

    @property
    def text(self) -> str:
        """What it says."""
        return self._title.text()

    def say(self, text: str, hint: str = "", action_text: str = "", action: Callable[[], object] | None = None) -> None:
        """Says this, with a button where there is an action."""
        self._title.setText(text)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._button.setText(action_text)
        self._button.setVisible(action is not None)
        self._action = action

    def _act(self) -> None:
        if self._action is not None:
            self._action()
