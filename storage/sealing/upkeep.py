"""What the poller does beside polling to keep the store in shape: seal, roll up, forget; a little at a time."""

import heapq
import threading
import time

import structlog

from storage.database import Database
from storage.errors import WatchpostError
from storage.sealing.jobs import Job, Jobs

PLAN_MS = 60_000
"""How often it is looked at what there is to do."""
BEHIND_MS = 600_000
"""With something due for longer than this, the next look follows at once."""
PAUSE_MINIMUM_S = 0.005
PAUSE_LIMIT_S = 0.05
"""Between two transactions, so that the recorder gets its turn; about as long as the last one took."""
TOGETHER = 16
"""Windows that are sealed in one transaction, of as many hosts: to commit costs as much as to encode one of them,"""
TOGETHER_S = 0.02
"""but none more once it has taken this long, as the recorder waits."""
FAILED_MS = 3_600_000
"""After which something that could not be done is tried again."""

_log = structlog.get_logger()


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
            ended = time.monotonic()
            if ended >= end:
                return True
            if self._gives_way:
                self._stopping.wait(min(PAUSE_LIMIT_S, max(PAUSE_MINIMUM_S, ended - began)))
        return False

    def _plan(self, now_ms: int) -> bool:
        """Whether there is something to do."""
        if self._planned_at is not None:
            since_ms = now_ms - self._planned_at
            if since_ms == 0 or (not self._is_behind and 0 < since_ms < PLAN_MS):
                return False
        self._planned_at = now_ms
        self._failed = {about: at for about, at in self._failed.items() if 0 <= now_ms - at < FAILED_MS}
        jobs = self._jobs.plan(now_ms)
        self._late_ms = max((job.late_ms for job in jobs), default=0)
        self._queue = [job for job in jobs if job.about not in self._failed]
        self._is_behind = any(job.late_ms >= BEHIND_MS for job in self._queue)
        heapq.heapify(self._queue)
        return bool(self._queue)

    def _do_next(self, now_ms: int) -> None:
        some = [heapq.heappop(self._queue)]
        while self._queue and len(some) < TOGETHER and some[0].run_within and self._queue[0].run_within:
            some.append(heapq.heappop(self._queue))
        left = self._do_together(some) if len(some) > 1 else some
        if left is some:
            # Alone, or one of them cannot be done: which one shows when each has its own transaction.
            self._do_alone(left.pop(0), now_ms)
        for job in left:
            heapq.heappush(self._queue, job)

    def _do_together(self, some: list[Job]) -> list[Job]:
        """What is left of them; the same list where it is all, as it could not be done."""
        end = time.monotonic() + TOGETHER_S
        left: list[Job] = []
        try:
            with self._database.writing() as connection:
                for job in some:
                    is_in_time = time.monotonic() < end
                    if not is_in_time or (job.run_within and job.run_within(connection)):
                        left.append(job)
        except WatchpostError:
            for job in some:
                heapq.heappush(self._queue, job)
            raise
        except Exception:  # noqa: BLE001 - which of them it was shows when each is done alone
            return some
        return left

    def _do_alone(self, job: Job, now_ms: int) -> None:
        try:
            is_more = job.run()
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
