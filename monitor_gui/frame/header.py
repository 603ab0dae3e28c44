"""The top of a page: what it is, a line below that says more, and its controls to the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from monitor_gui.frame.text_label import TextLabel
from monitor_gui.theme.tokens import SPACE_1, SPACE_2


class PageHeader(QWidget):
    """Title, subtitle, controls. Texts may come from a host: they are shown as they are, and cut where room ends."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, SPACE_1)
        row.setSpacing(SPACE_2)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.title_row = QHBoxLayout()
        self.title_row.setSpacing(SPACE_2)
        self._title = TextLabel(title, role="title")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.title_row.addWidget(self._title)
        self.title_row.addStretch(1)
        self._subtitle = TextLabel(subtitle, role="subtitle")
        words.addLayout(self.title_row)
        words.addWidget(self._subtitle)
        row.addLayout(words, 1)
        self._controls = QHBoxLayout()
        self._controls.setSpacing(SPACE_2)
        row.addLayout(self._controls)
        row.setAlignment(self._controls, Qt.AlignmentFlag.AlignVCenter)

    def set_title(self, text: str) -> None:
        """Another title."""
        self._title.setText(text)

    def set_subtitle(self, text: str) -> None:
        """Another line below it."""
        self._subtitle.setText(text)

    def add_control(self, widget: QWidget) -> None:
        """Puts a control to the right of those that are there."""
        self._controls.addWidget(widget)
