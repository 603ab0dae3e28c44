"""Sealing and rolling up, as the poller has it done."""

from storage.database import Database
from storage.sealing.upkeep import PLAN_MS, Upkeep
from storage.settings import write_setting

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
LATE_MS = 45 * 60_000
"""After a window: what is sealed of every host by then."""
_LOOKS = 3


def keep_up(database: Database, now_ms: int) -> None:
    """Seals and rolls up all that is due by then."""
    upkeep = Upkeep(database)
    # What has been sealed is rolled up after the next look.
    for look in range(_LOOKS):
        while upkeep.step(now_ms + look * (PLAN_MS + 1), 60.0):
            pass


def keep_for_long(database: Database) -> None:
    """Nothing that is measured is forgotten meanwhile."""
    with database.writing() as connection:
        for name in ("retention_raw_s", "retention_1m_s", "retention_processes_s"):
            write_setting(connection, name, 90 * 86_400.0)
