"""Process tables as bytes: zstd over a JSON list of rows, fields in the order of `storage.scrape.Process`.

Those of older releases are zlib's.
"""

import threading
import zlib
from typing import TypeAlias

import msgspec
import zstandard

from storage.scrape import Process

UNPACKED_LIMIT = 4 * 2**20
"""Bytes of JSON that one snapshot may take; four times the longest line a probe may send."""

Row: TypeAlias = tuple[int, str, str, str, float, int, int, float]
"""A process, fields in the order of `storage.scrape.Process`."""

_ROWS = msgspec.json.Decoder(tuple[Process, ...])
_TUPLES = msgspec.json.Decoder(tuple[Row, ...])
_local = threading.local()


def pack_processes(processes: tuple[Process, ...]) -> bytes:
    """One snapshot as `process_snapshots.rows` keeps it.

    Raises:
        ValueError: a text that is no Unicode (a lone surrogate), or more than `UNPACKED_LIMIT` bytes of it.
    """
    return pack_process_text(msgspec.json.encode(processes))


def pack_process_text(rows: bytes) -> bytes:
    """The same for rows that are JSON already, as `Scrape.processes_text`.

    Raises:
        ValueError: more than `UNPACKED_LIMIT` bytes.
    """
    if len(rows) > UNPACKED_LIMIT:
        raise ValueError(f"The processes take {len(rows)} bytes, over the limit of {UNPACKED_LIMIT}.")
    return _compressor().compress(rows)


def unpack_processes(packed: bytes) -> tuple[Process, ...]:
    """The inverse of `pack_processes`.

    Raises:
        ValueError: damaged bytes, or bytes that unpack to more than `UNPACKED_LIMIT`.
    """
    return _ROWS.decode(_unpacked(packed))


def unpack_rows(packed: bytes) -> tuple[Row, ...]:
    """The same as plain tuples, for who looks at tens of thousands. Raises ValueError as `unpack_processes`."""
    return _TUPLES.decode(_unpacked(packed))


def unpacked_size(packed: bytes) -> int | None:
    """How many bytes of JSON a snapshot is, without unpacking it; None where it does not say."""
    try:
        size = zstandard.frame_content_size(packed)
    except zstandard.ZstdError:
        return None
    return size if size >= 0 else None


def _unpacked(packed: bytes) -> bytes:
    return _decompressed(packed) if packed.startswith(zstandard.FRAME_HEADER) else _inflated(packed)


def _decompressed(packed: bytes) -> bytes:
    try:
        # The frame's own word decides how much memory is taken for it.
        if not 0 <= zstandard.frame_content_size(packed) <= UNPACKED_LIMIT:
            raise ValueError("the process rows are too long")
        return _decompressor().decompress(packed, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise ValueError(f"the process rows are damaged: {error}") from error


def _inflated(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        rows = inflater.decompress(packed, UNPACKED_LIMIT)
    except zlib.error as error:
        raise ValueError(f"the process rows are damaged: {error}") from error
    if not inflater.eof:
        raise ValueError("the process rows are cut short or too long")
    return rows


def _compressor() -> zstandard.ZstdCompressor:
    """This thread's own: they must not be shared."""
    found: zstandard.ZstdCompressor | None = getattr(_local, "compressor", None)
    if found is None:
        # Level 1: 12 µs for 28 processes against 29 with zlib's, and hardly a byte more than with level 3.
        found = _local.compressor = zstandard.ZstdCompressor(level=1, write_checksum=True)
    return found


def _decompressor() -> zstandard.ZstdDecompressor:
    """This thread's own; to make one takes as long as to unpack a table."""
    found: zstandard.ZstdDecompressor | None = getattr(_local, "decompressor", None)
    if found is None:
        found = _local.decompressor = zstandard.ZstdDecompressor()
    return found
