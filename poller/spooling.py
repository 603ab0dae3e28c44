"""The spool of one run: opened where it can be, and what it still holds at the end."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from storage.errors import SpoolUnavailableError
from storage.spool.place import spool_folder
from storage.spool.spool import Spool

_log = structlog.get_logger()


@contextmanager
def opened_spool(
    spools: Path | None, url: str, limit_bytes: int | None = None, poller: str = ""
) -> Iterator[Spool | None]:
    """The spool of the database at `url`, closed at the end.

    Args:
        spools: the folder of all spools; None for no spool.
        url: of the database, without a password.
        limit_bytes: what its files may take; None for the usual limit.
        poller: the name of the poller.

    Yields:
        None where there is to be none, and where it cannot be used: the poller does its work all the same.
    """
    spool = None if spools is None else _open(_folder(spools, url, poller), limit_bytes)
    try:
        yield spool
    finally:
        if spool is not None:
            spool.close()


def _folder(spools: Path, url: str, poller: str) -> Path:
    folder, without_name = spool_folder(spools, url, poller), spool_folder(spools, url)
    # Of a time when a database had but one poller.
    if without_name.is_dir() and not folder.exists():
        with suppress(OSError):
            without_name.rename(folder)
    return folder


def _open(folder: Path, limit_bytes: int | None) -> Spool | None:
    try:
        return Spool(folder, limit_bytes)
    except SpoolUnavailableError as error:
        _log.warning("spool_unusable", detail=error.message, hint=error.hint)
        return None


def say_what_waits(spool: Spool | None) -> None:
    """Says at the end where the readings are that could not be stored."""
    if spool is not None and (waiting := len(spool)):
        _log.warning(
            "poller_leaves_spool",
            rows=waiting,
            folder=str(spool.folder),
            hint="They are stored when the poller starts again and the database is back.",
        )
