"""The one family of errors: each has a stable kind and a hint that says what to do."""


class WatchpostError(Exception):
    """Base of every error that is meant for a person.

    Attributes:
        kind: a stable code, the same in every language and version; scripts may rely on it.
        message: one sentence that says what is wrong.
        hint: what to do about it; may be empty.
    """

    kind = "error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InvalidInputError(WatchpostError, ValueError):
    """A value that a person or a file gave cannot be used."""

    kind = "invalid_input"


class NotFoundError(WatchpostError, LookupError):
    """What was named does not exist."""

    kind = "not_found"


class AlreadyExistsError(WatchpostError):
    """The name is taken."""

    kind = "already_exists"


class DatabaseUnavailableError(WatchpostError):
    """The database cannot be opened, read or written just now: missing, locked, full, no permission."""

    kind = "database_unavailable"


class DatabaseLockedError(DatabaseUnavailableError):
    """Another program holds it; it comes back by itself."""


class DatabaseMissingError(DatabaseUnavailableError):
    """There is no such file."""


class DatabaseDeniedError(DatabaseUnavailableError):
    """Owner, mode or a read-only disk keeps this user out."""


class DatabaseFullError(DatabaseUnavailableError):
    """Its disk has no space left."""


class DatabaseCorruptError(WatchpostError):
    """The file is not a sound SQLite database."""

    kind = "database_corrupt"


class DatabaseNewerError(WatchpostError):
    """The database was made by a newer Watchpost; this one must not touch it."""

    kind = "database_newer"


class DatabaseOutdatedError(WatchpostError):
    """The database has an older schema than this Watchpost reads."""

    kind = "database_outdated"


class PollerRunningError(WatchpostError):
    """Another poller already writes to this database."""

    kind = "poller_running"


class SpoolUnavailableError(WatchpostError):
    """There is no place on the local disk for what is read while the database is away."""

    kind = "spool_unavailable"


class KeyringUnavailableError(WatchpostError):
    """No place to keep secrets: no keyring, a locked one, or a wrong passphrase."""

    kind = "keyring_unavailable"
