"""The files of a spool: numbered segments in one folder. What is said to be written is on the disk."""

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.spool.frames import kinds_within
from storage.spool.segment import count_items

DAMAGED = ".damaged"
FOREIGN = ".other-database"
_ENDING = ".spool"
_NAME = re.compile(r"(\d{10})\.spool(\.[a-z-]+)?", re.ASCII)
_READ_LIMIT = 256 * 2**20
# Not on Windows, where links need a privilege, and where text would be translated.
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of the spool that is complete.

    Attributes:
        path: where it is.
        size: in bytes.
        items: how many scrapes and states are in it.
    """

    path: Path
    size: int
    items: int


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a folder.

    Attributes:
        segments: what waits, the oldest first.
        aside: what could not be used, and is kept for a person to look at.
        next_number: for the next segment.
    """

    segments: list[Segment]
    aside: list[Path]
    next_number: int


def segment_path(folder: Path, number: int) -> Path:
    """Where the segment of that number is; numbers grow, and are never used again."""
    return folder / f"{number:010d}{_ENDING}"


def list_folder(folder: Path) -> Contents:
    """Looks through a folder; whatever is none of ours in it is passed over.

    Raises:
        OSError: the folder cannot be read.
    """
    segments: list[Segment] = []
    aside: list[Path] = []
    last = 0
    for path, number, ending in _ours(folder):
        last = max(last, number)
        if ending:
            aside.append(path)
        else:
            segments.append(_measure(path))
    return Contents(segments, aside, last + 1)


def read_file(path: Path) -> bytes:
    """All of a segment. Raises OSError, also for what is no file of ours: a link, a pipe, something huge."""
    descriptor = os.open(path, os.O_RDONLY | _SAFELY)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > _READ_LIMIT:
            raise OSError("this is no segment of a spool")
        return file.read()


def set_aside(path: Path, ending: str) -> Path:
    """Renames a segment, so that it is not read again, and is there for a person to look at. Raises OSError."""
    return path.rename(f"{path}{ending}")


def delete(path: Path) -> None:
    """Deletes a segment. One that stays is replayed again at the next start, and its rows are left out."""
    with contextlib.suppress(OSError):
        path.unlink()


class SegmentFile:
    """The segment that is being written. For one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Makes the file, which only its owner can read. Raises OSError."""
        self.path = path
        self.size = 0
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY, 0o600)
        try:
            _keep_name(path.parent)
        except BaseException:
            self.close()
            raise

    def append(self, content: bytes) -> None:
        """Adds to it and waits until the disk has it. Raises OSError; then nothing was added, as far as can be."""
        view = memoryview(content)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
            _keep(self._descriptor)
        except OSError:
            self.cut(self.size)
            raise
        self.size += len(content)

    def cut(self, size: int) -> None:
        """Takes back what was added beyond that size."""
        # Where even that fails, rows are replayed that are in the database already: they are left out then.
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, size)
            os.lseek(self._descriptor, size, os.SEEK_SET)
        self.size = size

    def close(self) -> None:
        """Ends the writing."""
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


def _ours(folder: Path) -> Iterator[tuple[Path, int, str]]:
    for path in sorted(folder.iterdir()):
        match = _NAME.fullmatch(path.name)
        if match and path.is_file() and not path.is_symlink():
            yield path, int(match[1]), match[2] or ""


def _measure(path: Path) -> Segment:
    try:
        content = read_file(path)
    # It is found out again, and told, when its turn comes.
    except OSError:
        return Segment(path, 0, 0)
    return Segment(path, len(content), count_items(kinds_within(content)))


def _keep(descriptor: int) -> None:
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _keep_name(folder: Path) -> None:
    """Has the disk keep the names in a folder, where a folder can be opened at all (not on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
