"""A file that is there whole or not at all: written beside its place, and moved there when it is finished."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.errors import AlreadyExistsError, DatabaseDeniedError, DatabaseFullError, DatabaseUnavailableError
from storage.sqlite import SIDECARS

_DISK_FULL = frozenset({28, 122})
"""ENOSPC and EDQUOT."""


@contextmanager
def file_in_the_making(target: Path, *, force: bool) -> Iterator[Path]:
    """An empty file (0600) beside `target`, to be written; at the end it is flushed to disk and takes that name.

    After an error nothing of it is left, and what was at `target` is as it was.

    Args:
        target: where it is to be in the end.
        force: whether a file that is there may be replaced.

    Raises:
        AlreadyExistsError: there is such a file already.
        DatabaseUnavailableError: no such folder, no permission, no space.
    """
    if not force and os.path.lexists(target):
        raise _taken(target)
    part = Path(f"{target}.part-{os.getpid()}")
    try:
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            yield part
            _flush(part)
            _put_in_place(part, target, force=force)
            _flush(target.parent)
        finally:
            for ending in ("", "-journal", *SIDECARS):
                with suppress(FileNotFoundError):
                    Path(f"{part}{ending}").unlink()
    except OSError as error:
        raise _unwritable(target, error) from error


def _put_in_place(part: Path, target: Path, *, force: bool) -> None:
    if force:
        part.replace(target)
        return
    try:
        # Unlike a rename, a link never replaces what has appeared there meanwhile.
        target.hardlink_to(part)
    except FileExistsError:
        raise _taken(target) from None
    except OSError:
        # FAT and some network file systems know no links.
        part.rename(target)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _taken(target: Path) -> AlreadyExistsError:
    return AlreadyExistsError(f"There is a file {target} already.", hint="Name another one, or add --force.")


def _unwritable(target: Path, error: OSError) -> DatabaseUnavailableError:
    if error.errno in _DISK_FULL:
        return DatabaseFullError(f"There is no space left for {target}.", hint="Free some, or name another disk.")
    named = DatabaseDeniedError if isinstance(error, PermissionError) else DatabaseUnavailableError
    return named(
        f"{target} cannot be written: {error.strerror or error}.",
        hint="Check that its folder exists and that this user may write there.",
    )
