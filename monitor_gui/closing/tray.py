"""The icon in the tray, while the window is hidden."""

from functools import lru_cache

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from monitor_gui.closing.tray_text import TrayText
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import DARK, health_colour, health_icon
from storage.translation import _

_SIZE = 64


class Tray(QObject):
    """Icon and menu.

    Attributes:
        is_shown: whether it is meant to be seen.

    Signals:
        wants_window: the person wants the window back.
        wants_pause: collect no more, or again.
        wants_quit: end everything.
    """

    wants_window = Signal()
    wants_pause = Signal(bool)
    wants_quit = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = QMenu()
        self.menu.addAction(_("&Open Watchpost"), self.wants_window.emit)
        self.pause = self.menu.addAction(_("&Pause collecting"))
        self.pause.setCheckable(True)
        self.pause.triggered.connect(self.wants_pause)
        self.menu.addSeparator()
        self.menu.addAction(_("&Quit"), self.wants_quit.emit)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self._said = False
        self.is_shown = False

    @staticmethod
    def is_available() -> bool:
        """Whether the desktop has a place for it."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show_text(self, text: TrayText, *, is_paused: bool, can_pause: bool) -> None:
        """Shows how things are."""
        self.icon.setIcon(health_badge(text.health.value))
        self.icon.setToolTip(text.tip)
        self.pause.setChecked(is_paused)
        self.pause.setEnabled(can_pause)

    def show(self) -> None:
        """Appears; the first time it says what it is."""
        self.is_shown = True
        self.icon.show()
        if not self._said:
            self._said = True
            self.icon.showMessage(
                _("Watchpost keeps watching"), _("Click its icon to open the window again."), self.icon.icon()
            )

    def hide(self) -> None:
        """Goes away."""
        self.is_shown = False
        self.icon.hide()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.wants_window.emit()


@lru_cache(maxsize=8)
def health_badge(health: str) -> QIcon:
    """The shape of a health on a dark ground of its own: the colour of the panel is not known."""
    made = QPixmap(_SIZE, _SIZE)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(DARK.surface))
    painter.drawRoundedRect(QRectF(0, 0, _SIZE, _SIZE), _SIZE / 5, _SIZE / 5)
    margin = _SIZE // 8
    painter.drawPixmap(margin, margin, pixmap(health_icon(health), health_colour(DARK, health), _SIZE - 2 * margin))
    painter.end()
    return QIcon(made)
