"""Asks the poller for something and follows how far it has come."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot
from shiboken6 import isValid

from monitor_gui.hosts.patience import Patience, impatience, refusal
from monitor_gui.workspace import Workspace
from storage.database import Database
from storage.errors import WatchpostError
from storage.requests import (
    FINISHED,
    Request,
    RequestKind,
    RequestState,
    cancel_request,
    create_request,
    read_request,
)

LOOK_MS = 150


class PollerRequest(QObject):
    """One request. Either `answered` or `failed` comes once, or neither after `cancel`.

    Signals:
        progressed: the steps so far, as the poller wrote them.
        answered: what the poller answered.
        failed: a `WatchpostError`.
    """

    progressed = Signal(object)
    answered = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        kind: RequestKind,
        payload: Mapping[str, Any],
        parent: QObject,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._kind = kind
        self._payload = dict(payload)
        self._patience = patience or Patience()
        self._id: int | None = None
        self._over = False
        self._waiting = self._was_polled = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Leaves the request in the database."""
        self._clock.start()
        workspace, kind, payload = self._workspace, self._kind, self._payload

        def ask(database: Database) -> int:
            with database.writing() as connection:
                return create_request(connection, kind, payload, workspace.now_ms())

        workspace.reader.answered.connect(self._read)
        workspace.reader.failed.connect(self._not_read)
        # Not owned by this object: a request that was left must be withdrawn also when whoever asked is gone.
        workspace.errands.run(ask, self._asked, self._fail, owner=workspace.errands)

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self._over

    def cancel(self) -> None:
        """Withdraws it; nothing is told any more."""
        if not self._over:
            self._end()
            self._withdraw()

    def _asked(self, request_id: int) -> None:
        self._id = request_id
        if self._over or not isValid(self):
            self._withdraw()
        else:
            self._timer.start()

    def _withdraw(self) -> None:
        request_id, now_ms = self._id, self._workspace.now_ms
        if request_id is None:
            return

        def withdraw(database: Database) -> None:
            with database.writing() as connection:
                cancel_request(connection, request_id, now_ms())

        errands = self._workspace.errands
        errands.run(withdraw, _nothing, _nothing, owner=errands)

    def _look(self) -> None:
        request_id, surroundings = self._id, self._workspace.surroundings
        if self._waiting or request_id is None:
            return
        self._waiting = True

        def look(database: Database) -> tuple[Request, bool]:
            with database.reading() as connection:
                request = read_request(connection, request_id)
            return request, surroundings.poller_is_running()

        self._workspace.reader.ask(self._key, look)

    @property
    def _key(self) -> str:
        return f"request {self._id}"

    @Slot(str, object)
    def _read(self, key: str, answer: tuple[Request, bool]) -> None:
        if key != self._key or self._over:
            return
        self._waiting = False
        request, is_polled = answer
        self.progressed.emit(request.progress)
        if request.state in FINISHED:
            self._finish(request)
            return
        waited_s = self._clock.elapsed() / 1000
        reason = impatience(request, waited_s, self._patience, is_polled=is_polled, was_polled=self._was_polled)
        self._was_polled = self._was_polled or is_polled
        if reason is not None:
            self._withdraw()
            self._fail(reason)

    @Slot(str, object)
    def _not_read(self, key: str, error: WatchpostError) -> None:
        """A database that is away for a moment is no answer; one that stays away is."""
        if key != self._key or self._over:
            return
        self._waiting = False
        if self._clock.elapsed() / 1000 > self._patience.answer_s:
            self._fail(error)

    def _finish(self, request: Request) -> None:
        if request.state is RequestState.FAILED:
            self._fail(refusal(request))
        elif not self._over:
            self._end()
            self.answered.emit(request.result or {})

    def _fail(self, error: WatchpostError) -> None:
        if not self._over:
            self._end()
            self.failed.emit(error)

    def _end(self) -> None:
        self._over = True
        self._timer.stop()


def _nothing(_: object) -> None:
    """It was only a courtesy."""
