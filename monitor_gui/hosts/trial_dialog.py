"""Tests the connection to a host of the list."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from monitor_gui.forms.growing_dialog import GrowingDialog
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.hosts.connection_panel import ConnectionPanel
from monitor_gui.hosts.subject import Subject
from monitor_gui.theme.tokens import SPACE_1, SPACE_2, SPACE_3, SPACE_5
from monitor_gui.workspace import Workspace
from storage.translation import _

_WIDTH, _HEIGHT = 580, 320


class TrialDialog(GrowingDialog):
    """The test begins when the dialog opens."""

    def __init__(self, workspace: Workspace, subject: Subject, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self.setWindowTitle("Watchpost")
        self.setMinimumSize(_WIDTH, _HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.panel = ConnectionPanel(workspace)
        self.again_button = QPushButton(_("&Test again"))
        self.again_button.setAutoDefault(False)
        self.close_button = QPushButton(_("&Close"))
        self.close_button.setDefault(True)
        self.again_button.clicked.connect(self._again_or_stop)
        self.close_button.clicked.connect(self.accept)
        for signal in (self.panel.started, self.panel.passed, self.panel.failed):
            signal.connect(self._weigh)
        head = QVBoxLayout()
        head.setSpacing(SPACE_1)
        head.addWidget(TextLabel(_("Connection to {name}").format(name=subject.name), role="title"))
        head.addWidget(TextLabel(subject.address, role="subtitle"))
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addWidget(self.again_button)
        row.addStretch(1)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addLayout(head)
        column.addWidget(self.panel, 1)
        column.addLayout(row)
        self.close_button.setFocus()
        self.panel.start(subject)

    def done(self, result: int) -> None:
        """A test that nobody waits for any longer is given up."""
        self.panel.stop()
        super().done(result)

    @Slot()
    def _again_or_stop(self) -> None:
        if self.panel.is_running:
            self.panel.stop()
            self._weigh()
        else:
            self.panel.start(self._subject)

    @Slot()
    def _weigh(self) -> None:
        self.again_button.setText(_("S&top the test") if self.panel.is_running else _("&Test again"))
        self.grow()
