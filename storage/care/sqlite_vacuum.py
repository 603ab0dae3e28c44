"""Gives the room back that deleted rows have left in a SQLite file."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.care.progress import OnStep, Step
from storage.errors import DatabaseFullError
from storage.sqlite import MIGRATION_BUSY_TIMEOUT_S

_MARGIN = 64 * 2**20
"""Bytes that are left to others."""


def vacuum_file(path: Path, on_step: OnStep) -> None:
    """Builds the file anew without its gaps. The caller holds the poller lock; readers may go on.

    It takes twice the size of what is kept while it works. Killed at any point, the database is as it was.

    Raises:
        DatabaseFullError: there is too little room; nothing was begun.
        sqlite3.Error: it could not be done; nothing was changed.
    """
    needed = 2 * _used_bytes(path)
    free = shutil.disk_usage(path.parent).free
    if free < needed + _MARGIN:
        raise DatabaseFullError(
            f"Giving room back needs {_mib(needed + _MARGIN)} MiB of room on the disk of {path} while it works; "
            f"{_mib(free)} MiB are free.",
            hint="Free some, or copy the database to a larger disk with `watchpost db copy`: the copy has no gaps.",
        )
    # SQLite builds the new file in the folder for temporary ones, which may be small, or memory.
    os.environ["SQLITE_TMPDIR"] = str(path.parent)
    on_step(Step("building the file anew", 0, 0))
    with closing(_connect(path)) as connection:
        connection.execute("VACUUM")
        # Readers that are in the middle of something keep the log from being cut back; the next checkpoint does it.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _used_bytes(path: Path) -> int:
    with closing(_connect(path)) as connection:
        pages, free, size = (
            int(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * size


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=MIGRATION_BUSY_TIMEOUT_S)


def _mib(size: int) -> str:
    return f"{size / 2**20:,.0f}"
