"""What every page has in common."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from monitor_gui.theme.tokens import SPACE_3, SPACE_4, SPACE_5


class Page(QWidget):
    """One page of the window, under a header of its own.

    Signals:
        opened_host: show the host of this id.
        wants_add_host: register a host.
        wants_edit_host: change the host of this id.
        wants_remove_host: take the host of this id off the list.
        wants_test_host: try the connection to the host of this id.
        wants_retry_host: have the collector try the host of this id now.

    Attributes:
        focus_host_id: a host whose processes the next look shall hold.
    """

    opened_host = Signal(int)
    wants_add_host = Signal()
    wants_edit_host = Signal(int)
    wants_remove_host = Signal(int)
    wants_test_host = Signal(int)
    wants_retry_host = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.focus_host_id: int | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_5, SPACE_4, SPACE_5, SPACE_4)
        self.column.setSpacing(SPACE_3)

    def show_look(self, look: object) -> None:
        """Shows a `FleetLook`: about once a second while the page is visible, and when it becomes visible."""
