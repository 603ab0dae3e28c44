"""Which theme is shown: the one that was chosen, or the system's, followed when it changes."""

from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from monitor_gui.theme.fonts import font
from monitor_gui.theme.stylesheet import stylesheet
from monitor_gui.theme.tokens import DARK, LIGHT, TYPE_BODY, Tokens

Mode = Literal["system", "dark", "light"]


class Appearance(QObject):
    """The tokens of the moment.

    Signals:
        changed: they are others now; whoever paints by hand paints anew.
    """

    changed = Signal()

    def __init__(self, mode: Mode = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode: Mode = mode
        self._application: QApplication | None = None
        # Not `styleHints().colorScheme()`: making Python's side of the namespace Qt takes 40 ms of the first paint.
        self._system_is_dark = QGuiApplication.palette().window().color().lightness() < 128
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._tokens = self._wanted()

    @property
    def tokens(self) -> Tokens:
        """The theme that is shown."""
        return self._tokens

    @property
    def mode(self) -> Mode:
        """What was chosen."""
        return self._mode

    def apply(self, application: QApplication) -> None:
        """Dresses the application, now and after every change."""
        self._application = application
        application.setStyle(QStyleFactory.create("Fusion"))
        application.setFont(font(TYPE_BODY))
        self._dress()

    def choose(self, mode: Mode) -> None:
        """Shows that theme, or with `system` whatever the system has."""
        self._mode = mode
        self._follow()

    def toggle(self) -> None:
        """Shows the other theme; where that is the system's own, the system is followed again."""
        other: Mode = "light" if self._tokens is DARK else "dark"
        self.choose("system" if (other == "dark") == self._system_is_dark else other)

    def _system_changed(self, scheme: object) -> None:
        self._system_is_dark = getattr(scheme, "name", "") == "Dark"
        self._follow()

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted is not self._tokens:
            self._tokens = wanted
            self._dress()
            self.changed.emit()

    def _wanted(self) -> Tokens:
        if self._mode == "dark":
            return DARK
        if self._mode == "light":
            return LIGHT
        return DARK if self._system_is_dark else LIGHT

    def _dress(self) -> None:
        if self._application is not None:
            self._application.setPalette(palette(self._tokens))
            self._application.setStyleSheet(stylesheet(self._tokens))


def palette(tokens: Tokens) -> QPalette:
    """The tokens as Qt's own roles, for what the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: tokens.bg,
        role.WindowText: tokens.text_1,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Text: tokens.text_1,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text_1,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text_1,
        role.PlaceholderText: tokens.text_3,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.Light: tokens.raised,
        role.Mid: tokens.border,
        role.Dark: tokens.border,
    }.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.text_3))
    return made
