"""Writes what happens to alerts, in a thread of its own, and keeps it while the database is away."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from storage.alerting.alert_change import AlertChange
from storage.alerting.alert_rows import write_changes
from storage.database import Database
from storage.errors import WatchpostError
from storage.leases.fence import Fence
from storage.utc import now_ms

KEPT = 100_000
"""Changes that may wait, at 1 KB each. What is beyond is given up, the oldest first."""
BATCH_LIMIT = 500
RETRY_S = 0.1
RETRY_LIMIT_S = 2.0

_log = structlog.get_logger()


class AlertWriter:
    """For any number of threads. A change that was handed over is written once, in order, or given up and counted."""

    def __init__(
        self, database: Database, fence: Fence | None = None, *, kept: int = KEPT, clock_ms: Callable[[], int] = now_ms
    ) -> None:
        """Prepares it.

        Args:
            database: into which.
            fence: leaves out what is another poller's to write; None where there is but one.
            kept: how many changes may wait.
            clock_ms: UTC milliseconds.
        """
        self._database = database
        self._fence = fence
        self._kept = kept
        self._clock_ms = clock_ms
        self._waiting: deque[AlertChange] = deque()
        self._lost = 0
        self._is_away = False
        self._lock = threading.Condition()
        self._is_stopping = False
        self._deadline = float("inf")
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)

    @property
    def pending(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def lost(self) -> int:
        """How many were given up: there were too many, or the database does not take them."""
        return self._lost

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def put(self, changes: Sequence[AlertChange]) -> None:
        """Hands over changes; never waits for the database."""
        with self._lock:
            self._waiting.extend(changes)
            beyond = len(self._waiting) - self._kept
            for _ in range(beyond):
                self._waiting.popleft()
            if beyond > 0:
                self._lose(beyond, "There are too many.")
            self._lock.notify_all()

    def flush(self, timeout_s: float) -> bool:
        """Waits until all that waits is written; False where it is not in time."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._waiting, timeout_s)

    def stop(self, timeout_s: float) -> bool:
        """Writes what is left and ends; False where the database did not take it in time."""
        with self._lock:
            self._is_stopping = True
            self._deadline = time.monotonic() + timeout_s
            self._lock.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._waiting

    def _run(self) -> None:
        retry_s = RETRY_S
        while True:
            with self._lock:
                self._lock.wait_for(lambda: self._waiting or self._is_stopping)
                batch = [self._waiting[place] for place in range(min(BATCH_LIMIT, len(self._waiting)))]
                if not batch or time.monotonic() >= self._deadline:
                    return
            if self._write(batch):
                retry_s = RETRY_S
            else:
                self._pause(retry_s)
                retry_s = min(2 * retry_s, RETRY_LIMIT_S)

    def _pause(self, pause_s: float) -> None:
        pause_s = max(0.0, min(pause_s, self._deadline - time.monotonic()))
        with self._lock:
            self._lock.wait_for(lambda: self._is_stopping, pause_s)

    def _write(self, batch: list[AlertChange]) -> bool:
        """Writes a batch, and takes what is written from what waits; False where the database is away."""
        try:
            self._commit(batch)
        except WatchpostError as error:
            if not self._is_away:
                _log.warning("alerts_wait", count=self.pending, detail=error.message)
            self._is_away = True
            return False
        # What the database refuses about one must not keep all others waiting.
        except Exception as error:  # noqa: BLE001
            if len(batch) > 1:
                middle = len(batch) // 2
                return self._write(batch[:middle]) and self._write(batch[middle:])
            self._done(batch)
            self._lose(1, f"{type(error).__name__}: {str(error)[:200]}")
            return True
        if self._is_away:
            self._is_away = False
            _log.info("alerts_written_again")
        self._done(batch)
        return True

    def _commit(self, batch: Sequence[AlertChange]) -> None:
        with self._database.writing() as connection:
            if self._fence is not None:
                batch = self._fence.admitted_changes(connection, batch)
            write_changes(connection, batch, written_at=self._clock_ms())

    def _done(self, batch: Sequence[AlertChange]) -> None:
        with self._lock:
            for change in batch:
                # The oldest may have been given up meanwhile.
                if self._waiting and self._waiting[0] is change:
                    self._waiting.popleft()
            self._lock.notify_all()

    def _lose(self, count: int, detail: str) -> None:
        self._lost += count
        _log.error("alert_changes_lost", count=count, detail=detail)
