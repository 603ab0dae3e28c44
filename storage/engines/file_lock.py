"""The poller's lock of a SQLite database: a lock file beside it."""

import os
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from storage.errors import DatabaseUnavailableError, PollerRunningError

_PATIENCE_S = 1.0
"""A look by `poller_is_running` holds the lock for a moment; a poller that starts just then must not fail."""
_PID_DIGITS = 20


class FilePollerLock:
    """See `storage.poller_lock.PollerLock`. The system frees it when the process dies, however it dies."""

    def __init__(self, database: Path) -> None:
        self._path = lock_file(database)
        # One poller may start it in one thread and end it in another.
        self._lock = FileLock(self._path, mode=0o644, thread_local=False)

    def acquire(self) -> None:
        """Takes the lock and writes our process id into its file.

        Raises:
            PollerRunningError: another poller has it; the message says which process.
            DatabaseUnavailableError: the lock file cannot be made.
        """
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=_PATIENCE_S, poll_interval=0.05)
            self._path.write_text(f"{_own_pid()}\n", encoding="ascii")
        except Timeout:
            raise _running_error(self._path) from None
        except OSError as error:
            self._lock.release()
            raise _unusable_error(self._path, error) from error

    def release(self) -> None:
        """Lets go of it; does nothing when it is not held."""
        self._lock.release()


def lock_file(database: Path) -> Path:
    """The lock file of a database."""
    return Path(f"{database}.poller.lock")


def file_lock_is_held(database: Path) -> bool:
    """Whether a poller holds the lock just now. Makes no file.

    Raises:
        DatabaseUnavailableError: the lock file is there but cannot be looked at.
    """
    path = lock_file(database)
    try:
        if not path.exists():
            return False
        with FileLock(path, timeout=0, thread_local=False):
            return False
    except Timeout:
        return True
    except PermissionError:
        # A poller of another user: its lock cannot be tried, but its process can be looked for.
        pid = _holder(path)
        return pid is not None and psutil.pid_exists(pid)
    except OSError as error:
        raise _unusable_error(path, error) from error


def _own_pid() -> int:
    return os.getpid()


def _holder(path: Path) -> int | None:
    """The process id in a lock file; None when it cannot be told."""
    try:
        with path.open("rb") as file:
            return int(file.read(_PID_DIGITS))
    except (OSError, ValueError):
        return None


def _running_error(path: Path) -> PollerRunningError:
    pid = _holder(path)
    who = f" (process {pid})" if pid is not None else ""
    stop = f"Stop it with `kill {pid}`" if pid is not None else "Stop it"
    return PollerRunningError(
        f"Another poller{who} already writes to this database.", hint=f"{stop}, or give this one another database."
    )


def _unusable_error(path: Path, error: OSError) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        f"The lock file {path} cannot be used: {error.strerror or error}.",
        hint="The poller needs to write in the folder of the database: check its owner and mode.",
    )
