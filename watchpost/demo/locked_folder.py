"""Folders that one process has for itself: temporary ones that are gone however it ends, and those that stay."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from storage.errors import InvalidInputError
from watchpost.demo.ending import undisturbed


@contextmanager
def temporary_folder(prefix: str, lock: str) -> Iterator[Path]:
    """A new folder; gone at the end, with what earlier ones have left that were killed.

    Args:
        prefix: of its name.
        lock: name of the file in it that is locked meanwhile.
    """
    remove_abandoned(prefix, lock)
    path = Path(tempfile.mkdtemp(prefix=prefix)).absolute()
    try:
        # Whoever cleans up after others leaves this one alone while the lock is held.
        with FileLock(path / lock, mode=0o600):
            yield path
    finally:
        with undisturbed():
            _remove(path)


@contextmanager
def locked_folder(path: Path, lock: str) -> Iterator[Path]:
    """A folder that is there and stays.

    Args:
        path: of it.
        lock: name of the file in it that is locked meanwhile.

    Raises:
        InvalidInputError: another process has it, or nothing can be written there.
    """
    held = FileLock(path / lock, mode=0o600, timeout=0)
    try:
        held.acquire()
    except Timeout:
        raise InvalidInputError(
            f"Another process is using the folder {path}.", hint="End that one first, or name another folder."
        ) from None
    except OSError as error:
        raise InvalidInputError(f"The folder {path} cannot be written: {error.strerror}.") from error
    try:
        yield path
    finally:
        # While it is held: after that the file may be another one's.
        (path / lock).unlink(missing_ok=True)
        held.release()


def remove_abandoned(prefix: str, lock: str) -> None:
    """Removes temporary folders of those that were killed; of those that run, and of other people, they stay."""
    for path in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError, Timeout):
            if not path.is_symlink() and path.stat().st_uid == os.getuid() and (path / lock).exists():
                with FileLock(path / lock, timeout=0):
                    _remove(path)


def _remove(path: Path) -> None:
    # A process that is just ending may put a file into it meanwhile.
    for _ in range(3):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
