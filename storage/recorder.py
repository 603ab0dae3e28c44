"""The one writer of measurements: a thread that commits what has arrived, and keeps it while the database is away."""

import threading
import time
from collections.abc import Callable, Sequence

from storage.backlog import Backlog, Item
from storage.batch_writer import AnotherDatabaseError, BatchWriter, Commit, Outcome
from storage.database import Database
from storage.errors import WatchpostError
from storage.host_states import HostStatus
from storage.leases.fence import Fence
from storage.recorder_words import RecorderWords
from storage.scrape import Scrape
from storage.scrape_rows import PackedScrape, pack_scrape
from storage.spool.overflow import Overflow
from storage.spool.spool import Spool

__all__ = ["Commit", "Recorder"]

BATCH_LIMIT = 2_000
"""Scrapes in one transaction; keeps the write lock under 0.1 s when a backlog is written."""
RETRY_LIMIT_S = 2.0
LOOKS = 4
"""At a transaction that hangs, within the time that the spool has patience for."""


class Recorder:
    """Takes scrapes and states from any thread and writes them in order, each once.

    A database that fails is retried with pauses of up to 2 s. Meanwhile what comes goes to the spool, if there is one;
    else, and where that cannot be written, up to `backlog_limit` scrapes (1 to 3 KB each) are kept in memory. What is
    beyond either's limit is given up, the oldest first, and counted.
    """

    def __init__(  # noqa: PLR0913 - all given by name
        self,
        database: Database,
        *,
        commit_interval_s: float = 0.1,
        backlog_limit: int = 200_000,
        on_commit: Callable[[Commit], None] | None = None,
        spool: Spool | None = None,
        fence: Fence | None = None,
    ) -> None:
        """Prepares it.

        Args:
            database: into which.
            commit_interval_s: for how long others may join the first that comes; so the pause between two transactions.
            backlog_limit: how many scrapes may wait in memory.
            on_commit: called in the recorder's thread after every transaction.
            spool: where readings wait on the disk; the recorder closes it when it stops.
            fence: leaves out what is another poller's to write; None where there is but one.
        """
        self._commit_interval_s = commit_interval_s
        self._on_commit = on_commit
        self._backlog = Backlog(backlog_limit)
        self._overflow = Overflow(self._backlog, spool) if spool is not None else None
        self._writer = BatchWriter(database, self._tell, fence)
        self._words = RecorderWords()
        self._trying_since: float | None = None
        self._work = threading.Event()
        self._flushes: list[threading.Event] = []
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._deadline = 0.0
        # A database on a hung disk must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        # Of its own, as the first may hang in a transaction for as long as the database likes.
        self._diverter = threading.Thread(target=self._divert_overdue, name="spool", daemon=True)

    @property
    def pending(self) -> int:
        """How many scrapes and states wait in memory."""
        return len(self._backlog)

    @property
    def spooled(self) -> int:
        """How many wait in the spool, on the disk."""
        return len(self._overflow.spool) if self._overflow else 0

    @property
    def dropped(self) -> int:
        """How many were given up: there were too many, or they could not be written at all."""
        return self._backlog.dropped + (self._overflow.spool.given_up if self._overflow else 0)

    @property
    def failure(self) -> WatchpostError | None:
        """Why the last transaction failed; None while all is well."""
        return self._words.failure

    def start(self) -> None:
        """Begins to write; first what an earlier run left in the spool."""
        if self._overflow:
            if self._overflow.in_use:
                self._words.replays(self._overflow.spool.folder, self.spooled)
                self._work.set()
            self._diverter.start()
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Writes what is left, or leaves it in the spool where the database is away, and ends.

        Returns:
            True when everything was written or is in the spool (`spooled`), False when the time was over before.
        """
        self._deadline = time.monotonic() + timeout_s
        self._stopping.set()
        self._work.set()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self._ended.set()
        if self._overflow is None:
            return not self._thread.is_alive() and self.pending == 0
        if self._diverter.ident is not None:
            self._diverter.join(timeout_s)
        if self.pending:
            self._divert(self._overflow)
        self._overflow.spool.close()
        return self.pending == 0

    def record_scrape(self, scrape: Scrape) -> None:
        """Queues a scrape. Takes microseconds, and tens of them with a process table; never waits, never raises."""
        try:
            packed = pack_scrape(scrape)
        # Whatever is wrong with one scrape must not end the session that brought it.
        except Exception as error:  # noqa: BLE001
            self._backlog.count_lost()
            self._words.rejected_host(scrape.host_id, error)
            return
        self._backlog.add_scrape(packed)
        # Told once: to tell it again of each of a hundred takes longer than to queue them.
        if not self._work.is_set():
            self._work.set()

    def record_packed(self, scrapes: Sequence[PackedScrape]) -> None:
        """Queues scrapes that were packed elsewhere; never waits, never raises."""
        for packed in scrapes:
            self._backlog.add_scrape(packed)
        self._work.set()

    def record_state(self, change: HostStatus) -> None:
        """Queues a host's new state; never waits, never raises."""
        self._backlog.add_state(change)
        self._work.set()

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Waits until everything that was recorded before is in the database; False when it is not there in time.

        What waits in the spool counts as not there. From any thread but the recorder's own.
        """
        done = threading.Event()
        self._flushes.append(done)
        self._work.set()
        return done.wait(timeout_s)

    def _run(self) -> None:
        retry_s = self._commit_interval_s
        while not self._is_over():
            self._work.wait()
            # Before the transaction and not after it: what comes together is then written together.
            self._stopping.wait(self._commit_interval_s)
            self._work.clear()
            if self._drain():
                retry_s = self._commit_interval_s
            else:
                self._pause(retry_s)
                retry_s = min(2 * retry_s, RETRY_LIMIT_S)
                self._work.set()

    def _is_over(self) -> bool:
        if not self._stopping.is_set():
            return False
        # What is left goes to the spool, where there is one: there is no use in waiting.
        is_away = self._overflow is not None and self.failure is not None
        is_done = self.pending == 0 and not (self._overflow is not None and self._overflow.in_use)
        return is_away or is_done or time.monotonic() >= self._deadline

    def _pause(self, pause_s: float) -> None:
        """Waits before another try, but not beyond the time that `stop` allows."""
        if not self._stopping.is_set():
            self._stopping.wait(pause_s)
        elif self._overflow is None:
            time.sleep(max(0.0, min(pause_s, self._deadline - time.monotonic())))

    def _drain(self) -> bool:
        """Writes what waits; False when the database failed."""
        while not (self._stopping.is_set() and time.monotonic() >= self._deadline):
            flushes = list(self._flushes)
            batch = self._overflow.take(BATCH_LIMIT) if self._overflow else self._backlog.take(BATCH_LIMIT)
            if batch is None:
                if not self._replay():
                    return False
            elif batch and not self._write(batch):
                return False
            elif len(batch) < BATCH_LIMIT:
                # Nothing was left that had come before they asked.
                self._flushed(flushes)
                return True
        return True

    def _flushed(self, flushes: list[threading.Event]) -> None:
        for done in flushes:
            self._flushes.remove(done)
            done.set()

    def _write(self, batch: list[Item]) -> bool:
        if self._trying_since is None:
            self._trying_since = time.monotonic()
        outcome = self._writer.write(batch)
        self._backlog.settle(len(batch) - len(outcome.left) - len(outcome.refused))
        self._backlog.settle(len(outcome.refused), lost=True)
        if outcome.left:
            self._backlog.put_back(outcome.left)
        return self._judge(outcome)

    def _replay(self) -> bool:
        """Writes the oldest segment of the spool; False when the database failed."""
        assert self._overflow is not None  # noqa: S101
        spool, replay = self._overflow.spool, self._overflow.replay()
        if replay is None:
            self._words.aside(spool.take_aside())
            self._words.caught_up()
            return True
        try:
            outcome = self._writer.write(replay.items, replay.database_id)
        except AnotherDatabaseError:
            spool.set_aside(replay)
            self._backlog.count_lost(len(replay.items))
            outcome = Outcome([], [], None)
        else:
            if outcome.failure is None:
                self._backlog.count_lost(len(outcome.refused))
                spool.remove(replay)
            else:
                spool.release()
                # What was refused is refused again with the next try, and counted then.
                outcome = Outcome([], outcome.left, outcome.failure)
        self._words.aside(spool.take_aside())
        return self._judge(outcome)

    def _judge(self, outcome: Outcome) -> bool:
        """Says what there is to say; False when the database failed."""
        self._words.rejected(outcome.refused)
        waiting = self.pending + self.spooled
        if outcome.failure is not None:
            self._words.cannot_write(outcome.failure)
            self._words.gave_up(pending=waiting, lost=self._given_up())
            return False
        self._trying_since = None
        self._words.gave_up(pending=waiting, lost=self._given_up())
        self._words.writes(pending=waiting, lost=self._given_up())
        return True

    def _given_up(self) -> dict[str, int]:
        """How many had to go since the start, by where they waited."""
        return {"backlog": self._backlog.given_up, "spool": self._overflow.spool.given_up if self._overflow else 0}

    def _divert_overdue(self) -> None:
        """Moves what waits too long from memory to the spool; the other thread may hang in a transaction."""
        assert self._overflow is not None  # noqa: S101
        spool, pause_s = self._overflow.spool, 0.0
        while not self._ended.wait(pause_s):
            # Nothing is overdue before the patience has passed: to look more often would only wake the machine.
            pause_s = self._commit_interval_s if self._overflow.in_use else min(spool.patience_s / LOOKS, 1.0)
            since = self._trying_since
            is_overdue = since is not None and time.monotonic() - since >= spool.patience_s
            if is_overdue or self._overflow.in_use:
                self._divert(self._overflow)
            if self._overflow.in_use:
                # The transaction may have ended well just before, and the other thread sleep: for it, nothing was left.
                self._work.set()

    def _divert(self, overflow: Overflow) -> None:
        spool = overflow.spool
        try:
            refused = overflow.divert(self._writer.database_id)
        except OSError as error:
            self._words.spool_fails(spool.folder, error)
            return
        self._words.rejected(refused)
        if overflow.in_use:
            self._words.spools(spool.folder)
        self._words.gave_up(pending=self.pending + self.spooled, lost=self._given_up())

    def _tell(self, commit: Commit) -> None:
        if self._on_commit is None:
            return
        try:
            self._on_commit(commit)
        # The listener is not ours; what was committed stays committed.
        except Exception:  # noqa: BLE001
            self._words.listener_failed()
