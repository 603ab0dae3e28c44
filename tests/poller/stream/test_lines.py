"""Bytes to lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poller.failure import SessionError
from poller.stream.lines import MARKER, LineSplitter
from storage.reason import Reason


def started(limit: int = 1000) -> LineSplitter:
    splitter = LineSplitter(limit)
    splitter.feed(MARKER)
    return splitter


@given(
    st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=10),
    st.binary(max_size=100).filter(lambda noise: b"\0" not in noise),
    st.integers(1, 40),
)
def test_lines_come_whole_and_in_order_however_the_stream_is_cut(lines: list[bytes], noise: bytes, step: int) -> None:
    stream = noise + MARKER + b"".join(line + b"\n" for line in lines)
    splitter = LineSplitter()
    out = [line for at in range(0, len(stream), step) for line in splitter.feed(stream[at : at + step])]
    assert out == lines


def test_what_a_login_prints_before_the_marker_is_noise() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"Welcome!\nYou have mail.\n") == []
    assert splitter.noise.endswith(b"mail.\n")
    assert splitter.feed(b"more" + MARKER + b"first\nsec") == [b"first"]
    assert splitter.started
    assert splitter.noise.endswith(b"more")
    assert splitter.feed(b"ond\n") == [b"second"]


def test_a_half_line_at_the_end_is_never_given_out() -> None:
    splitter = started()
    assert splitter.feed(b'{"n": 1}\n{"n": 2, "fa') == [b'{"n": 1}']


@pytest.mark.parametrize("data", [b"x" * 1001, b"short\n" + b"x" * 1001, b"x" * 1001 + b"\n"])
def test_a_line_over_the_limit_ends_the_session(data: bytes) -> None:
    splitter = started()
    with pytest.raises(SessionError) as caught:
        splitter.feed(data)
    assert caught.value.reason is Reason.BAD_LINE


def test_a_line_over_the_limit_is_found_before_it_is_complete() -> None:
    splitter = started()
    for _ in range(1000):
        splitter.feed(b"x")
    with pytest.raises(SessionError):
        splitter.feed(b"x")


def test_a_line_of_exactly_the_limit_is_fine() -> None:
    assert started().feed(b"x" * 1000 + b"\n") == [b"x" * 1000]


def test_noise_has_an_end() -> None:
    splitter = LineSplitter(noise_limit=1000)
    splitter.feed(b"x" * 999)
    with pytest.raises(SessionError) as caught:
        splitter.feed(b"xx")
    assert caught.value.reason is Reason.BAD_LINE


def test_only_the_end_of_the_noise_is_remembered() -> None:
    splitter = LineSplitter()
    for _ in range(60):
        splitter.feed(b"." * 1000)
    assert len(splitter.noise) < 4096
