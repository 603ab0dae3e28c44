"""A card: a surface with a border, on which things that belong together stand."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_4


class Card(QFrame):
    """What is put into `column` stands on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_4, SPACE_3, SPACE_4, SPACE_3)
        self.column.setSpacing(SPACE_2)
