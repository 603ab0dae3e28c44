"""Blocks of bytes as one frame: compressed one by one, with a directory in front that says where each is.

Checksums tell damage from data: one of the head and directory, one of each compressed block, so that reading one block
leaves the others alone.
"""

import struct
import threading
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import zstandard

LEVEL = 6
"""Of zstd: 9 takes twice the time and 0.1 % less."""
BRIEF_LEVEL = 1
"""Of frames that are soon written anew."""
ROW_LIMIT = 1 << 22
"""Readings or buckets in one frame."""
CELL_LIMIT = 1 << 26
"""Numbers in one frame: half a gigabyte."""

_HEAD = struct.Struct("<4sIIHI")
_ENTRY = struct.Struct("<IIII")
_local = threading.local()
_WORTH_IT = 160
"""Bytes that a block must lose."""


class DamagedChunkError(ValueError):
    """A frame that cannot be read.

    Attributes:
        place: which of those given.
    """

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


class Block(NamedTuple):
    """One block, and how many columns or whatever else it holds."""

    size: int
    data: bytes


class Opened(NamedTuple):
    """A frame whose head is sound.

    Attributes:
        frame: all of its bytes.
        rows: readings or buckets.
        columns: in all blocks but the first.
        counts: of each block.
        directory: four numbers a block: count, packed size, size, checksum of the packed bytes.
        body: where the first block starts.
    """

    frame: bytes
    rows: int
    columns: int
    counts: tuple[int, ...]
    directory: tuple[int, ...]
    body: int

    def unpack(self, place: int, limit: int) -> bytes:
        """One block.

        Args:
            place: in the directory.
            limit: the most bytes that it may have.

        Raises:
            ValueError: it is damaged, or larger.
        """
        directory = self.directory
        _, size, unpacked, checksum = directory[4 * place : 4 * place + 4]
        start = self.body + sum(directory[1 : 4 * place : 4])
        packed = self.frame[start : start + size]
        if unpacked > limit or zlib.crc32(packed) != checksum:
            raise ValueError("a block of a chunk is damaged")
        if size == unpacked:
            return packed
        try:
            # The frame's own word decides how much memory is taken for it.
            if zstandard.frame_content_size(packed) != unpacked:
                raise ValueError("a block of a chunk is not as long as its head says")
            return _decompressor().decompress(packed)
        except zstandard.ZstdError as error:
            raise ValueError(f"a block of a chunk is damaged: {error}") from error


def join_blocks(magic: bytes, rows: int, columns: int, blocks: Sequence[Block], level: int = LEVEL) -> bytes:
    """One frame of blocks.

    Args:
        magic: four bytes that name its form and version.
        rows: readings or buckets.
        columns: in all blocks but the first.
        blocks: in this order.
        level: how hard to compress.

    Raises:
        ValueError: more than a frame may hold.
    """
    _check_size(rows, columns)
    packed = [_packed(block.data, level) for block in blocks]
    directory = b"".join(
        _ENTRY.pack(block.size, len(part), len(block.data), zlib.crc32(part))
        for block, part in zip(blocks, packed, strict=True)
    )
    head = _HEAD.pack(magic, rows, columns, len(blocks), 0)[:-4]
    checksum = struct.pack("<I", zlib.crc32(directory, zlib.crc32(head)))
    return b"".join((head, checksum, directory, *packed))


def _packed(data: bytes, level: int) -> bytes:
    """As it is where compressing would win little: unpacking it takes longer than all else that is done with it."""
    packed = _compressor(level).compress(data)
    return data if len(packed) > len(data) - _WORTH_IT else packed


def open_frame(frame: bytes, magic: bytes) -> Opened:
    """The directory of a frame.

    Raises:
        ValueError: another form, or damage.
    """
    if len(frame) < _HEAD.size:
        raise ValueError("a chunk is cut short")
    found, rows, columns, blocks, checksum = _HEAD.unpack_from(frame)
    if found != magic:
        raise ValueError("a chunk is of a form that is not known")
    body = _HEAD.size + blocks * _ENTRY.size
    packed = frame[_HEAD.size : body]
    if zlib.crc32(packed, zlib.crc32(frame[: _HEAD.size - 4])) != checksum:
        raise ValueError("a chunk is damaged in its head")
    _check_size(rows, columns)
    directory = struct.unpack(f"<{4 * blocks}I", packed)
    if body + sum(directory[1::4]) != len(frame):
        raise ValueError("a chunk is cut short or too long")
    return Opened(frame, rows, columns, directory[::4], directory, body)


def _check_size(rows: int, columns: int) -> None:
    if rows > ROW_LIMIT or rows * columns > CELL_LIMIT:
        raise ValueError(f"{rows} rows of {columns} columns are more than a chunk may hold")


def _compressor(level: int) -> zstandard.ZstdCompressor:
    """This thread's own: they must not be shared, and making one takes longer than a block."""
    found: dict[int, zstandard.ZstdCompressor] | None = getattr(_local, "compressors", None)
    if found is None:
        found = _local.compressors = {}
    if level not in found:
        found[level] = zstandard.ZstdCompressor(level=level, write_checksum=False, write_content_size=True)
    return found[level]


def _decompressor() -> zstandard.ZstdDecompressor:
    """This thread's own."""
    found: zstandard.ZstdDecompressor | None = getattr(_local, "decompressor", None)
    if found is None:
        found = _local.decompressor = zstandard.ZstdDecompressor()
    return found
