"""What comes before and after the parser."""

import promql_parser
import pytest

from alerts.prometheus_rules.promql import PromqlError, parse_promql
from alerts.prometheus_rules.refusal import UnmappedError


def test_an_expression_becomes_a_tree() -> None:
    tree = parse_promql("rate(a[5m]) > 1 # a comment")
    assert isinstance(tree, promql_parser.BinaryExpr)


def test_texts_between_backquotes_are_taken_as_prometheus_takes_them() -> None:
    tree = parse_promql(r'a{b=~`\d+"#`}')
    assert isinstance(tree, promql_parser.VectorSelector)
    assert tree.matchers.matchers[0].value == r'\d+"#'


def test_a_hash_in_a_text_begins_no_comment() -> None:
    tree = parse_promql('a{b="x#y", c="z"}')
    assert isinstance(tree, promql_parser.VectorSelector)
    assert [matcher.value for matcher in tree.matchers.matchers] == ["x#y", "z"]


@pytest.mark.parametrize("text", ["", "a >", "rate(a)", 'a{b=~"["}', "1 > 2", "a b"])
def test_what_is_no_promql_is_told_as_that(text: str) -> None:
    with pytest.raises(PromqlError, match="It is no PromQL"):
        parse_promql(text)


@pytest.mark.parametrize(
    "text",
    ["(" * 5000 + "a" + ")" * 5000, "+".join(["a"] * 5000), "-" * 5000 + "a", "abs(" * 5000 + "a" + ")" * 5000],
    ids=["brackets", "sum", "signs", "calls"],
)
def test_what_would_end_the_process_never_reaches_the_parser(text: str) -> None:
    for part in (text, text[2500:3500], "+".join(["a"] * 300)):
        with pytest.raises((UnmappedError, PromqlError)):
            parse_promql(part)


def test_a_function_that_the_parser_does_not_know_is_no_fault_of_the_file() -> None:
    with pytest.raises(UnmappedError, match="newest"):
        parse_promql("newest(a) > 1")
