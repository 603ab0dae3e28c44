"""What a regular expression may cost."""

import re

import pytest

from alerts.rules.pattern_cost import TEXT_LENGTH, is_bounded


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "/srv/.*",
        ".*data.*log.*",
        "web[0-9]+|db[0-9]+",
        "(web|db)-[0-9]{1,3}",
        "(foo|bar)+",
        "(?:ab){2,}",
        "/(var|opt)(/.*)?",
        "^/(dev|proc|sys|var/lib/docker/.+|var/lib/kubelet/.+)($|/)",
        "(veth|br-|docker|lo).*",
        r"[^:]+:\d+",
        "(?i)eth[0-9]*",
        "|".join(f"web{number}" for number in range(500)),
    ],
)
def test_what_people_write_is_let_through(pattern: str) -> None:
    assert is_bounded(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a*)*b",
        "(a|a)*b",
        "(a|ab?)*c",
        "(.|.|.)*!",
        "(?i)(a|Ax?)*b",
        "(?i)(é|Éx?)*b",
        "(a?){40}a{40}",
        "a?" * 40 + "a" * 40,
        "(?:a{1,9}){1,9}b",
        ".*.*.*.*x",
        "(a+?)+?b",
        "((a)|(a))*b",
        "([a-c]y?|[b-d])*x",
        "(a|)*b",
    ],
)
def test_what_backtracks_without_end_is_refused(pattern: str) -> None:
    assert not is_bounded(pattern)


@pytest.mark.parametrize("pattern", ["(?=a)b", "(?<!a)b", r"(a)\1", "(a)?(?(1)b|c)", "(?>a*)b", "a*+b"])
def test_what_prometheus_has_not_is_refused(pattern: str) -> None:
    assert not is_bounded(pattern)


@pytest.mark.parametrize("pattern", [".*a.*ab?.*c", "[a-z]*[a-z]*[a-z]*[0-9]", "a?" * 25 + "b", "(aa|ab)*c"])
def test_what_is_let_through_comes_to_an_end(pattern: str) -> None:
    assert is_bounded(pattern, re.DOTALL)
    # What is refused goes on for days here.
    assert re.fullmatch(pattern, "a" * TEXT_LENGTH, re.DOTALL) is None
