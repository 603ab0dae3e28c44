"""What must be done away from the thread that paints: writing, keyrings, processes, files. One at a time, in order."""

import queue
from collections.abc import Callable
from threading import Thread
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from monitor_gui.reading.unforeseen import as_shown
from storage.database import Database, open_database
from storage.errors import WatchpostError

Outcome = TypeVar("Outcome")
Work = Callable[[Database], Outcome]
_END = None


class Errands(QObject):
    """Runs errands for the GUI thread, in which it lives.

    Signals:
        became_idle: nothing is left to do.
    """

    became_idle = Signal()
    _finished = Signal(object)

    def __init__(self, url: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._url = url
        self._queue: queue.SimpleQueue[_Errand | None] = queue.SimpleQueue()
        self._open = 0
        self._is_closed = False
        self._finished.connect(self._tell)
        self._thread = Thread(target=self._work, name="errands", daemon=True)
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether everything has been done and told."""
        return self._open == 0

    def run(
        self,
        work: Work[Outcome],
        done: Callable[[Outcome], None],
        failed: Callable[[WatchpostError], None],
        *,
        owner: QObject,
    ) -> None:
        """Has it done after everything that was asked for before.

        Args:
            work: what is to be done, in a thread of its own. It is given the database, opened when it is first used.
            done: told the outcome, in the GUI thread.
            failed: told what went wrong, in the GUI thread.
            owner: when this one is gone, neither of them is called.
        """
        self._open += 1
        self._queue.put(_Errand(work, done, failed, owner))

    def run_apart(
        self,
        work: Callable[[], Outcome],
        done: Callable[[Outcome], None],
        failed: Callable[[WatchpostError], None],
        *,
        owner: QObject,
    ) -> None:
        """The same for what needs no database, and so is done also while there is none."""
        self._open += 1
        self._queue.put(_Errand(lambda _: work(), done, failed, owner, needs_database=False))

    def close(self, timeout_s: float = 20.0) -> bool:
        """Does what is waiting, then ends; nobody is told any more. False when it has not ended in that time."""
        if not self._is_closed:
            self._is_closed = True
            self._finished.disconnect(self._tell)
            self._queue.put(_END)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        database = _Opened(self._url)
        while (errand := self._queue.get()) is not _END:
            try:
                errand.outcome = errand.work(database.get() if errand.needs_database else None)
            except Exception as error:  # noqa: BLE001 - an errand that fails must not end the thread
                errand.error = as_shown(error, "an errand")
            self._finished.emit(errand)
            # Whoever asked must not live on in this thread, to be destroyed here.
            del errand
        database.close()

    @Slot(object)
    def _tell(self, errand: "_Errand") -> None:
        self._open -= 1
        if isValid(errand.owner):
            if errand.error is not None:
                errand.failed(errand.error)
            else:
                errand.done(errand.outcome)
        if self._open == 0:
            self.became_idle.emit()


class _Errand:
    """One thing to do, and how it went."""

    def __init__(
        self,
        work: Callable[[Any], Any],
        done: Callable[[Any], None],
        failed: Callable[[WatchpostError], None],
        owner: QObject,
        *,
        needs_database: bool = True,
    ) -> None:
        self.work, self.done, self.failed, self.owner = work, done, failed, owner
        self.needs_database = needs_database
        self.outcome: object = None
        self.error: WatchpostError | None = None


class _Opened:
    """The database of the thread, opened when it is needed and anew after it could not be."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._database: Database | None = None

    def get(self) -> Database:
        if self._database is None:
            self._database = open_database(self._url)
        return self._database

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
