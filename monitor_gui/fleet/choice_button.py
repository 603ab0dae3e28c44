"""A button with a menu of which one entry is chosen, such as the order of the hosts."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from storage.printable import printable


class ChoiceButton(QPushButton):
    """Shows what is chosen.

    Signals:
        chosen: key of the entry that a person has chosen.
    """

    chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._entries: tuple[tuple[str, str], ...] = ()
        self._group: QActionGroup | None = None
        self.setProperty("kind", "plain")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setIconSize(QSize(14, 14))
        self._menu = QMenu(self)
        self._menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMenu(self._menu)
        appearance.changed.connect(self._dress)
        self._dress()

    @property
    def entries(self) -> tuple[tuple[str, str], ...]:
        """Key and text of each entry."""
        return self._entries

    def offer(self, entries: Sequence[tuple[str, str]]) -> None:
        """Key and text of what can be chosen; texts may come from people."""
        if tuple(entries) == self._entries:
            return
        self._entries = tuple(entries)
        self._menu.clear()
        self._group = QActionGroup(self._menu)
        for key, text in entries:
            action = QAction(printable(text, 60).replace("&", "&&"), self._group)
            action.setCheckable(True)
            action.setData(key)
            action.triggered.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._menu.addAction(action)

    def show_choice(self, key: str | None, text: str) -> None:
        """What is chosen, and how the button puts it; a key of None is none of the entries."""
        self.setText(printable(text, 40).replace("&", "&&"))
        self.setAccessibleName(printable(text, 40))
        for action in self._group.actions() if self._group else ():
            action.setChecked(action.data() == key)

    def _dress(self) -> None:
        self.setIcon(icon("chevron-down", self._appearance.tokens.text_3, 14))
