"""What both questions about a host key have in common: the key, the comparison, and asking the poller to trust it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from monitor_gui.forms.plain_text import PlainText
from monitor_gui.hosts.fingerprint import Comparison
from monitor_gui.hosts.fingerprint_check import FingerprintCheck
from monitor_gui.hosts.patience import Patience
from monitor_gui.hosts.poller_request import PollerRequest
from monitor_gui.hosts.subject import Subject
from monitor_gui.theme.tokens import SPACE_2, SPACE_3, SPACE_5
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from storage.host_keys import HostKey
from storage.printable import printable
from storage.requests import RequestKind
from storage.translation import _

_WIDTH = 600
_LINE_LIMIT = 600


class KeyDialog(QDialog):
    """A question whose default answer is no.

    Signals:
        trusted: the poller has seen that very key once more and trusts it from now on.

    Attributes:
        replacing: whether the key takes the place of all others.
        patience: for how long the poller's answer is waited for.
    """

    trusted = Signal()
    replacing = False

    def __init__(
        self, workspace: Workspace, subject: Subject, key: HostKey, *, agree: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._subject, self._key = workspace, subject, key
        self._request: PollerRequest | None = None
        self.patience = Patience()
        self.setWindowTitle("Watchpost")
        self.setMinimumWidth(_WIDTH)
        self.check = FingerprintCheck(workspace.appearance, key)
        self.check.judged.connect(lambda _comparison: self._weigh())
        self._error = PlainText(role="error")
        self._error.hide()
        self.agree_button = QPushButton(agree)
        self.agree_button.setAutoDefault(False)
        self.agree_button.clicked.connect(self._agree)
        self.cancel_button = QPushButton(_("&Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self.cancel_button.setDefault(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_5, SPACE_5, SPACE_5, SPACE_5)
        self.column.setSpacing(SPACE_3)

    @property
    def error(self) -> str:
        """Why it could not be trusted."""
        return self._error.text()

    def may_agree(self) -> bool:
        """Whether a yes can be given now."""
        return self.check.comparison is not Comparison.DIFFERENT

    def add_foot(self) -> None:
        """The end of the dialog: what went wrong, and the answers."""
        row = QHBoxLayout()
        row.setSpacing(SPACE_2)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.agree_button)
        # What height is left over goes here, not between the lines above.
        self.column.addStretch(1)
        self.column.addWidget(self._error)
        self.column.addLayout(row)
        self.cancel_button.setFocus()
        self._weigh()

    def done(self, result: int) -> None:
        """A request that nobody waits for any longer is withdrawn."""
        if self._request is not None:
            self._request.cancel()
        super().done(result)

    def _weigh(self) -> None:
        self.agree_button.setEnabled(self._request is None and self.may_agree())
        # Who has compared the two may answer with Enter.
        is_proven = self.check.comparison is Comparison.SAME and self.may_agree()
        (self.agree_button if is_proven else self.cancel_button).setDefault(True)

    @Slot()
    def _agree(self) -> None:
        payload = {**self._subject.payload, "fingerprint": self._key.fingerprint, "replace": self.replacing}
        self._request = PollerRequest(
            self._workspace, RequestKind.TRUST_HOST_KEY, payload, self, patience=self.patience
        )
        self._request.answered.connect(self._done)
        self._request.failed.connect(self._failed)
        self._error.hide()
        self._weigh()
        self._request.start()

    @Slot(object)
    def _done(self, _answer: object) -> None:
        self._request = None
        self.trusted.emit()
        self.accept()

    @Slot(object)
    def _failed(self, error: WatchpostError) -> None:
        self._request = None
        self._error.setText(printable(f"{error.message} {error.hint}".strip(), _LINE_LIMIT))
        self._error.show()
        self._weigh()
