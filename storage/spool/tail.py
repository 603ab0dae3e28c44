"""The end of a spool that is being written: one segment after the other."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from storage.backlog import Item
from storage.spool.segment import SegmentWriter
from storage.spool.segment_files import Segment, SegmentFile, delete, segment_path

SEGMENT_ITEMS = 2_000
SEGMENT_BYTES = 4 * 2**20
"""A segment is replayed in one transaction, and given up as a whole where the spool is full."""

Refused = list[tuple[Item, Exception]]


class Tail:
    """For one thread at a time.

    Attributes:
        items: how many scrapes and states are in the segment that is being written.
    """

    def __init__(self, folder: Path, next_number: int, segment_bytes: int) -> None:
        """Writes nothing yet.

        Args:
            folder: of the spool.
            next_number: of the first segment.
            segment_bytes: from which size on a new one is begun.
        """
        self.items = 0
        self._folder = folder
        self._next_number = next_number
        self._segment_bytes = min(SEGMENT_BYTES, segment_bytes)
        self._active: SegmentFile | None = None
        self._writer = SegmentWriter("")
        self._database_id = ""
        self._finished: list[Segment] = []

    @property
    def size(self) -> int:
        """Bytes of the segment that is being written."""
        return self._active.size if self._active else 0

    @property
    def is_open(self) -> bool:
        """Whether a segment is being written."""
        return self._active is not None

    def append(self, items: Sequence[Item], database_id: str) -> Refused:
        """Adds all of it or nothing; when this returns, the disk has it.

        Args:
            items: in their order.
            database_id: the identity of the database that they are for.

        Returns:
            What no database would take, with the reason.

        Raises:
            OSError: the disk failed or is full.
        """
        if database_id != self._database_id:
            self.finish()
            self._database_id = database_id
        number, before, finished = self._next_number, self._segment(), list(self._finished)
        try:
            return self._append(items)
        except OSError:
            self.finish()
            for fresh in range(number, self._next_number):
                delete(segment_path(self._folder, fresh))
            if before is not None:
                with suppress(OSError):
                    os.truncate(before.path, before.size)
                finished.append(before)
            self._finished = [segment for segment in finished if segment.items]
            raise

    def finish(self) -> None:
        """Ends the segment that is being written."""
        segment = self._segment()
        if self._active is not None and segment is not None:
            self._active.close()
            if segment.items:
                self._finished.append(segment)
            else:
                delete(segment.path)
        self._active, self.items = None, 0

    def take_finished(self) -> list[Segment]:
        """Segments that were ended since the last call, in their order."""
        finished, self._finished = self._finished, []
        return finished

    def _segment(self) -> Segment | None:
        return Segment(self._active.path, self._active.size, self.items) if self._active else None

    def _append(self, items: Sequence[Item]) -> Refused:
        refused: Refused = []
        pieces: list[bytes] = []
        size = 0
        for item in items:
            if not self.is_open or self.items + len(pieces) >= SEGMENT_ITEMS or self.size + size >= self._segment_bytes:
                self._write(pieces)
                pieces, size = [], 0
                self._begin()
            try:
                pieces.append(self._writer.bytes_of(item))
            except (ValueError, OverflowError, TypeError) as error:
                refused.append((item, error))
            else:
                size += len(pieces[-1])
        self._write(pieces)
        return refused

    def _write(self, pieces: list[bytes]) -> None:
        if self._active is not None and pieces:
            self._active.append(b"".join(pieces))
            self.items += len(pieces)

    def _begin(self) -> None:
        self.finish()
        self._next_number += 1
        self._active = SegmentFile(segment_path(self._folder, self._next_number - 1))
        self._writer = SegmentWriter(self._database_id)
        self._active.append(self._writer.head)
