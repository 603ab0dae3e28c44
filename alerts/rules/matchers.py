"""Which labels are meant, in Prometheus' four ways of saying so."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from alerts.rules.pattern_cost import is_bounded
from storage.errors import InvalidInputError
from storage.printable import printable

_WRITTEN = re.compile(
    r'\s*(?P<label>[a-zA-Z_]\w*)\s*(?P<operator>=~|!~|!=|=)\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^"].*|))\s*',
    re.ASCII | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t"}
_FLAGS = re.DOTALL
PATTERN_LIMIT = 8192
"""Characters."""


class Operator(StrEnum):
    """How a label is compared."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    """As a regular expression that fits from beginning to end."""
    MATCHES_NOT = "!~"


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label. A label that is not there counts as empty, as in Prometheus."""

    label: str
    operator: Operator
    value: str

    def __str__(self) -> str:
        """As Prometheus writes it: `mount=~"/srv/.*"`."""
        escaped = self.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'{self.label}{self.operator.value}"{escaped}"'


def parse_matcher(text: str) -> Matcher:
    """A condition as people write it: as Prometheus does, or without the quotes.

    Raises:
        InvalidInputError: it is none, or its pattern is no regular expression.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise InvalidInputError(
            f"“{printable(text, 80)}” is no condition on a label.",
            hint="Write label=value, label!=value, label=~pattern or label!~pattern.",
        )
    if match["quoted"] is None:
        value = match["bare"].rstrip()
    else:
        value = re.sub(r"\\(.)", lambda each: _ESCAPES.get(each[1], each[1]), match["quoted"], flags=re.DOTALL)
    matcher = Matcher(match["label"], Operator(match["operator"]), value)
    if wrong := pattern_fault(matcher):
        raise InvalidInputError(wrong)
    return matcher


def pattern_fault(matcher: Matcher) -> str:
    """Why its pattern cannot be used; empty where it can be, or where there is none.

    A pattern is one where every value is compared with it within part of a second, see `alerts.rules.pattern_cost`.
    """
    if matcher.operator not in (Operator.MATCHES, Operator.MATCHES_NOT):
        return ""
    said = printable(matcher.value, 60)
    if len(matcher.value) > PATTERN_LIMIT:
        return f"A pattern has {PATTERN_LIMIT} characters at the most, and “{said}” has {len(matcher.value)}."
    try:
        _compiled(matcher.value)
        bounded = is_bounded(matcher.value, _FLAGS)
    except (re.error, RecursionError, OverflowError) as error:
        return f"“{said}” is no regular expression: {error}."
    if not bounded:
        return f"“{said}” could take forever: it repeats what repeats, as (a+)+ does, or looks ahead or back."
    return ""


def matches(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether all conditions hold for these labels."""
    return all(holds(matcher, labels.get(matcher.label, "")) for matcher in matchers)


def holds(matcher: Matcher, value: str) -> bool:
    """Whether one condition holds for the value of its label."""
    match matcher.operator:
        case Operator.EQUAL:
            return value == matcher.value
        case Operator.NOT_EQUAL:
            return value != matcher.value
        case Operator.MATCHES:
            return _compiled(matcher.value).fullmatch(value) is not None
        case Operator.MATCHES_NOT:
            return _compiled(matcher.value).fullmatch(value) is None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, _FLAGS)
