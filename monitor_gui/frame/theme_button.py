"""The button that changes between dark and light."""

from PySide6.QtWidgets import QToolButton, QWidget

from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from storage.translation import _


class ThemeButton(QToolButton):
    """Shows the moon in the dark and the sun in the light."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setProperty("kind", "icon")
        self.clicked.connect(appearance.toggle)
        appearance.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        tokens = self._appearance.tokens
        is_dark = tokens.name == "dark"
        self.setIcon(icon("moon" if is_dark else "sun", tokens.text_2))
        text = _("Use the light theme") if is_dark else _("Use the dark theme")
        self.setToolTip(text)
        self.setAccessibleName(text)
