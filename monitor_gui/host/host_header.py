"""The top of a host's page: which host, how it is, and what can be done."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton, QWidget

from fleet.host_view import HostView
from fleet.inventory_text import inventory_line
from monitor_gui.frame.header import PageHeader
from monitor_gui.frame.segments import Segment, Segments
from monitor_gui.frame.theme_button import ThemeButton
from monitor_gui.host.crumb import Crumb
from monitor_gui.host.health_pill import HealthPill
from monitor_gui.host.spans import SPANS, USUAL
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from storage.printable import printable
from storage.translation import _

_NAME_LIMIT = 120


class HostHeader(PageHeader):
    """Crumb, name, state; how much of the past is shown; menus.

    Signals:
        back: the way back was chosen.
        span_chosen: key of a span.
        chosen: an entry of a menu: `picture`, `values`, `edit`, `test`, `retry` or `remove`.
    """

    back = Signal()
    span_chosen = Signal(str)
    chosen = Signal(str)

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self._appearance = appearance
        self.crumb = Crumb(appearance, _("Fleet"))
        self.crumb.setAccessibleName(_("Back to the fleet"))
        self.crumb.clicked.connect(self.back)
        self.pill = HealthPill(appearance)
        self.title_row.insertWidget(0, self.crumb)
        self.title_row.insertWidget(2, self.pill)
        self.segments = Segments(appearance, [Segment(key=span.key, text=span.name) for span in SPANS])
        self.segments.choose(USUAL)
        self.segments.chosen.connect(self.span_chosen)
        self.export = QPushButton(_("Export"))
        self.export.setMenu(
            self._menu(("picture", "export", _("Save &picture…")), ("values", "list", _("Save &values…")))
        )
        self.more = QToolButton()
        self.more.setProperty("kind", "icon")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setToolTip(_("More"))
        self.more.setAccessibleName(_("More"))
        self.more.setMenu(
            self._menu(
                ("edit", "edit", _("&Edit host…")),
                ("test", "test", _("&Test connection")),
                ("retry", "refresh", _("Try again &now")),
                ("remove", "trash", _("&Remove host…")),
            )
        )
        for control in (self.segments, self.export, ThemeButton(appearance), self.more):
            self.add_control(control)
        appearance.changed.connect(self._dress)
        self._dress()

    def show_view(self, view: HostView) -> None:
        """Name, state and what the host said of itself."""
        reading = view.reading
        self.set_title(printable(reading.name, _NAME_LIMIT))
        self.set_subtitle(inventory_line(reading.host, view.inventory, view.moment.now_ms))
        self.pill.setVisible(True)
        self.pill.show_health(reading.health)

    def show_name(self, name: str) -> None:
        """A host of which nothing else is known."""
        self.set_title(printable(name, _NAME_LIMIT))
        self.set_subtitle("")
        self.pill.setVisible(False)

    def set_usable(self, is_usable: bool) -> None:
        """Whether there is a host to do something about."""
        for control in (self.segments, self.export, self.more):
            control.setEnabled(is_usable)

    def _menu(self, *entries: tuple[str, str, str]) -> QMenu:
        menu = QMenu(self)
        for key, picture, text in entries:
            action = QAction(text, menu)
            action.setProperty("picture", picture)
            action.triggered.connect(lambda _checked=False, chosen=key: self.chosen.emit(chosen))
            menu.addAction(action)
        return menu

    def _dress(self) -> None:
        tokens = self._appearance.tokens
        self.export.setIcon(icon("export", tokens.text_1))
        self.more.setIcon(icon("more", tokens.text_2))
        for menu in (self.export.menu(), self.more.menu()):
            for action in menu.actions():
                action.setIcon(icon(str(action.property("picture")), tokens.text_2))
