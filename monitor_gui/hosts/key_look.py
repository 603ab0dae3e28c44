"""Has the collector look at the key that a host presents, and asks a person about it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from monitor_gui.forms.plain_text import PlainText
from monitor_gui.frame.text_label import TextLabel
from monitor_gui.hosts.patience import Patience
from monitor_gui.hosts.poller_request import PollerRequest
from monitor_gui.hosts.step_list import MarkIcon
from monitor_gui.hosts.subject import Subject
from monitor_gui.hosts.trust_dialog import key_dialog
from monitor_gui.hosts.verdict import Mark, read_key
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from storage.printable import printable
from storage.requests import RequestKind
from storage.translation import _

_WIDTH = 460
_LINE_LIMIT = 600


class KeyLook(QDialog):
    """Waits for the key; then the question takes its place.

    Signals:
        trusted: the key is trusted from now on.
        known: it was trusted already.
    """

    trusted = Signal()
    known = Signal()

    def __init__(self, workspace: Workspace, subject: Subject, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._subject = workspace, subject
        self._request: PollerRequest | None = None
        self.patience = Patience(answer_s=45.0)
        self.setWindowTitle("Watchpost")
        self.setMinimumWidth(_WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._icon = MarkIcon(workspace.appearance)
        self._text = PlainText()
        self.again_button, self.cancel_button = QPushButton(_("&Try again")), QPushButton(_("&Cancel"))
        self.again_button.clicked.connect(self.look)
        self.cancel_button.clicked.connect(self.reject)
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._text, 1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.again_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        column.setSpacing(SPACE_3)
        column.addWidget(TextLabel(_("Key of {name}").format(name=subject.name), role="title"))
        column.addLayout(line)
        column.addLayout(row)
        self.look()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def done(self, result: int) -> None:
        """A request that nobody waits for any longer is withdrawn."""
        if self._request is not None:
            self._request.cancel()
        super().done(result)

    @Slot()
    def look(self) -> None:
        """Asks for the key."""
        self._icon.show_mark(Mark.RUNNING)
        self._text.setText(_("Asking {address} for its key …").format(address=self._subject.address))
        self.again_button.hide()
        self._request = PollerRequest(
            self._workspace, RequestKind.SCAN_HOST_KEY, self._subject.payload, self, patience=self.patience
        )
        self._request.answered.connect(self._seen)
        self._request.failed.connect(self._failed)
        self._request.start()

    @Slot(object)
    def _seen(self, answer: dict[str, object]) -> None:
        try:
            key, trusted = read_key(answer)
        except WatchpostError as error:
            self._failed(error)
            return
        if any(each.public_key == key.public_key for each in trusted):
            self.known.emit()
            self.accept()
            return
        dialog = key_dialog(self._workspace, self._subject, key, trusted, self.parentWidget() or self)
        dialog.trusted.connect(self.trusted)
        dialog.finished.connect(lambda _result: self.accept())
        self.hide()
        dialog.open()

    @Slot(object)
    def _failed(self, error: WatchpostError) -> None:
        self._icon.show_mark(Mark.FAILED)
        self._text.setText(printable(f"{error.message} {error.hint}".strip(), _LINE_LIMIT))
        self.again_button.show()
