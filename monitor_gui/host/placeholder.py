"""What stands where the cards of a page will be: their frames, empty."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from monitor_gui.frame.card import Card
from monitor_gui.theme.tokens import SPACE_3

_ROWS = ((55, (62, 38)), (45, (38, 30, 32)))
_LAST_HEIGHT = 96


class Placeholder(QWidget):
    """Quiet, and laid out as the cards are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        for height, widths in _ROWS:
            row = QHBoxLayout()
            row.setSpacing(SPACE_3)
            for width in widths:
                row.addWidget(Card(), width)
            column.addLayout(row, height)
        last = Card()
        last.setFixedHeight(_LAST_HEIGHT)
        column.addWidget(last)
