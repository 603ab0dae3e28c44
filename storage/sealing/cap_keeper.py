"""Drops what is over the size cap, a transaction at a time, and says so now and then rather than each time."""

import structlog

from storage.database import Database
from storage.sealing.size_cap import DroppedSoFar, drop_oldest, used_bytes

LOOK_MS = 600_000
"""How often the size is looked at."""
TELL_MS = 86_400_000
"""How often it is told what was dropped: a database at its cap drops something all the time."""

_log = structlog.get_logger()


class CapKeeper:
    """Remembers what was dropped since it was last told. For one thread."""

    def __init__(self) -> None:
        self._looked_at = 0
        self._told_at: int | None = None
        self._dropped = DroppedSoFar()
        self._is_dropping = False

    def step(self, database: Database, cap: int, now_ms: int) -> bool:
        """Drops some chunks where the database takes more than `cap` bytes; returns whether there is more to do."""
        if not self._is_dropping and self._looked_at <= now_ms < self._looked_at + LOOK_MS:
            return False
        self._looked_at = now_ms
        with database.reading() as connection:
            used = used_bytes(connection)
        self._is_dropping = used > cap
        if self._is_dropping:
            with database.writing() as connection:
                dropped = drop_oldest(connection)
            if dropped is None:
                self._is_dropping = False
                self._tell("size_cap_too_small", now_ms, cap=cap, used=used)
            else:
                self._dropped.add(dropped)
        elif self._dropped.chunks:
            self._tell("size_cap_reached", now_ms, cap=cap, used=used, dropped=self._dropped.texts())
        return self._is_dropping

    def _tell(self, event: str, now_ms: int, **facts: object) -> None:
        if self._told_at is None or not self._told_at <= now_ms < self._told_at + TELL_MS:
            _log.warning(event, **facts)
            self._told_at = now_ms
            self._dropped = DroppedSoFar()
