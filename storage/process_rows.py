"""Process tables as bytes: zlib over a JSON list of rows, fields in the order of `storage.scrape.Process`."""

import zlib

import msgspec

from storage.scrape import Process

UNPACKED_LIMIT = 4 * 2**20
"""Bytes of JSON that one snapshot may take; four times the longest line a probe may send."""

_ROWS = msgspec.json.Decoder(tuple[Process, ...])


def pack_processes(processes: tuple[Process, ...]) -> bytes:
    """One snapshot as `process_snapshots.rows` keeps it.

    Raises:
        ValueError: a text that is no Unicode (a lone surrogate), or more than `UNPACKED_LIMIT` bytes of it.
    """
    rows = msgspec.json.encode(processes)
    if len(rows) > UNPACKED_LIMIT:
        raise ValueError(f"{len(processes)} processes take {len(rows)} bytes, over the limit of {UNPACKED_LIMIT}")
    # Level 1: 34 µs against 46 for 35 processes, and 6 % more bytes.
    return zlib.compress(rows, level=1)


def unpack_processes(packed: bytes) -> tuple[Process, ...]:
    """The inverse of `pack_processes`.

    Raises:
        ValueError: damaged bytes, or bytes that unpack to more than `UNPACKED_LIMIT`.
    """
    inflater = zlib.decompressobj()
    try:
        rows = inflater.decompress(packed, UNPACKED_LIMIT)
    except zlib.error as error:
        raise ValueError(f"the process rows are damaged: {error}") from error
    if not inflater.eof:
        raise ValueError("the process rows are cut short or too long")
    return _ROWS.decode(rows)
