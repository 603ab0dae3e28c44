"""The window: navigation to the left, notices on top, one page at a time. It is there before anything was read."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from monitor_gui.frame.navigation import Destination, Navigation
from monitor_gui.startup_marks import mark
from monitor_gui.theme.appearance import Appearance
from monitor_gui.theme.icons import icon
from storage.translation import _

if TYPE_CHECKING:
    from monitor_gui.frame.page import Page

FIRST_SIZE = QSize(1280, 800)
LEAST_SIZE = QSize(900, 560)


def destinations() -> tuple[Destination, ...]:
    """What the navigation offers, from the top."""
    monitor = _("Monitor")
    return (
        Destination(name="fleet", text=_("Fleet"), icon="fleet", section=monitor),
        Destination(name="hosts", text=_("Hosts"), icon="hosts", section=monitor),
    )


class MainWindow(QMainWindow):
    """The frame around the pages.

    Signals:
        navigated: name of the page that is shown now.
        closing: the window was asked to close; whoever decides about it takes the event.
    """

    navigated = Signal(str)
    closing = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("Watchpost")
        self.setWindowIcon(icon("logo", appearance.tokens.accent, 64))
        self.setMinimumSize(LEAST_SIZE)
        self.resize(FIRST_SIZE)
        self.pages: dict[str, Page] = {}
        self._makers: dict[str, Callable[[], Page]] = {}
        self.current = ""
        self._asks_before_closing = False
        self._has_painted = False
        self.navigation = Navigation(appearance, destinations())
        self.navigation.chosen.connect(self.navigate)
        self._stack = QStackedWidget()
        self._column = QVBoxLayout()
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._stack, 1)
        central = QWidget()
        central.setObjectName("page")
        row = QHBoxLayout(central)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addLayout(self._column, 1)
        self.setCentralWidget(central)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Quit), self, self.close)

    def show_alone(self, widget: QWidget) -> None:
        """Shows what is no page, such as why the database cannot be opened."""
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)

    def set_notices(self, widget: QWidget) -> None:
        """Puts the notices above the pages."""
        self._column.insertWidget(0, widget)

    def add_page(self, name: str, page: "Page") -> None:
        """Adds a page; the navigation need not lead to it."""
        self.pages[name] = page
        self._stack.addWidget(page)

    def add_page_later(self, name: str, make: "Callable[[], Page]") -> None:
        """Adds a page that is made when it is first shown."""
        self._makers[name] = make

    def navigate(self, name: str) -> None:
        """Shows a page; one that is not there yet is passed over."""
        if name in self._makers:
            self.add_page(name, self._makers.pop(name)())
        page = self.pages.get(name)
        if page is None:
            return
        self.current = name
        self._stack.setCurrentWidget(page)
        self.navigation.select("hosts" if name == "host" else name)
        self.navigated.emit(name)

    @property
    def page(self) -> "Page | None":
        """The page that is shown."""
        return self.pages.get(self.current)

    def ask_before_closing(self) -> None:
        """From now on closing is somebody else's decision: `closing` carries the event."""
        self._asks_before_closing = True

    def restore_place(self, geometry: QByteArray) -> None:
        """Puts the window where it was."""
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)

    def bring_to_front(self) -> None:
        """Shows the window, wherever it is."""
        self.setVisible(True)
        if self.isMinimized():
            self.showNormal()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Asks whoever decides about it."""
        if self._asks_before_closing:
            self.closing.emit(event)
        else:
            super().closeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Notes the first paint."""
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            QTimer.singleShot(0, self, lambda: mark("first_paint"))
