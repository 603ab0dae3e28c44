"""What the person must know whatever page is open: slim banners above it, the gravest first, at most three at once."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from monitor_gui.frame.notice_banner import Banner
from monitor_gui.frame.severity import Severity
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from storage.translation import ngettext

PASSING_MS = 10_000
"""How long a notice of something that went well stays."""
MOST_AT_ONCE = 3
# One that will pass comes before warnings, which stay: else it might never be seen.
_RANK: dict[Severity, int] = {"crit": 0, "ok": 1, "warn": 2, "hint": 3}


@dataclass(frozen=True, slots=True)
class _Notice:
    severity: Severity
    text: str
    hint: str
    action_text: str
    action: Callable[[], object] | None
    closable: bool


class NoticeBar(QWidget):
    """The banners. Showing the same notice again changes nothing, so it may be done as often as one looks."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._notices: dict[str, _Notice] = {}
        self._closed: dict[str, str] = {}
        self._banners: dict[str, Banner] = {}
        self._shows_all = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_5, SPACE_3, SPACE_5, 0)
        self._column.setSpacing(SPACE_2)
        self._more = QPushButton()
        self._more.setProperty("kind", "link")
        self._more.clicked.connect(self._show_all)
        self._column.addWidget(self._more)
        self.hide()

    @property
    def keys(self) -> list[str]:
        """What there is to tell, the gravest first."""
        return sorted(self._notices, key=lambda key: _RANK[self._notices[key].severity])

    def show_notice(  # noqa: PLR0913, PLR0917 - what a banner consists of
        self,
        key: str,
        severity: Severity,
        text: str,
        hint: str = "",
        action_text: str = "",
        action: Callable[[], object] | None = None,
        *,
        closable: bool | None = None,
    ) -> None:
        """Shows a notice, or changes the one of the same key.

        Args:
            key: by which it is taken away again.
            severity: `ok` is for what went well, with its undoing: it passes after 10 s, unless the pointer or the
                focus is on it.
            text: what is the matter; of any origin.
            hint: what to do about it.
            action_text: of its button; with a mnemonic.
            action: what the button does.
            closable: whether a person may close it; None lets the severity decide: what is critical stays until it is
                mended. One that was closed stays away until it was taken away or says something else.
        """
        may_close = severity != "crit" if closable is None else closable
        notice = _Notice(severity, text, hint, action_text, action, may_close)
        if self._closed.get(key) == text:
            return
        self._closed.pop(key, None)
        self._notices[key] = notice
        self._arrange()

    def clear_notice(self, key: str) -> None:
        """Takes a notice away; does nothing where there is none."""
        self._closed.pop(key, None)
        if self._notices.pop(key, None) is not None:
            self._arrange()

    def _close(self, key: str) -> None:
        text = self._notices[key].text
        self.clear_notice(key)
        self._closed[key] = text

    def _act(self, key: str) -> None:
        notice = self._notices[key]
        if notice.severity == "ok":
            self.clear_notice(key)
        if notice.action is not None:
            notice.action()

    def _show_all(self) -> None:
        self._shows_all = True
        self._arrange()

    def _arrange(self) -> None:
        keys = self.keys
        if len(keys) <= MOST_AT_ONCE:
            self._shows_all = False
        shown = keys if self._shows_all else keys[:MOST_AT_ONCE]
        for key in [key for key in self._banners if key not in shown]:
            self._drop(self._banners.pop(key))
        for place, key in enumerate(shown):
            self._place(key, place)
        hidden = len(keys) - len(shown)
        self._more.setText(ngettext("and {count} more", "and {count} more", hidden).format(count=hidden))
        self._more.setVisible(hidden > 0)
        self.setVisible(bool(keys))

    def _place(self, key: str, place: int) -> None:
        notice = self._notices[key]
        banner = self._banners.get(key)
        is_new = banner is None or banner.severity != notice.severity
        if banner is not None and is_new:
            self._drop(self._banners.pop(key))
        if banner is None or is_new:
            passing = PASSING_MS if notice.severity == "ok" else None
            banner = Banner(self._appearance, notice.severity, passing, self)
            banner.acted.connect(lambda: self._act(key))
            banner.closed.connect(lambda: self._close(key))
            banner.passed.connect(lambda: self.clear_notice(key))
            self._banners[key] = banner
        banner.say(notice.text, notice.hint, notice.action_text, closable=notice.closable)
        if self._column.indexOf(banner) != place:
            self._column.insertWidget(place, banner)
        if is_new:
            QAccessible.updateAccessibility(QAccessibleEvent(banner, QAccessible.Event.Alert))

    def _drop(self, banner: Banner) -> None:
        self._column.removeWidget(banner)
        banner.hide()
        # It may be its own button that is being clicked.
        QTimer.singleShot(0, banner, banner.deleteLater)
