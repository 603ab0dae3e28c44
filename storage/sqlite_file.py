"""A SQLite database as a file: made with narrow modes, checked, copied while in use, moved aside when damaged."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from storage.sqlite import SIDECARS, means_damage
from storage.utc import file_stamp

THOROUGH_LIMIT = 64 * 2**20
"""Bytes up to which every page is looked at (about 0.05 s); of a larger file only what opening it needs."""
_DETAIL_LIMIT = 200


def create_file(path: Path) -> bool:
    """Makes the folder (0700) and an empty file (`file_mode`) where they are missing; says whether the file is new.

    Raises:
        OSError: no permission, or something in the way.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, file_mode(path.parent)))
    except FileExistsError:
        return False
    return True


def file_mode(folder: Path) -> int:
    """The mode of a new database there: 0600, and 0640 where the folder hands its group on to what is made in it.

    What SQLite keeps beside the file gets the file's mode, so who may read the one may read the others.
    """
    mode = folder.stat().st_mode
    # Whoever may read a folder is no sign that they may read this; a set-group-ID bit is put there on purpose.
    is_shared = mode & stat.S_ISGID and mode & stat.S_IXGRP
    return 0o640 if is_shared else 0o600


def damage(path: Path) -> str | None:
    """What is wrong with the file, or None when nothing was found.

    Raises:
        sqlite3.Error: it cannot be opened or read just now; that says nothing about its soundness.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if path.stat().st_size > THOROUGH_LIMIT:
                return None
            (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        if means_damage(error):
            return str(error)
        raise
    return None if finding == "ok" else " ".join(str(finding).split())[:_DETAIL_LIMIT]


def move_aside(path: Path, now_ms: int) -> Path:
    """Renames the file and what SQLite keeps beside it to `<file>.corrupt-<UTC time>`; nothing is overwritten."""
    aside = _free_name(path, f"corrupt-{file_stamp(now_ms)}")
    for ending in SIDECARS:
        sidecar = Path(f"{path}{ending}")
        if sidecar.exists():
            sidecar.rename(f"{aside}{ending}")
    path.rename(aside)
    return aside


def back_up(path: Path, revision: str, now_ms: int) -> Path:
    """Copies the database, in use or not, to `<file>.backup-<revision>-<UTC time>` (0600).

    Raises:
        OSError: the copy cannot be made.
        sqlite3.Error: reading or writing failed; no half copy is left.
    """
    copy = _free_name(path, f"backup-{revision}-{file_stamp(now_ms)}")
    create_file(copy)
    try:
        with (
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except BaseException:
        copy.unlink()
        raise
    return copy


def _free_name(path: Path, suffix: str) -> Path:
    candidate, count = Path(f"{path}.{suffix}"), 1
    while candidate.exists():
        count += 1
        candidate = Path(f"{path}.{suffix}-{count}")
    return candidate
