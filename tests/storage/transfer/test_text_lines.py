"""Files as numbered lines."""

import io
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.transfer import text_lines
from storage.transfer.refusals import RefusalReason, Refusals
from storage.transfer.text_lines import LINE_LIMIT, read_lines


def numbered(content: bytes) -> tuple[dict[int, str], Mapping[RefusalReason, list[int]]]:
    """Lines that are not empty by number, and the numbers of refused ones."""
    refusals = Refusals()
    lines = {
        number: text
        for batch in read_lines(io.BytesIO(content), refusals)
        for number, text in enumerate(batch.texts, batch.first)
        if text
    }
    return lines, {reason: found.first for reason, found in refusals.found.items()}


def test_lines_end_as_on_any_system_and_the_last_one_needs_no_end() -> None:
    assert numbered(b"\xef\xbb\xbfa\r\n\nb\nc") == ({1: "a", 3: "b", 4: "c"}, {})


def test_only_a_line_feed_ends_a_line() -> None:
    assert numbered("a\u2028b\x0bc\x85d\n".encode())[0] == {1: "a\u2028b\x0bc\x85d"}


@given(st.lists(st.text(st.sampled_from("abé서"), max_size=8)), st.integers(1, 7))
def test_blocks_of_any_size_give_the_same_lines(texts: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_lines, "_BLOCK_BYTES", size)
        lines, refused = numbered("".join(f"{text}\n" for text in texts).encode())
    assert refused == {}
    assert lines == {number: text for number, text in enumerate(texts, 1) if text}


def test_a_line_that_is_too_long_is_refused_and_the_next_one_has_its_number() -> None:
    content = b"a\n" + b"x" * (3 * LINE_LIMIT) + b"\nb\n" + b"y" * 10_000_000
    assert numbered(content) == ({1: "a", 3: "b"}, {RefusalReason.LONG_LINE: [2, 4]})


def test_a_line_that_is_not_utf_8_is_refused_alone() -> None:
    assert numbered(b"a\n\xff\xfe\nb\n") == ({1: "a", 3: "b"}, {RefusalReason.NOT_UTF8: [2]})


def test_how_much_was_read_is_told() -> None:
    told: list[int] = []
    list(read_lines(io.BytesIO(b"x\n" * 400_000), Refusals(), told.append))
    assert sum(told) == 800_000
    assert len(told) > 1
