"""The side of the window: what there is to go to, and at the bottom how the poller is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon, pixmap
from monitor_gui.theme.tokens import SIDEBAR_WIDTH, SPACE_1, SPACE_2, SPACE_3, SPACE_4

LOGO_SIZE = 26
_GAP = "\N{EN SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One entry.

    Attributes:
        name: of the page.
        text: for people.
        icon: its drawing.
        section: under which heading it stands.
    """

    name: str
    text: str
    icon: str
    section: str


class Navigation(QFrame):
    """The list of pages. Ctrl+1, Ctrl+2 and so on open them; up and down go from one to the next.

    Signals:
        chosen: name of the page that a person has chosen.
    """

    chosen = Signal(str)

    def __init__(
        self, appearance: Appearance, destinations: Sequence[Destination], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setFixedWidth(SIDEBAR_WIDTH)
        self._appearance = appearance
        self._destinations = tuple(destinations)
        self._group = QButtonGroup(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_3, SPACE_3, SPACE_3, SPACE_3)
        self._column.setSpacing(2)
        self._logo = QLabel()
        self._add_brand()
        self._add_destinations()
        self._column.addStretch(1)
        self._group.idClicked.connect(lambda place: self.chosen.emit(self._destinations[place].name))
        appearance.changed.connect(self._dress)
        self._dress()

    def select(self, name: str) -> None:
        """Marks the page that is shown."""
        for place, destination in enumerate(self._destinations):
            if destination.name == name:
                self._group.button(place).setChecked(True)
        self._dress()

    def set_footer(self, widget: QWidget) -> None:
        """Puts the poller's card at the bottom."""
        self._column.addWidget(widget)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up and down go to the neighbour."""
        from PySide6.QtCore import Qt  # noqa: PLC0415 - not before the first paint: it takes 40 ms

        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        place = self._group.checkedId() + step
        if 0 <= place < len(self._destinations):
            self._group.button(place).setFocus()
            self._group.button(place).click()

    def _add_brand(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_1, 0, 0, SPACE_3)
        row.setSpacing(SPACE_2 + 2)
        row.addWidget(self._logo)
        name = QLabel("Watchpost")
        name.setProperty("role", "heading")
        row.addWidget(name, 1)
        self._column.addLayout(row)

    def _add_destinations(self) -> None:
        section = ""
        for place, destination in enumerate(self._destinations):
            if destination.section != section:
                section = destination.section
                caption = QLabel(section.upper())
                caption.setProperty("role", "caption")
                caption.setContentsMargins(SPACE_1, SPACE_2 if place == 0 else SPACE_4, 0, SPACE_1)
                self._column.addWidget(caption)
            # The space keeps the drawing and the word apart: no style has a measure for that.
            button = QPushButton(f"{_GAP}{destination.text}")
            button.setAccessibleName(destination.text)
            button.setProperty("kind", "navigation")
            button.setCheckable(True)
            button.setIconSize(QSize(16, 16))
            key = QKeySequence(f"Ctrl+{place + 1}")
            button.setToolTip(f"{destination.text} ({key.toString(QKeySequence.SequenceFormat.NativeText)})")
            QShortcut(key, self, button.click)
            self._group.addButton(button, place)
            self._column.addWidget(button)
        self._group.button(0).setChecked(True)

    def _dress(self) -> None:
        tokens = self._appearance.tokens
        ratio = self.devicePixelRatioF()
        self._logo.setPixmap(pixmap("logo", tokens.accent, LOGO_SIZE, ratio))
        for place, destination in enumerate(self._destinations):
            chosen = place == self._group.checkedId()
            self._group.button(place).setIcon(icon(destination.icon, tokens.accent if chosen else tokens.text_2))
