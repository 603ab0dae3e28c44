import json

import pytest

from remote_probe import json_line


def test_numbers_are_plain_json_and_what_json_has_no_word_for_is_null() -> None:
    values = [1, 2.5, None, float("nan"), float("inf"), float("-inf"), -3, 1e300, 2**63]
    assert json.loads(json_line.encode_numbers(values)) == [1, 2.5, None, None, None, None, -3, 1e300, 2**63]


def test_a_line_has_no_blanks() -> None:
    assert json_line.encode_numbers([1, None, 2]) == "[1,null,2]"
    assert json_line.encode({"a": [1, "b c", None], "d": True}) == '{"a":[1,"b c",null],"d":true}'


@pytest.mark.parametrize(
    "text", ["", "plain", 'quo"te\\back', "tab\tnewline\nNUL\0", "\x1b[31m", "한국어", "🐘 elephant"]
)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert json.loads(json_line.encode_text(text)) == text
    assert json.loads(json_line.quote_slowly(text)) == text
    assert json_line.encode_text(text).isascii()


def test_undecodable_bytes_of_a_host_become_question_marks() -> None:
    assert json.loads(json_line.encode_text(b"caf\xe9".decode("utf-8", "surrogateescape"))) == "caf?"
