"""The card at the bottom left: how the poller is, and a menu of what can be done about it."""

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QVBoxLayout, QWidget

from monitor_gui.frame.text_label import TextLabel
from monitor_gui.poller.figures_dialog import FiguresDialog
from monitor_gui.poller.footer_text import footer_text
from monitor_gui.poller.poller_keeper import PollerKeeper
from monitor_gui.poller.poller_state import PollerKind, PollerState
from monitor_gui.theme.fonts import font
from monitor_gui.theme.icons import pixmap
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, TYPE_SMALL, health_colour, health_icon
from monitor_gui.workspace import Workspace
from storage.translation import _

_ICON_SIZE = 16


class PollerFooter(QFrame):
    """Click, Enter, Space or the menu key opens the menu.

    Attributes:
        figures: the dialog with all figures, while it is open.
    """

    def __init__(self, workspace: Workspace, keeper: PollerKeeper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._workspace, self._keeper = workspace, keeper
        self._health = ""
        self.figures: FiguresDialog | None = None
        self._icon = QLabel()
        self._title, self._detail = TextLabel(role="strong"), TextLabel(role="muted")
        self._work = TextLabel(role="muted")
        for label in (self._detail, self._work):
            label.setFont(font(TYPE_SMALL, tabular=True))
        self._lay_out()
        keeper.state_changed.connect(self.show_state)
        workspace.appearance.changed.connect(self._dress)
        self.show_state(keeper.state)

    def show_state(self, state: PollerState) -> None:
        """Shows how it is."""
        text = footer_text(state)
        self._title.setText(text.title)
        self._detail.setText(text.detail)
        self._work.setText(text.work)
        self._work.setVisible(bool(text.work))
        self._health = text.health
        self._dress()
        self.setToolTip(text.tip)
        self.setAccessibleName(", ".join(part for part in (text.title, text.detail, text.work) if part))

    def _dress(self) -> None:
        colour = health_colour(self._workspace.appearance.tokens, self._health)
        self._icon.setPixmap(pixmap(health_icon(self._health), colour, _ICON_SIZE, self.devicePixelRatioF()))

    def menu(self) -> QMenu:
        """What can be done about it as it is now."""
        state = self._keeper.state
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ours = self._keeper.has_child
        elsewhere = state.kind is PollerKind.RUNNING_ELSEWHERE
        if elsewhere:
            made.addAction(_("Not started by this window")).setEnabled(False)
        elif ours:
            made.addAction(_("&Stop collecting"), self._keeper.stop_collecting)
        else:
            made.addAction(_("&Start collecting"), self._keeper.start_collecting)
        restart: QAction = made.addAction(_("&Restart the collector"), self._keeper.restart)
        restart.setEnabled(ours)
        if self._workspace.preferences.on_close != "ask":
            made.addAction(_("&Ask again when closing"), self._ask_again)
        made.addSeparator()
        figures: QAction = made.addAction(_("&Figures…"), self.show_figures)
        figures.setEnabled(bool(state.pollers))
        made.addAction(_("Show the &log"), self.show_log)
        made.addAction(_("&Copy details"), self.copy_details)
        return made

    def open_menu(self) -> None:
        """Opens it above the card."""
        menu = self.menu()
        menu.setMinimumWidth(self.width())
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def show_figures(self) -> None:
        """Opens them beside the pages; they go on while one works."""
        if self.figures is None:
            self.figures = FiguresDialog(self._keeper, self._workspace.appearance, self.window())
            self.figures.destroyed.connect(self._forget_figures)
        self.figures.show()
        self.figures.raise_()
        self.figures.activateWindow()

    def _forget_figures(self) -> None:
        self.figures = None

    def show_log(self) -> None:
        """Opens the folder of the logs with whatever the desktop has for that."""
        folder = str(self._workspace.surroundings.log_folder)
        QDesktopServices.openUrl(QUrl.fromLocalFile(folder))

    def copy_details(self) -> None:
        """Puts what a report needs onto the clipboard."""
        surroundings = self._workspace.surroundings
        lines = (self.toolTip(), str(surroundings.database_url), str(surroundings.log_folder))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _ask_again(self) -> None:
        self._workspace.preferences.on_close = "ask"

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """By keyboard as by pointer."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Menu}:
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Any button opens it."""
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.open_menu()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(SPACE_2 - 1)
        first.addWidget(self._icon)
        first.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_3, SPACE_2 + 1, SPACE_3, SPACE_2 + 1)
        column.setSpacing(1)
        column.addLayout(first)
        column.addWidget(self._detail)
        column.addWidget(self._work)
