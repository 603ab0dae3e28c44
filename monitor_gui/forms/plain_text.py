"""Text of several lines that nothing in it can turn into markup."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from monitor_gui.frame.breakable_text import breakable
from monitor_gui.theme.fonts import fixed_font
from monitor_gui.theme.tokens import TYPE_SMALL


class PlainText(QLabel):
    """Words that wrap; can be selected where that helps."""

    def __init__(
        self, text: str = "", *, role: str = "", selectable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if role:
            self.setProperty("role", role)
        if selectable:
            by_hand = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            self.setTextInteractionFlags(by_hand)
            self.setCursor(Qt.CursorShape.IBeamCursor)

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Words too long for a line may be broken."""
        super().setText(breakable(text) if self.wordWrap() else text)

    def set_role(self, role: str) -> None:
        """Another role: the style sheet is asked again."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)


class FixedText(PlainText):
    """The same in letters of equal width, for keys and commands; can be selected, and does not wrap."""

    def __init__(self, text: str = "", *, size_px: int = TYPE_SMALL, parent: QWidget | None = None) -> None:
        super().__init__(selectable=True, parent=parent)
        self.setWordWrap(False)
        self.setText(text)
        self.setFont(fixed_font(size_px))
        # The style sheet names a size for every widget, which would win over the font.
        self.setStyleSheet(f"font-family: '{fixed_font(size_px).family()}'; font-size: {size_px}px;")
