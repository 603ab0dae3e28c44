"""Records as framed bytes, so that whatever a crash, a full disk or a bad sector leaves of them can still be read.

A frame is a marker, a kind (1 byte), the length of the payload and a CRC-32 of it all (4 bytes each), and the payload.
"""

import zlib
from struct import Struct
from typing import NamedTuple

MARKER = b"\xf5wp\n"
PAYLOAD_LIMIT = 32 * 2**20
"""Bytes; eight times what the largest scrape takes."""
_HEAD = Struct("<4sBII")
_TRIES = 1_000
"""Markers looked at after a damaged frame: in a file made to hurt there may be one every few bytes."""


class Frame(NamedTuple):
    """One record."""

    kind: int
    payload: bytes


class Frames(NamedTuple):
    """What a file gave. A last frame that is cut short is what a crash leaves, and no damage."""

    found: list[Frame]
    damaged: bool


def frame(kind: int, payload: bytes) -> bytes:
    """A record as bytes. Raises ValueError for a payload above `PAYLOAD_LIMIT`."""
    if len(payload) > PAYLOAD_LIMIT:
        raise ValueError(f"a record of {len(payload)} bytes, over the limit of {PAYLOAD_LIMIT}")
    return _HEAD.pack(MARKER, kind, len(payload), _checksum(kind, payload)) + payload


def read_frames(content: bytes) -> Frames:
    """All frames that are whole, in their order; what is between them is passed over."""
    found: list[Frame] = []
    position, bad_since, damaged, tries = 0, -1, False, 0
    while 0 <= position < len(content) and tries < _TRIES:
        whole = _frame_at(content, position)
        if whole is None:
            bad_since = position if bad_since < 0 else bad_since
            position = content.find(MARKER, position + 1)
            tries += 1
        else:
            found.append(whole)
            position += _HEAD.size + len(whole.payload)
            damaged |= bad_since >= 0
            bad_since = -1
    return Frames(found, damaged or (bad_since >= 0 and not _is_cut_short(content, bad_since)))


def kinds_within(content: bytes) -> list[int]:
    """The kinds of the frames, told by their heads alone; only as far as these make sense."""
    kinds: list[int] = []
    position = 0
    while position + _HEAD.size <= len(content):
        marker, kind, length, _ = _HEAD.unpack_from(content, position)
        position += _HEAD.size + length
        if marker != MARKER or position > len(content):
            break
        kinds.append(kind)
    return kinds


def _frame_at(content: bytes, position: int) -> Frame | None:
    if position + _HEAD.size > len(content):
        return None
    marker, kind, length, checksum = _HEAD.unpack_from(content, position)
    start = position + _HEAD.size
    if marker != MARKER or length > PAYLOAD_LIMIT or start + length > len(content):
        return None
    payload = content[start : start + length]
    return Frame(kind, payload) if _checksum(kind, payload) == checksum else None


def _is_cut_short(content: bytes, position: int) -> bool:
    if position + _HEAD.size > len(content):
        return MARKER.startswith(content[position : position + len(MARKER)])
    marker, _, length, _ = _HEAD.unpack_from(content, position)
    return bool(marker == MARKER and length <= PAYLOAD_LIMIT and position + _HEAD.size + length > len(content))


def _checksum(kind: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(bytes((kind,)) + len(payload).to_bytes(4, "little")))
