"""A connection test as one sees it: the checklist, and beside it how it came out and what to do."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from fleet.inventory_text import inventory_line
from monitor_gui.forms.plain_text import PlainText
from monitor_gui.frame.card import Card
from monitor_gui.hosts.failure_text import FailureText, failure_text
from monitor_gui.hosts.key_dialog import KeyDialog
from monitor_gui.hosts.patience import Patience
from monitor_gui.hosts.poller_request import PollerRequest
from monitor_gui.hosts.step_list import StepList
from monitor_gui.hosts.subject import Subject
from monitor_gui.hosts.trust_dialog import key_dialog
from monitor_gui.hosts.verdict import Verdict, read_verdict, steps_in
from monitor_gui.theme.tokens import SPACE_1, SPACE_5
from monitor_gui.workspace import Workspace
from storage.errors import WatchpostError
from storage.host import NewHost
from storage.printable import printable
from storage.reason import Reason
from storage.requests import RequestKind
from storage.translation import _

_STEPS_WIDTH = 168
_LINE_LIMIT = 500
ABOUT_KEYS = frozenset({Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED})


class ConnectionPanel(Card):
    """Runs one test at a time. A key that it stumbles over is asked about, and once trusted the test begins anew.

    Signals:
        started: a test is on.
        passed: it is over, and the host works.
        failed: it is over, and the host does not work, or nobody could try, or the person has declined its key.

    Attributes:
        patience: for how long an answer is waited for.
    """

    started = Signal()
    passed = Signal()
    failed = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.patience = Patience()
        self._request: PollerRequest | None = None
        self._subject: Subject | None = None
        self._verdict: Verdict | None = None
        self._key_dialog: KeyDialog | None = None
        self.steps = StepList(workspace.appearance)
        self.steps.setFixedWidth(_STEPS_WIDTH)
        self._title = PlainText(role="strong")
        self._advice = PlainText()
        self._said = PlainText(role="muted", selectable=True)
        self._key = QPushButton(_("&Look at the key…"))
        self._key.setAutoDefault(False)
        self._key.clicked.connect(self.ask_about_key)
        self._lay_out()
        self._say(FailureText("", ""))

    @property
    def is_running(self) -> bool:
        """Whether a test is on, or waits for a person's word on a key."""
        return self._request is not None or self._key_dialog is not None

    @property
    def text(self) -> str:
        """What is said about it, all of it."""
        return "\n".join(part for part in (self._title.text(), self._advice.text(), self._said.text()) if part)

    def start(self, subject: Subject) -> None:
        """Tests the connection to a host; a test that is on is given up."""
        self.stop()
        self._subject, self._verdict = subject, None
        self.steps.begin(subject.steps)
        self._say(FailureText(_("Testing {address} …").format(address=subject.address), ""))
        request = PollerRequest(
            self._workspace, RequestKind.TEST_CONNECTION, subject.payload, self, patience=self.patience
        )
        request.progressed.connect(self._progressed)
        request.answered.connect(self._answered)
        request.failed.connect(self._gave_up)
        self._request = request
        request.start()
        self.started.emit()

    @Slot()
    def ask_about_key(self) -> None:
        """Shows the key that the last test has stumbled over."""
        verdict = self._verdict
        if verdict is None or verdict.host_key is None or self._subject is None:
            return
        dialog = key_dialog(self._workspace, self._subject, verdict.host_key, verdict.trusted_keys, self.window())
        self._key_dialog = dialog
        dialog.trusted.connect(self._trusted)
        dialog.rejected.connect(self._declined)
        dialog.open()

    def stop(self) -> None:
        """Gives the test up."""
        if self._request is not None:
            self._request.cancel()
            self._forget()
            self.steps.show_progress((), running=False)
            self._say(FailureText(_("The test was stopped."), ""))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(SPACE_1)
        for label in (self._title, self._advice, self._said):
            words.addWidget(label)
        keys = QHBoxLayout()
        keys.addWidget(self._key)
        keys.addStretch(1)
        words.addLayout(keys)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_5)
        row.addWidget(self.steps)
        row.addLayout(words, 1)
        self.column.addLayout(row)

    @Slot(object)
    def _progressed(self, progress: tuple[dict[str, object], ...]) -> None:
        self.steps.show_progress(steps_in(progress), running=True)

    @Slot(object)
    def _answered(self, answer: dict[str, object]) -> None:
        self._forget()
        try:
            verdict = read_verdict(answer)
        except WatchpostError as error:
            self._gave_up(error)
            return
        self._verdict = verdict
        self.steps.show_progress(verdict.passed, failed=not verdict.ok)
        if verdict.ok:
            self._say(_success(verdict, self._workspace.now_ms()), role="ok")
            self.passed.emit()
            return
        self._say(failure_text(verdict), role="error")
        if verdict.known_reason in ABOUT_KEYS and verdict.host_key is not None:
            self._key.show()
            self.ask_about_key()
        else:
            self.failed.emit()

    @Slot()
    def _trusted(self) -> None:
        self._key_dialog = None
        if self._subject is not None:
            self.start(self._subject)

    @Slot()
    def _declined(self) -> None:
        self._key_dialog = None
        self.failed.emit()

    @Slot(object)
    def _gave_up(self, error: WatchpostError) -> None:
        self._forget()
        self.steps.show_progress((), running=False)
        text = FailureText(printable(error.message, _LINE_LIMIT), printable(error.hint, _LINE_LIMIT))
        self._say(text, role="error")
        self.failed.emit()

    def _forget(self) -> None:
        if self._request is not None:
            self._request.deleteLater()
        self._request = None

    def _say(self, text: FailureText, role: str = "strong") -> None:
        self._title.set_role(role)
        for label, words in zip((self._title, self._advice, self._said), text, strict=True):
            label.setText(words)
            label.setVisible(bool(words))
        self._key.hide()


def _success(verdict: Verdict, now_ms: int) -> FailureText:
    came = _("Its key is in your known_hosts, so it is trusted.") if verdict.trusted_from == "known_hosts" else ""
    line = inventory_line(NewHost(name="x"), verdict.inventory, now_ms)
    return FailureText(_("The connection works."), printable(line, _LINE_LIMIT), came)
