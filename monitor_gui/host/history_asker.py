"""Asks the reader for the curves of the host on the page, again when there is news; forgets what comes too late."""

from PySide6.QtCore import QObject, Signal

from fleet.host_curves import CurveSpan
from fleet.host_history import HostHistory, read_host_history
from monitor_gui.reading.reader import Reader
from storage.database import Database
from storage.errors import WatchpostError

KEY = "host history"
_ASK_ANYWAY_MS = 30_000
"""Without any news of the host: old points leave the page."""
_TRY_AGAIN_MS = 2_000


class HistoryAsker(QObject):
    """One host and one length of time.

    Signals:
        arrived: a `HostHistory` of what is wanted now.
        failed: the `WatchpostError` that came instead.
    """

    arrived = Signal(object)
    failed = Signal(object)

    def __init__(self, reader: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._wanted: tuple[int, int] | None = None
        self._history: HostHistory | None = None
        self._origin: tuple[Database, int] | None = None
        self._waiting: CurveSpan | None = None
        self._asked_at = 0
        self._news_at: int | None = None
        reader.answered.connect(self._answered)
        reader.failed.connect(self._refused)

    @property
    def history(self) -> HostHistory | None:
        """The newest one of what is wanted; None until it has arrived."""
        return self._history

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._waiting is not None

    def want(self, host_id: int, length_ms: int) -> None:
        """From now on this host and this length, the newest part of it."""
        if self._wanted != (host_id, length_ms):
            self._wanted = (host_id, length_ms)
            self._forget()

    def stop(self) -> None:
        """Nothing is wanted any more."""
        self._wanted = None
        self._forget()

    def follow(self, now_ms: int, interval_s: float, news_at: int | None) -> None:
        """Asks where there is something new.

        Args:
            now_ms: where the curves shall end, UTC milliseconds.
            interval_s: between two readings of the host.
            news_at: when its newest reading is; None without any.
        """
        if self._wanted is None or self._waiting is not None:
            return
        is_new = self._history is None or news_at != self._news_at
        passed = now_ms - self._asked_at
        if not 0 <= passed < (_TRY_AGAIN_MS if is_new else _ASK_ANYWAY_MS):
            self._asked_at, self._news_at = now_ms, news_at
            host_id, length_ms = self._wanted
            self._ask(CurveSpan(host_id=host_id, start=now_ms - length_ms, end=now_ms + 1, interval_s=interval_s))

    def _forget(self) -> None:
        self._history = self._origin = self._waiting = self._news_at = None
        self._asked_at = 0

    def _ask(self, span: CurveSpan) -> None:
        self._waiting = span
        before, origin = self._history, self._origin

        def read(database: Database) -> object:
            with database.reading() as connection:
                now = (database, database.generation)
                return span, now, read_host_history(connection, span, before if origin == now else None)

        self._reader.ask(KEY, read)

    def _answered(self, key: str, answer: object) -> None:
        if key != KEY or not isinstance(answer, tuple) or answer[0] is not self._waiting:
            return
        self._waiting = None
        _span, self._origin, self._history = answer
        self.arrived.emit(self._history)

    def _refused(self, key: str, error: object) -> None:
        if key == KEY and self._waiting is not None and isinstance(error, WatchpostError):
            self._waiting = None
            self._news_at = None
            self.failed.emit(error)
