"""The one writer of measurements: a thread that commits what has arrived, and keeps it while the database is away."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from storage.backlog import Backlog, Item
from storage.database import Database
from storage.errors import WatchpostError
from storage.host_states import HostStatus
from storage.scrape import Scrape
from storage.scrape_rows import PackedScrape, RowWriter, pack_scrape

BATCH_LIMIT = 2_000
"""Scrapes in one transaction; keeps the write lock under 0.1 s when a backlog is written."""
RETRY_LIMIT_S = 2.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction that is done.

    Attributes:
        rows: how many were written.
        at: when, UTC milliseconds.
        scrape_ts: when its scrapes were read; `at - ts` is their delay.
    """

    rows: int
    at: int
    scrape_ts: tuple[int, ...]


class Recorder:
    """Takes scrapes and states from any thread and writes them in order, each once.

    A database that fails is retried with pauses of up to 2 s; meanwhile up to `backlog_limit` scrapes (1 to 3 KB each)
    are kept, and beyond that the oldest are given up and counted.
    """

    def __init__(
        self,
        database: Database,
        *,
        commit_interval_s: float = 0.25,
        backlog_limit: int = 200_000,
        on_commit: Callable[[Commit], None] | None = None,
    ) -> None:
        """Takes `on_commit`, which is called in the recorder's thread after every transaction."""
        self._database = database
        self._commit_interval_s = commit_interval_s
        self._on_commit = on_commit
        self._backlog = Backlog(backlog_limit)
        self._writer = RowWriter()
        self._generation = 0
        self._failure: WatchpostError | None = None
        self._given_up_when_well = 0
        self._said_full = False
        self._rejected_hosts: set[int] = set()
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._deadline = 0.0
        # A database on a hung disk must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    @property
    def pending(self) -> int:
        """How many scrapes and states are not written yet."""
        return len(self._backlog)

    @property
    def dropped(self) -> int:
        """How many were given up: the backlog was full, or they could not be written at all."""
        return self._backlog.dropped

    @property
    def failure(self) -> WatchpostError | None:
        """Why the last transaction failed; None while all is well."""
        return self._failure

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Writes what is left and ends.

        Returns:
            True when everything was written, False when the time was over before.
        """
        self._deadline = time.monotonic() + timeout_s
        self._stopping.set()
        self._work.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive() and self.pending == 0

    def record_scrape(self, scrape: Scrape) -> None:
        """Queues a scrape. Takes microseconds, and tens of them with a process table; never waits, never raises."""
        try:
            packed = pack_scrape(scrape)
        # Whatever is wrong with one scrape must not end the session that brought it.
        except Exception as error:  # noqa: BLE001
            self._backlog.count_lost()
            self._say_rejected(scrape.host_id, error)
            return
        self._backlog.add_scrape(packed)
        self._work.set()

    def record_state(self, change: HostStatus) -> None:
        """Queues a host's new state; never waits, never raises."""
        self._backlog.add_state(change)
        self._work.set()

    def _run(self) -> None:
        retry_s = self._commit_interval_s
        while not self._is_over():
            self._work.wait()
            self._work.clear()
            if self._drain():
                retry_s = self._commit_interval_s
                self._stopping.wait(self._commit_interval_s)
            else:
                self._pause(retry_s)
                retry_s = min(2 * retry_s, RETRY_LIMIT_S)
                self._work.set()

    def _is_over(self) -> bool:
        if not self._stopping.is_set():
            return False
        return self.pending == 0 or time.monotonic() >= self._deadline

    def _pause(self, pause_s: float) -> None:
        """Waits before another try, but not beyond the time that `stop` allows."""
        if self._stopping.is_set():
            time.sleep(max(0.0, min(pause_s, self._deadline - time.monotonic())))
        else:
            self._stopping.wait(pause_s)

    def _drain(self) -> bool:
        """Writes what waits; False when the database failed."""
        while True:
            batch = self._backlog.take(BATCH_LIMIT)
            if not batch:
                return True
            try:
                self._store(batch)
            except WatchpostError as error:
                self._say_failed(error)
                return False
            self._say_well()
            if len(batch) < BATCH_LIMIT:
                return True

    def _store(self, batch: list[Item]) -> None:
        """Writes a batch; where one item spoils it, halves it until that one is alone, and gives up that one."""
        parts = [batch]
        while parts:
            part = parts.pop()
            try:
                self._commit(part)
            except WatchpostError:
                self._backlog.put_back([item for rest in (part, *reversed(parts)) for item in rest])
                raise
            # What the database refuses about one value comes in any form; it must not end the thread.
            except Exception as error:  # noqa: BLE001
                if len(part) > 1:
                    middle = len(part) // 2
                    parts += [part[middle:], part[:middle]]
                else:
                    self._backlog.settle(1, lost=True)
                    self._say_rejected(part[0].host_id, error)
            else:
                self._backlog.settle(len(part))

    def _commit(self, items: list[Item]) -> None:
        scrapes = [item for item in items if isinstance(item, PackedScrape)]
        states = [item for item in items if isinstance(item, HostStatus)]
        try:
            with self._database.writing() as connection:
                if self._database.generation != self._generation:
                    self._generation = self._database.generation
                    self._writer.forget()
                rows, written = self._writer.write(connection, scrapes, states)
        except BaseException:
            self._writer.forget()
            raise
        self._tell(Commit(rows, time.time_ns() // 1_000_000, tuple(scrape.ts for scrape in written)))

    def _tell(self, commit: Commit) -> None:
        if self._on_commit is None:
            return
        try:
            self._on_commit(commit)
        # The listener is not ours; what was committed stays committed.
        except Exception:  # noqa: BLE001
            _say(_log.exception, "recorder_listener_failed")

    def _say_failed(self, error: WatchpostError) -> None:
        if self._failure is None or self._failure.message != error.message:
            _say(_log.error, "recorder_cannot_write", kind=error.kind, detail=error.message, hint=error.hint)
        self._failure = error
        self._say_full()

    def _say_well(self) -> None:
        self._say_full()
        given_up = self._backlog.given_up
        if self._failure is not None:
            _say(_log.info, "recorder_writes_again", pending=self.pending, lost=given_up - self._given_up_when_well)
        self._failure = None
        self._said_full = given_up > self._given_up_when_well
        self._given_up_when_well = given_up

    def _say_full(self) -> None:
        if not self._said_full and self._backlog.given_up > self._given_up_when_well:
            self._said_full = True
            _say(_log.error, "recorder_backlog_full", pending=self.pending, hint="The oldest readings are given up.")

    def _say_rejected(self, host_id: int, error: Exception) -> None:
        """Once a host; the others are only counted."""
        if host_id not in self._rejected_hosts:
            self._rejected_hosts.add(host_id)
            _say(
                _log.error,
                "recorder_rejected",
                host_id=host_id,
                error=type(error).__name__,
                detail=str(error)[:200],
            )


def _say(log: Callable[..., object], event: str, **facts: object) -> None:
    """Logs; a log that cannot be written, to a closed pipe or a full disk, must not cost readings."""
    with contextlib.suppress(OSError, ValueError):
        log(event, **facts)
