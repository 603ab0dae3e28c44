"""A copy of a SQLite database that is in use, as one file that needs nothing beside it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.care.progress import OnStep, Step
from storage.errors import DatabaseCorruptError

_PAGES = 2048
"""A step: 8 MiB."""


def copy_in_use(source: Path, target: Path, on_step: OnStep) -> None:
    """Copies one snapshot of the database while others read and write it, and checks the copy page by page.

    Nobody waits for it. Meanwhile the write-ahead log cannot be cut back, so it grows by what is written.

    Args:
        source: the database.
        target: an empty file.
        on_step: told the pages copied and in all.

    Raises:
        DatabaseCorruptError: the copy is not sound, so the database is not either.
        sqlite3.Error: reading or writing failed.
    """
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, isolation_level=None)) as original,
        closing(sqlite3.connect(target, isolation_level=None)) as copy,
    ):
        # A backup begins anew after each commit of another process, unless its snapshot is held from the start.
        original.execute("BEGIN")
        original.execute("SELECT count(*) FROM sqlite_master").fetchone()
        original.backup(
            copy,
            pages=_PAGES,
            progress=lambda _, remaining, total: on_step(Step("copying", total - remaining, total)),
        )
        original.execute("ROLLBACK")
        # The copy has the original's journal mode, in which opening it makes two files more.
        copy.execute("PRAGMA journal_mode=DELETE")
        on_step(Step("checking the copy", 0, 0))
        (finding,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if finding != "ok":
        raise DatabaseCorruptError(
            f"The copy of {source} is not sound: {' '.join(str(finding).split())[:200]}.",
            hint="The database itself is damaged. `watchpost db check` says where; an older backup may be sound.",
        )
