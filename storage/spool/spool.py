"""Readings on the local disk while the database is away: in order, bounded, kept through crashes.

Segments are appended to and later taken from the front, each as a whole. One that was replayed when the poller was
killed is replayed again; its rows are in the database by then and are left out.
"""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from storage.backlog import Item
from storage.errors import SpoolUnavailableError
from storage.spool.place import usual_limit
from storage.spool.segment import read_segment
from storage.spool.segment_files import DAMAGED, FOREIGN, Segment, delete, list_folder, read_file, set_aside
from storage.spool.tail import Refused, Tail

PATIENCE_S = 3.0
"""A lock of a second or two is waited for; a database that takes longer is taken for away."""
_SEGMENTS_AT_LEAST = 8


@dataclass(frozen=True, slots=True)
class Replay:
    """The oldest segment.

    Attributes:
        segment: its file.
        database_id: the identity of the database that it is for; empty where it is not known.
        items: what was recorded, in its order.
        damaged: something in it could not be read.
    """

    segment: Segment
    database_id: str
    items: list[Item]
    damaged: bool


class Spool:
    """One folder, held by one poller. For any number of threads.

    Attributes:
        folder: where its files are.
        patience_s: for how long a database may fail before readings are brought here.
    """

    def __init__(self, folder: Path, limit_bytes: int | None = None, *, patience_s: float = PATIENCE_S) -> None:
        """Opens the folder, made where it is missing.

        Args:
            folder: of this database alone.
            limit_bytes: what the files may take together; None for `usual_limit`.
            patience_s: for how long a database may fail before readings are brought here.

        Raises:
            SpoolUnavailableError: it cannot be written, or another poller holds it.
        """
        self.folder = folder
        self.patience_s = patience_s
        self._lock = Lock()
        self._tried: Replay | None = None
        self._trying = False
        self._given_up = 0
        self._aside: list[Path] = []
        self._closed = False
        self._holder = FileLock(folder / "lock", mode=0o600, thread_local=False)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._holder.acquire(timeout=0)
            contents = list_folder(folder)
            self._segments = deque(contents.segments)
            waiting = sum(segment.size for segment in contents.segments)
            self._limit = usual_limit(folder, waiting) if limit_bytes is None else limit_bytes
        except Timeout:
            raise SpoolUnavailableError(
                f"Another poller uses the spool {folder}.", hint="Give this one a folder of its own with --spool."
            ) from None
        except OSError as error:
            self._holder.release()
            raise unusable_error(folder, error) from error
        self._tail = Tail(folder, contents.next_number, self._limit // _SEGMENTS_AT_LEAST)

    def __len__(self) -> int:
        """How many scrapes and states wait."""
        with self._lock:
            return self._tail.items + sum(segment.items for segment in self._segments)

    @property
    def size(self) -> int:
        """Bytes that its files take."""
        with self._lock:
            return self._size()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to be replayed, not even a file that may turn out damaged."""
        with self._lock:
            return not self._segments and not self._tail.is_open

    @property
    def given_up(self) -> int:
        """How many were given up because the spool was full."""
        return self._given_up

    def take_aside(self) -> list[Path]:
        """Files that were set aside since the last call."""
        with self._lock:
            aside, self._aside = self._aside, []
            return aside

    def append(self, items: Sequence[Item], database_id: str) -> Refused:
        """Adds to the end; when this returns, the disk has it. The oldest are given up where there is no room.

        Args:
            items: in their order.
            database_id: the identity of the database that they are for; empty where it is not known.

        Returns:
            What no database would take, with the reason.

        Raises:
            OSError: the disk failed or is full; nothing was added.
        """
        with self._lock:
            if self._closed:
                raise OSError("the spool has been closed")
            try:
                refused = self._tail.append(items, database_id)
            finally:
                self._segments.extend(self._tail.take_finished())
            self._make_room()
            return refused

    def oldest(self) -> Replay | None:
        """The oldest segment, which is not given up until `remove`, `release` or `set_aside`; None when all is done."""
        with self._lock:
            if not self._segments:
                self._finish_tail()
            while self._segments and not self._closed:
                replay = self._read(self._segments[0])
                if replay is not None:
                    self._tried, self._trying = replay, True
                    return replay
            return None

    def release(self) -> None:
        """The oldest segment could not be replayed yet."""
        with self._lock:
            self._trying = False

    def remove(self, replay: Replay) -> None:
        """The oldest segment was replayed. A damaged one is kept aside."""
        with self._lock:
            self._leave(replay, DAMAGED if replay.damaged else None)

    def set_aside(self, replay: Replay) -> None:
        """The oldest segment is another database's: it is kept aside."""
        with self._lock:
            self._leave(replay, FOREIGN)

    def close(self) -> None:
        """Ends the writing and lets go of the folder; what waits stays."""
        with self._lock:
            self._closed = True
            self._finish_tail()
            self._holder.release()

    def _finish_tail(self) -> None:
        self._tail.finish()
        self._segments.extend(self._tail.take_finished())

    def _make_room(self) -> None:
        while self._size() > self._limit:
            place = 1 if self._trying else 0
            if place >= len(self._segments):
                return
            oldest = self._segments[place]
            del self._segments[place]
            self._given_up += oldest.items
            if self._tried is not None and self._tried.segment == oldest:
                self._tried = None
            delete(oldest.path)

    def _read(self, segment: Segment) -> Replay | None:
        """What is in it; None for one that had nothing, and is gone now."""
        if self._tried is not None and self._tried.segment == segment:
            return self._tried
        try:
            content = read_segment(read_file(segment.path))
        except OSError:
            self._leave(Replay(segment, "", [], damaged=True), DAMAGED)
            return None
        replay = Replay(segment, content.database_id, content.items, content.damaged)
        if not replay.items:
            self._leave(replay, DAMAGED if replay.damaged else None)
            return None
        return replay

    def _leave(self, replay: Replay, ending: str | None) -> None:
        self._tried, self._trying = None, False
        if not self._segments or self._segments[0] != replay.segment:
            return
        self._segments.popleft()
        path = replay.segment.path
        if ending is None:
            delete(path)
            return
        with suppress(OSError):
            self._aside.append(set_aside(path, ending))

    def _size(self) -> int:
        return sum(segment.size for segment in self._segments) + self._tail.size


def unusable_error(folder: Path, error: OSError) -> SpoolUnavailableError:
    """The error for a folder that cannot be used."""
    return SpoolUnavailableError(
        f"The spool {folder} cannot be used: {error.strerror or error}.",
        hint="Check its owner, mode and disk, or name another folder with --spool or WATCHPOST_SPOOL_DIR.",
    )
