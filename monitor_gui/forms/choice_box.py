"""A drop-down list that looks like the rest: the style sheet has no arrow for one."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import SPACE_2

_ARROW = 14


class ChoiceBox(QComboBox):
    """The list; its colours follow the appearance."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """With an arrow."""
        super().paintEvent(event)
        arrow = pixmap("chevron-down", self._appearance.tokens.text_3, _ARROW, self.devicePixelRatioF())
        QPainter(self).drawPixmap(self.width() - _ARROW - SPACE_2, (self.height() - _ARROW) // 2, arrow)
