"""A row of buttons of which one is chosen, such as ranges of time or ways to look at the fleet."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One choice.

    Attributes:
        key: what the choice is called inside.
        text: what it is called for people; with an icon it is the tool tip.
        icon: name of an icon shown instead of the text.
    """

    key: str
    text: str
    icon: str = ""


class Segments(QFrame):
    """The row. Left and right choose the neighbour.

    Signals:
        chosen: key of the segment that a person has chosen.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, segments: Sequence[Segment], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("segments")
        self._appearance = appearance
        self._segments = tuple(segments)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(1)
        for place, segment in enumerate(self._segments):
            button = QPushButton("" if segment.icon else segment.text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if segment.icon:
                button.setToolTip(segment.text)
                button.setIconSize(QSize(16, 16))
            button.setAccessibleName(segment.text)
            self._group.addButton(button, place)
            row.addWidget(button)
        self._group.button(0).setChecked(True)
        self._group.idClicked.connect(self._clicked)
        appearance.changed.connect(self._dress)
        self._dress()

    @property
    def key(self) -> str:
        """Which one is chosen."""
        return self._segments[self._group.checkedId()].key

    def choose(self, key: str) -> None:
        """Chooses one without telling anybody."""
        for place, segment in enumerate(self._segments):
            if segment.key == key:
                self._group.button(place).setChecked(True)
                self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and right go round."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        button = self._group.button((self._group.checkedId() + step) % len(self._segments))
        button.setFocus()
        button.click()

    def _clicked(self, place: int) -> None:
        self._dress()
        self.chosen.emit(self._segments[place].key)

    def _dress(self) -> None:
        tokens = self._appearance.tokens
        for place, segment in enumerate(self._segments):
            if segment.icon:
                chosen = place == self._group.checkedId()
                self._group.button(place).setIcon(icon(segment.icon, tokens.text_1 if chosen else tokens.text_3))
