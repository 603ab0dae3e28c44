"""Texts as cells of a CSV."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.printable import printable
from storage.transfer.csv_cell import cell_text, text_cell

STARTS = "=+-@\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("db1", "db1"),
        ("'db1'", "'db1'"),
        ("a=b", "a=b"),
        ("a\x1b[31m", "a\ufffd[31m"),
    ],
)
def test_no_text_is_taken_for_a_formula_or_a_command(text: str, cell: str) -> None:
    assert text_cell(text) == cell


@given(st.text(st.one_of(st.sampled_from(f"'{STARTS}ab"), st.characters())))
def test_every_harmless_text_reads_back_and_starts_no_formula(text: str) -> None:
    harmless = printable(text, len(text))
    cell = text_cell(harmless)
    assert cell_text(cell) == harmless
    assert not cell.startswith(tuple(STARTS))
