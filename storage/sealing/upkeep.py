"""What the poller does beside polling to keep the store in shape: seal, roll up, forget; a little at a time."""

import heapq
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from storage.database import Database
from storage.errors import WatchpostError
from storage.sealing.jobs import Job, Jobs, Rank

PLAN_MS = 60_000
"""How often it is looked at what there is to do."""
BEHIND_MS = 600_000
"""With something due for longer than this, the next look follows at once."""
PAUSE_MINIMUM_S = 0.005
PAUSE_LIMIT_S = 0.05
"""Between two transactions, so that the recorder gets its turn; about as long as the last one took."""
TOGETHER = {Rank.SEAL: 16, Rank.PROCESSES: 8}
"""What is sealed in one transaction, of as many hosts: what they leave behind in a page is one page to be written,"""
TOGETHER_S = 0.02
"""but no more once it has taken this long, as the recorder waits."""
FAILED_MS = 3_600_000
"""After which something that could not be done is tried again."""

_log = structlog.get_logger()


class Prepared(NamedTuple):
    """A job that is ready to be written: within a transaction, telling whether there is more of it to do."""

    job: Job
    write: Callable[[Connection], bool]


class Upkeep:
    """Seals, rolls up and forgets. For one thread, but `stop` and `lag_s` are for any.

    There must be one alone for a database: the poller lock of a file sees to that, and where pollers share a server its
    transactions do, which ask whether this poller has the duties (`storage.leases.fence`).
    """

    def __init__(self, database: Database, *, calm_ms: int = 0, gives_way: bool = True) -> None:
        """Takes how it works.

        Args:
            database: which one.
            calm_ms: for how long, after a start or a leap of the clock, nothing is forgotten by its age.
            gives_way: whether it pauses between transactions; False where nobody else writes.
        """
        self._database = database
        self._jobs = Jobs(database, calm_ms)
        self._gives_way = gives_way
        self._queue: list[Job] = []
        self._failed: dict[tuple[int, int, int], int] = {}
        self._planned_at: int | None = None
        self._late_ms = 0
        self._is_behind = False
        self._stopping = threading.Event()

    @property
    def lag_s(self) -> float:
        """For how long the oldest thing that is not sealed has been due, at the last look."""
        return self._late_ms / 1000

    def stop(self) -> None:
        """Ends the step that is under way after its current transaction, and makes later ones do nothing."""
        self._stopping.set()

    def step(self, now_ms: int, budget_s: float) -> bool:
        """Works for about as long as is allowed.

        Args:
            now_ms: the time, UTC milliseconds.
            budget_s: seconds.

        Returns:
            Whether there is more to do now.

        Raises:
            DatabaseUnavailableError: not just now; a later step goes on where this one was.
            DatabaseCorruptError: the database is damaged.
        """
        end = time.monotonic() + budget_s
        while not self._stopping.is_set():
            self._database.tidy()
            if not self._queue and not self._plan(now_ms):
                return False
            began = time.monotonic()
            self._do_next(now_ms)
            if time.monotonic() >= end:
                return True
            self._give_way(began)
        return False

    def _give_way(self, began: float) -> None:
        """Waits for about as long as something has taken."""
        if self._gives_way:
            self._stopping.wait(min(PAUSE_LIMIT_S, max(PAUSE_MINIMUM_S, time.monotonic() - began)))

    def _plan(self, now_ms: int) -> bool:
        """Whether there is something to do."""
        if self._planned_at is not None:
            since_ms = now_ms - self._planned_at
            if since_ms == 0 or (not self._is_behind and 0 < since_ms < PLAN_MS):
                return False
        self._planned_at = now_ms
        self._failed = {about: at for about, at in self._failed.items() if 0 <= now_ms - at < FAILED_MS}
        jobs = self._jobs.plan(now_ms)
        self._late_ms = max((now_ms - job.ready_at for job in jobs if job.ready_at), default=0)
        self._queue = [job for job in jobs if job.about not in self._failed]
        self._is_behind = any(0 < job.ready_at <= now_ms - BEHIND_MS for job in self._queue)
        heapq.heapify(self._queue)
        return bool(self._queue)

    def _do_next(self, now_ms: int) -> None:
        first = heapq.heappop(self._queue)
        if first.prepare is None:
            self._do_alone(first, now_ms)
            return
        some = [first]
        limit = TOGETHER.get(first.rank, 1)
        while self._queue and len(some) < limit and self._queue[0].rank is first.rank:
            some.append(heapq.heappop(self._queue))
        for job in self._do_together(some):
            # One of them cannot be done: which one shows when each has its own transaction.
            self._do_alone(job, now_ms)

    def _do_together(self, some: list[Job]) -> list[Job]:
        """Those that could not be done."""
        ready: list[Prepared] = []
        waiting = list(some)
        try:
            while waiting:
                began = time.monotonic()
                ready.append(Prepared(waiting[0], waiting[0].prepared()))
                del waiting[0]
                if waiting and time.monotonic() - began > PAUSE_MINIMUM_S:
                    self._give_way(began)
            while ready:
                began = time.monotonic()
                for job in self._write(ready):
                    heapq.heappush(self._queue, job)
                if ready:
                    self._give_way(began)
        except WatchpostError:
            for job in (*(each.job for each in ready), *waiting):
                heapq.heappush(self._queue, job)
            raise
        except Exception:  # noqa: BLE001 - which of them it was shows when each is done alone
            return [*(each.job for each in ready), *waiting]
        return []

    def _write(self, ready: list[Prepared]) -> list[Job]:
        """Writes as many as time allows, one at least, and takes them out; returns those of which there is more."""
        end = time.monotonic() + TOGETHER_S
        done, again = 0, []
        with self._database.writing() as connection:
            for each in ready:
                if each.write(connection):
                    again.append(each.job)
                done += 1
                if time.monotonic() >= end:
                    break
        del ready[:done]
        return again

    def _do_alone(self, job: Job, now_ms: int) -> None:
        try:
            is_more = self._run(job)
        except WatchpostError:
            heapq.heappush(self._queue, job)
            raise
        # Whatever is wrong with one host must not keep the others from being sealed.
        except Exception as error:  # noqa: BLE001
            self._failed[job.about] = now_ms
            _log.error(
                "upkeep_failed",
                step=job.rank.name,
                host_id=job.host_id,
                since=job.start,
                error=type(error).__name__,
                detail=str(error)[:200],
            )
            return
        if is_more:
            heapq.heappush(self._queue, job)

    def _run(self, job: Job) -> bool:
        if job.run is not None:
            return job.run()
        write = job.prepared()
        with self._database.writing() as connection:
            return write(connection)
