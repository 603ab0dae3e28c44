"""What one poller does for all who use the database: rows for SQL clients, sealing, rolling up, forgetting."""

import asyncio

from poller.minute_rows import MinuteRows
from poller.share import Share
from storage.database import Database
from storage.sealing.upkeep import Upkeep
from storage.utc import now_ms

CALM_MS = 600_000
"""A clock that has leapt, as on a machine that starts without one, is mostly set right soon: until then nothing that
only it says is old may go."""
UPKEEP_BUDGET_S = 0.5
"""For which the end of the poller may have to wait."""


class Housekeeping:
    """Each of its chores is left to another poller while that one is the leader."""

    def __init__(self, database: Database, share: Share) -> None:
        self.upkeep = Upkeep(database, calm_ms=CALM_MS)
        self._minute_rows = MinuteRows(database)
        self._share = share

    async def write_minute_rows(self) -> None:
        """Writes the rows of minutes that are over."""
        if self._share.is_leader:
            await asyncio.to_thread(self._minute_rows.step, now_ms())

    async def keep_up(self) -> None:
        """Seals, rolls up and forgets what is due, until nothing is."""
        while self._share.is_leader and await asyncio.to_thread(self.upkeep.step, now_ms(), UPKEEP_BUDGET_S):
            pass

    def stop(self) -> None:
        """Ends what is going on as soon as that is possible; from any thread."""
        self.upkeep.stop()
