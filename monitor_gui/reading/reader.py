"""Reads the database in a thread of its own; what is asked again before it was answered is read once."""

import contextlib
from collections.abc import Callable
from threading import Lock

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from monitor_gui.reading.unforeseen import as_shown
from storage.change_watch import ChangeWatch
from storage.database import Database, open_database
from storage.errors import DatabaseCorruptError, WatchpostError

Question = Callable[[Database], object]
LOOK_FOR_NEWS_MS = 250


class Reader(QObject):
    """One reader of one database. Lives in the GUI thread, reads in another.

    Signals:
        answered: key and answer.
        failed: key and the `WatchpostError` that came instead.
        changed: somebody has committed to the database, or it was replaced, has gone or has come back.
    """

    answered = Signal(str, object)
    failed = Signal(str, object)
    changed = Signal()
    _asked = Signal()

    def __init__(self, url: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread(self)
        self._thread.setObjectName("reader")
        self._worker = _Worker(url)
        self._worker.moveToThread(self._thread)
        self._worker.answered.connect(self.answered)
        self._worker.failed.connect(self.failed)
        self._worker.changed.connect(self.changed)
        self._asked.connect(self._worker.answer_next)
        self._thread.started.connect(self._worker.begin)
        self._thread.finished.connect(self._worker.end)
        self._thread.start()

    def ask(self, key: str, question: Question) -> None:
        """Has the question answered soon; one of the same key that still waits is forgotten.

        Args:
            key: comes back with the answer.
            question: runs in the reader's thread; it may raise `WatchpostError`.
        """
        if self._worker.put(key, question):
            self._asked.emit()

    def close(self) -> None:
        """Ends the thread when it has answered what it is at; nothing is answered after that."""
        self._worker.forget_all()
        self._thread.quit()
        self._thread.wait()


class _Worker(QObject):
    """What lives in the reader's thread."""

    answered = Signal(str, object)
    failed = Signal(str, object)
    changed = Signal()

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._database: Database | None = None
        self._watch = ChangeWatch(url)
        self._waiting: dict[str, Question] = {}
        self._lock = Lock()
        self._timer: QTimer | None = None

    def put(self, key: str, question: Question) -> bool:
        """From any thread. False when the same key was waiting already."""
        with self._lock:
            is_new = key not in self._waiting
            self._waiting[key] = question
        return is_new

    def forget_all(self) -> None:
        """From any thread."""
        with self._lock:
            self._waiting.clear()

    @Slot()
    def begin(self) -> None:
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_FOR_NEWS_MS)
        self._timer.timeout.connect(self._look_for_news)
        self._timer.start()

    @Slot()
    def end(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
        self._watch.close()
        self._let_go()

    @Slot()
    def answer_next(self) -> None:
        with self._lock:
            if not self._waiting:
                return
            key = next(iter(self._waiting))
            question = self._waiting.pop(key)
        try:
            answer = question(self._opened())
        except Exception as error:  # noqa: BLE001 - a question that fails must not end the thread
            self._let_go()
            self.failed.emit(key, as_shown(error, f"reading {key}"))
        else:
            self.answered.emit(key, answer)

    def _look_for_news(self) -> None:
        try:
            changed = self._watch.has_changed()
        except DatabaseCorruptError:
            # Whoever reads next is told.
            changed = True
        if changed:
            self.changed.emit()

    def _opened(self) -> Database:
        if self._database is None:
            self._database = open_database(self._url)
        return self._database

    def _let_go(self) -> None:
        if self._database is not None:
            with contextlib.suppress(WatchpostError):
                self._database.close()
            self._database = None
