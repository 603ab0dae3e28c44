import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import zstandard

from storage.chunks.frame import CELL_LIMIT, ROW_LIMIT, Block, join_blocks, open_frame

MAGIC = b"TEST"
ANYTHING = 1 << 30


def frame_of(*blocks: bytes, rows: int = 1, columns: int = 1) -> bytes:
    return join_blocks(MAGIC, rows, columns, [Block(1, block) for block in blocks])


def forged(rows: int, columns: int, directory: list[tuple[int, int, int, int]], body: bytes) -> bytes:
    """A frame whose checksums are right, whatever it says."""
    head = struct.pack("<4sIIH", MAGIC, rows, columns, len(directory))
    entries = b"".join(struct.pack("<IIII", *entry) for entry in directory)
    return head + struct.pack("<I", zlib.crc32(entries, zlib.crc32(head))) + entries + body


def test_blocks_come_back() -> None:
    blocks = [b"", b"x" * 5_000, bytes(range(256))]
    opened = open_frame(frame_of(*blocks, rows=7, columns=9), MAGIC)
    assert [opened.unpack(place, ANYTHING) for place in range(3)] == blocks
    assert (opened.rows, opened.columns, opened.counts) == (7, 9, (1, 1, 1))


def test_a_block_is_read_while_another_is_damaged() -> None:
    frame = bytearray(frame_of(b"first", b"second"))
    frame[-1] ^= 1
    opened = open_frame(bytes(frame), MAGIC)
    assert opened.unpack(0, ANYTHING) == b"first"
    with pytest.raises(ValueError, match="damaged"):
        opened.unpack(1, ANYTHING)


def test_a_block_over_the_limit_is_not_unpacked() -> None:
    opened = open_frame(frame_of(b"x" * 5_000), MAGIC)
    with pytest.raises(ValueError, match="damaged"):
        opened.unpack(0, 4_999)


@pytest.mark.parametrize("size", [(ROW_LIMIT + 1, 1), (1 << 20, (CELL_LIMIT >> 20) + 1)], ids=["rows", "numbers"])
def test_more_than_a_frame_may_hold_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="more than a chunk may hold"):
        frame_of(rows=size[0], columns=size[1])


@dataclass
class Hostile:
    about: str
    frame: bytes


def bomb(claim: Callable[[bytes], int]) -> bytes:
    packed = zstandard.compress(b"\0" * 100_000_000)
    return forged(1, 1, [(1, len(packed), claim(packed), zlib.crc32(packed))], packed)


PROMISE = bytes.fromhex("28b52ffd a0 ffffffff 010000")
"""A zstd frame that promises 4 GB and has none."""


@pytest.mark.parametrize(
    "hostile",
    [
        Hostile("nothing", b""),
        Hostile("another form", b"WPr\x01" + frame_of(b"x")[4:]),
        Hostile("four billion rows", forged(2**32 - 1, 1, [], b"")),
        Hostile("four billion columns", forged(1, 2**32 - 1, [], b"")),
        Hostile("a directory that is not there", struct.pack("<4sIIHI", MAGIC, 1, 1, 65_535, 0)),
        Hostile("blocks beyond its end", forged(1, 1, [(1, 2**32 - 1, 5, 0)], b"")),
        Hostile("a block that claims all memory", bomb(lambda _: 2**32 - 1)),
        Hostile("a block that is larger than it says", bomb(lambda _: 100)),
        Hostile("a block that promises 4 GB", forged(1, 1, [(1, len(PROMISE), 100, zlib.crc32(PROMISE))], PROMISE)),
        Hostile("a block that is no zstd", forged(1, 1, [(1, 4, 100, zlib.crc32(b"oops"))], b"oops")),
    ],
    ids=lambda hostile: hostile.about,
)
def test_a_hostile_frame_is_refused_before_memory_is_taken(hostile: Hostile) -> None:
    with pytest.raises(ValueError, match=r".+"):
        open_frame(hostile.frame, MAGIC).unpack(0, 1_000_000)
