"""Conditions on labels, as people write them."""

import pytest

from alerts.rules.matchers import Matcher, Operator, matches, parse_matcher
from storage.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mount=/srv", Matcher("mount", Operator.EQUAL, "/srv")),
        (' mount != "/srv data" ', Matcher("mount", Operator.NOT_EQUAL, "/srv data")),
        ("mount=~/srv/.*", Matcher("mount", Operator.MATCHES, "/srv/.*")),
        ('mount!~"a|b"', Matcher("mount", Operator.MATCHES_NOT, "a|b")),
        ("mount=", Matcher("mount", Operator.EQUAL, "")),
        (r'a="say \"hi\"\n\\"', Matcher("a", Operator.EQUAL, 'say "hi"\n\\')),
        ("a=b=c", Matcher("a", Operator.EQUAL, "b=c")),
    ],
)
def test_it_is_read_with_and_without_quotes(text: str, expected: Matcher) -> None:
    assert parse_matcher(text) == expected


@pytest.mark.parametrize("matcher", [Matcher("m", Operator.MATCHES, r"/a\.b"), Matcher("m", Operator.EQUAL, '"\n')])
def test_what_is_written_is_read_as_it_was(matcher: Matcher) -> None:
    assert parse_matcher(str(matcher)) == matcher


@pytest.mark.parametrize("text", ["", "mount", "=x", "1a=x", "mount>5", 'mount="x', 'mount="x" y', "mount=~(", "a=~["])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_matcher(text)


@pytest.mark.parametrize("pattern", ["(a+)+b", "x" * 8193, "(" * 5000 + ")" * 5000, "(?=a)a"])
def test_a_pattern_that_could_take_forever_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_matcher(f"mount!~{pattern}")
    assert parse_matcher(f"mount!={pattern}").value == pattern


def test_all_conditions_have_to_hold_and_a_missing_label_is_empty() -> None:
    conditions = [parse_matcher("a=~x.*"), parse_matcher("b=")]
    assert matches(conditions, {"a": "xy"})
    assert not matches(conditions, {"a": "xy", "b": "1"})
    assert not matches(conditions, {"a": "axy"})
