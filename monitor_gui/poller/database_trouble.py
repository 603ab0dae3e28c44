"""What can be the matter with the database, as codes. Pure, and light: the footer is there with the first page."""

from enum import StrEnum

from storage.errors import (
    DatabaseCorruptError,
    DatabaseDeniedError,
    DatabaseFullError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseNewerError,
    DatabaseOutdatedError,
    WatchpostError,
)
from storage.translation import _

PATIENCE_MS = 2_000
"""Trouble that is over before is not worth a word."""
LEAST_FREE_BYTES = 8 * 2**20


class DatabaseTrouble(StrEnum):
    """Why it cannot be read, or will not be written."""

    LOCKED = "locked"
    MISSING = "missing"
    NEWER = "newer"
    OUTDATED = "outdated"
    CORRUPT = "corrupt"
    DENIED = "denied"
    FULL = "full"
    OTHER = "other"


_OF_ERROR: tuple[tuple[type[WatchpostError], DatabaseTrouble], ...] = (
    (DatabaseLockedError, DatabaseTrouble.LOCKED),
    (DatabaseMissingError, DatabaseTrouble.MISSING),
    (DatabaseNewerError, DatabaseTrouble.NEWER),
    (DatabaseOutdatedError, DatabaseTrouble.OUTDATED),
    (DatabaseCorruptError, DatabaseTrouble.CORRUPT),
    (DatabaseDeniedError, DatabaseTrouble.DENIED),
    (DatabaseFullError, DatabaseTrouble.FULL),
)
FORBIDS_A_START = frozenset(
    {
        # A start would begin a new database where a disk is only unplugged for the moment.
        DatabaseTrouble.MISSING,
        # It would move the file aside: a person decides that.
        DatabaseTrouble.CORRUPT,
        # It could only fail.
        DatabaseTrouble.NEWER,
        DatabaseTrouble.DENIED,
        DatabaseTrouble.LOCKED,
    }
)


def trouble_of(failure: WatchpostError) -> DatabaseTrouble:
    """What a failure to read means."""
    return next((trouble for kind, trouble in _OF_ERROR if isinstance(failure, kind)), DatabaseTrouble.OTHER)


def short_name(trouble: DatabaseTrouble) -> str:
    """For the footer: two or three words."""
    return {
        DatabaseTrouble.LOCKED: _("Database busy"),
        DatabaseTrouble.MISSING: _("Database gone"),
        DatabaseTrouble.NEWER: _("Database too new"),
        DatabaseTrouble.OUTDATED: _("Database too old"),
        DatabaseTrouble.CORRUPT: _("Database damaged"),
        DatabaseTrouble.DENIED: _("No access to data"),
        DatabaseTrouble.FULL: _("Disk full"),
        DatabaseTrouble.OTHER: _("Database trouble"),
    }[trouble]


class LastingTrouble:
    """Trouble that has lasted; what comes and goes within two seconds is passed over."""

    def __init__(self) -> None:
        self._since_ms: int | None = None
        self.failure: WatchpostError | None = None

    def see(self, failure: WatchpostError | None, now_ms: int) -> WatchpostError | None:
        """Takes the failure of one look, None where it could read; gives the one that has lasted."""
        if failure is None:
            self._since_ms = self.failure = None
        elif self._since_ms is None:
            self._since_ms = now_ms
        # A clock that was set back must not keep it quiet.
        elif abs(now_ms - self._since_ms) >= PATIENCE_MS:
            self.failure = failure
        return self.failure
