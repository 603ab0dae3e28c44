"""What one poller does for all who use the database: rows for SQL clients, sealing, rolling up, forgetting."""

import asyncio
import time

from poller.heap import give_back
from poller.minute_rows import MinuteRows
from poller.share import Share
from storage.alerting.alerts_kept import AlertsKept
from storage.database import Database
from storage.sealing.upkeep import Upkeep
from storage.utc import now_ms

CALM_MS = 600_000
"""A clock that has leapt, as on a machine that starts without one, is mostly set right soon: until then nothing that
only it says is old may go."""
UPKEEP_BUDGET_S = 0.5
"""For which the end of the poller may have to wait."""
WORK_S = 1.0
"""CPU seconds. An hour of a host is megabytes for a moment, and what that leaves behind lies between what stays."""


class Housekeeping:
    """Each of its chores is left to another poller while that one is the leader."""

    def __init__(self, database: Database, share: Share) -> None:
        self.upkeep = Upkeep(database, calm_ms=CALM_MS)
        self._minute_rows = MinuteRows(database)
        self._alerts_kept = AlertsKept(database, calm_ms=CALM_MS)
        self._share = share
        self._worked_s = 0.0

    async def write_minute_rows(self) -> None:
        """Writes the rows of minutes that are over."""
        if self._share.is_leader:
            await asyncio.to_thread(self._minute_rows.step, now_ms())

    async def keep_up(self) -> None:
        """Seals, rolls up and forgets what is due, until nothing is."""
        while self._share.is_leader and await asyncio.to_thread(self._step):
            pass

    async def keep_alerts(self) -> None:
        """Ends alerts of hosts that are gone, and forgets those that were over long ago."""
        if self._share.is_leader:
            await asyncio.to_thread(self._alerts_kept.step, now_ms())

    def stop(self) -> None:
        """Ends what is going on as soon as that is possible; from any thread."""
        self.upkeep.stop()

    def _step(self) -> bool:
        began_s = time.thread_time()
        is_more = self.upkeep.step(now_ms(), UPKEEP_BUDGET_S)
        self._worked_s += time.thread_time() - began_s
        if self._worked_s >= WORK_S:
            self._worked_s = 0.0
            give_back()
        return is_more
