"""The banner of a host's page: what is wrong with the host, or how an errand went."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from monitor_gui.frame.notice_banner import Banner
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_2

PASSING_MS = 8_000
Severity = Literal["crit", "warn", "ok", "hint"]


class TroubleBanner(QWidget):
    """At most two banners: one that stays as long as the trouble does, and one that passes.

    Signals:
        helped: the button of the one that stays was pressed.
    """

    helped = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_2)
        self._standing: Banner | None = None
        self._passing: Banner | None = None
        self._said: tuple[str, str, str] = ("", "", "")
        self.hide()

    @property
    def said(self) -> tuple[str, str, str]:
        """What the banner that stays says: text, hint, button. Empty where there is none."""
        return self._said

    def show_trouble(self, severity: Severity, text: str, hint: str, button: str) -> None:
        """Shows what is wrong; the same again changes nothing."""
        if self._standing is not None and self._standing.severity != severity:
            self._drop_standing()
        if self._standing is None:
            self._standing = Banner(self._appearance, severity, None)
            self._standing.acted.connect(self.helped)
            # It decides by its width whether its words stand on one line: it is not to jump.
            self._standing.resize(self.width(), self._standing.height())
            self._column.insertWidget(0, self._standing)
            self._standing.show()
        if (text, hint, button) != self._said:
            self._said = (text, hint, button)
            self._standing.say(text, hint, button, closable=False)
        self.show()

    def clear_trouble(self) -> None:
        """Nothing is wrong."""
        self._drop_standing()
        self.setVisible(self._passing is not None)

    def say(self, severity: Severity, text: str, hint: str) -> None:
        """Says something in passing; what went wrong stays until somebody closes it."""
        self._drop_passing()
        self._passing = Banner(self._appearance, severity, PASSING_MS if severity == "ok" else None)
        self._passing.closed.connect(self._drop_passing)
        self._passing.passed.connect(self._drop_passing)
        self._passing.say(text, hint, "", closable=True)
        self._column.addWidget(self._passing)
        self._passing.show()
        self.show()

    def _drop_standing(self) -> None:
        self._drop(self._standing)
        self._standing = None
        self._said = ("", "", "")

    def _drop_passing(self) -> None:
        self._drop(self._passing)
        self._passing = None
        self.setVisible(self._standing is not None)

    def _drop(self, banner: Banner | None) -> None:
        if banner is not None:
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
