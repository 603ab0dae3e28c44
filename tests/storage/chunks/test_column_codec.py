"""What hosts send comes through `test_raw_chunk`; here is what nobody should send."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.chunks.block_heads import Blocks, Pieces, read_heads
from storage.chunks.column_codec import encode_blocks
from storage.chunks.pieces import decode_numbers, decode_pieces
from storage.chunks.whole_numbers import BITS, WHOLE, WholeNumbers, to_whole_numbers


class BlockPart(NamedTuple):
    """Of one block so many columns of so many numbers, and which of them are wanted."""

    data: bytes
    columns: int
    length: int
    wanted: Sequence[int]


def values_of(part: BlockPart) -> list[list[float]]:
    heads = read_heads(Blocks([part.data], (part.columns,), np.array([part.length]), tuple(part.wanted), 0), 0)
    found = decode_pieces(part.data, Pieces(*(field.ravel() for field in heads)))
    return found.view(np.float64).reshape(len(part.wanted), part.length).tolist()


GOOD = encode_blocks(to_whole_numbers(np.array([[1.0, 2.5, np.nan], [4.0, 4.0, 5.0]])), [2])[0]


def block(  # noqa: PLR0917
    scale: int = 0, order: int = 0, width: int = 0, shift: int = 0, sparse: int = 0, rest: bytes = b""
) -> BlockPart:
    """One column of three numbers."""
    return BlockPart(struct.pack("<BBBBqqB", scale, order, width, shift, 5, 0, sparse) + rest, 1, 3, [0])


def test_a_column_that_rests_takes_no_planes() -> None:
    assert values_of(block()) == [[5.0, 5.0, 5.0]]


@dataclass
class Bad:
    about: str
    part: BlockPart


@pytest.mark.parametrize(
    "bad",
    [
        Bad("no head", BlockPart(b"", 1, 3, [0])),
        Bad("a scale that is not known", block(scale=100)),
        Bad("an order that is not known", block(order=4)),
        Bad("nine planes", block(width=9, rest=bytes(27))),
        Bad("a shift beyond 63", block(shift=64)),
        Bad("planes that are not there", block(width=2, rest=bytes(5))),
        Bad("more planes than it says", block(width=1, rest=bytes(6))),
        Bad("a mask that is not there", block(sparse=1)),
        Bad("many masks", block(sparse=255)),
    ],
    ids=lambda bad: bad.about,
)
def test_a_block_that_contradicts_itself_is_refused(bad: Bad) -> None:
    with pytest.raises(ValueError, match="block"):
        values_of(bad.part)


@given(st.binary(max_size=80), st.integers(1, 3), st.integers(1, 9))
@settings(max_examples=150, deadline=None, derandomize=True, database=None)
def test_any_bytes_are_columns_or_a_value_error(data: bytes, count: int, length: int) -> None:
    try:
        found = values_of(BlockPart(data, count, length, range(count)))
    except ValueError:
        return
    assert [len(column) for column in found] == [length] * count


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_any_byte_changed_gives_columns_or_a_value_error(place: int) -> None:
    for value in range(256):
        changed = bytearray(GOOD)
        changed[place] = value
        try:
            found = values_of(BlockPart(bytes(changed), 2, 3, [0, 1]))
        except ValueError:
            continue
        assert [len(column) for column in found] == [3, 3]


def test_numbers_of_any_size_come_back() -> None:
    numbers = np.array([[-(2**63), 2**63 - 1, 0, -1], [2**62, -(2**62), 2**62, 7]])
    scales = np.array([WHOLE, BITS], dtype=np.uint8)
    (data,) = encode_blocks(WholeNumbers(numbers, scales, None), [2])
    assert decode_numbers(data, 2, 4).tolist() == numbers.tolist()
