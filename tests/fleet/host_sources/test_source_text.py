"""Bytes of files, and the text in them."""

import gzip
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.host_sources.source_text import BYTES_LIMIT, decoded, read_bytes
from storage.errors import InvalidInputError

TEXT = "name;Stra\N{LATIN SMALL LETTER SHARP S}e\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_read_in_the_encoding_that_it_says(encoding: str) -> None:
    assert decoded(TEXT.encode(encoding)) == (TEXT, ())


def test_big_endian_is_read_too() -> None:
    assert decoded(b"\xfe\xff" + TEXT.encode("utf-16-be")).text == TEXT


def test_an_old_spreadsheet_is_read_with_a_note() -> None:
    text, notes = decoded(TEXT.encode("cp1252"), guess=True)
    assert text == TEXT
    assert "Windows-1252" in notes[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"good\nbad \xff\n", "Line 2 is not UTF-8: there is a byte 0xff"),
        (b"\xff\xfea", "UTF-16"),
        (b"a\0b", "zero bytes"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (gzip.compress(b"name", mtime=0), "archive"),
        (b"x" * (BYTES_LIMIT + 1), "larger than 10 MiB"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(content: bytes, why: str) -> None:
    with pytest.raises(InvalidInputError, match=why):
        decoded(content)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in (
        (tmp_path, "folder"),
        (tmp_path / "pipe", "no ordinary file"),
        (tmp_path / "gone", "cannot be read"),
    ):
        with pytest.raises(InvalidInputError, match=why):
            read_bytes(path)
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_bytes(Path("a\0b"))


def test_of_an_endless_file_only_so_much_is_read(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2 * BYTES_LIMIT)
    assert len(read_bytes(tmp_path / "large")) == BYTES_LIMIT + 1


@given(st.binary(max_size=40), st.booleans())
def test_no_bytes_make_it_fail_in_another_way(content: bytes, guess: bool) -> None:
    with suppress(InvalidInputError):
        decoded(content, guess=guess)
