"""A host's words made harmless."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.printable import printable

REPLACED = "\ufffd"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/var/lib/postgresql",
        "데이터베이스 서버",
        "👩‍👩‍👧‍👦 ❤️ 🇰🇷",
        "می‌خواهم",
        "naïve café Ελλάδα 数据库",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("\x1b[2J\x1b]0;owned\x07", f"{REPLACED}[2J{REPLACED}]0;owned{REPLACED}"),
        ("a\x00b\x7fc", f"a{REPLACED}b{REPLACED}c"),
        ("\x9b31m", f"{REPLACED}31m"),
        ("one\ntwo\tthree\r\nfour", "one two three  four"),
        ("one\u2028two\u2029three\x85four", "one two three four"),
        ("evil\u202egpj.exe", f"evil{REPLACED}gpj.exe"),
        ("\u2066a\u2069", f"{REPLACED}a{REPLACED}"),
        ("adm\u200bin\ufeff", f"adm{REPLACED}in{REPLACED}"),
        ("broken \udc80 byte", f"broken {REPLACED} byte"),
        ("\uffff", REPLACED),
    ],
)
def test_what_could_do_harm_is_replaced(text: str, result: str) -> None:
    assert printable(text) == result


@pytest.mark.parametrize(("limit", "result"), [(5, "abcde"), (4, "abc…"), (1, "…"), (0, ""), (-1, "")])
def test_a_long_text_is_cut_and_shows_it(limit: int, result: str) -> None:
    assert printable("abcde", limit) == result


@settings(deadline=None)
@given(text=st.text(st.characters(), max_size=50), limit=st.integers(0, 60))
def test_nothing_harmful_and_nothing_too_long_gets_through(text: str, limit: int) -> None:
    found = printable(text, limit)
    assert len(found) <= limit
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in found)
    assert not any("\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069" for character in found)
    found.encode("utf-8")
    assert printable(found, limit) == found
