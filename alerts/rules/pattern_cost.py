"""How long a regular expression may search at worst. Pure.

Python's engine tries every way in which a text could fit before it says that it does not, and `(a+)+b` fits a row of
thirty “a” in a billion ways. What is counted here is an upper bound of the ways, so nothing that is let through takes
longer than part of a second; a few harmless patterns are refused as well.
"""

import math
from collections.abc import Iterable
from importlib import import_module
from typing import Any

TEXT_LENGTH = 255
"""Characters of the longest value of a label."""
WAYS_LIMIT = 50_000_000
"""About half a second. Three `.*` in a row are 17 million."""

# What `re` itself reads patterns with; it has no other name, and a reader of our own could differ from it.
_parse: Any = import_module("re._parser").parse
_ONE_WAY = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"})
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT"})
_BEYOND_ASCII = 128


def is_bounded(pattern: str, flags: int = 0) -> bool:
    """Whether it finds out soon, whatever the text. False also for what looks around, or back at a group.

    Raises:
        re.error, RecursionError, OverflowError: it is no regular expression.
    """
    return _of_sequence(_parse(pattern, flags)) <= WAYS_LIMIT


def _of_sequence(nodes: Iterable[Any]) -> float:
    return math.prod(_of_one(str(operation), value) for operation, value in nodes)


def _of_one(operation: str, value: Any) -> float:  # noqa: ANN401 - `re` has no types for its syntax tree
    if operation in _ONE_WAY:
        return 1
    if operation == "SUBPATTERN":
        return _of_sequence(value[-1])
    if operation == "BRANCH":
        ways = [_of_sequence(each) for each in value[1]]
        return max(ways) if _told_apart(value[1]) else sum(ways)
    if operation in _REPEATS:
        return _of_repeat(*value)
    return math.inf


def _of_repeat(least: int, most: int, inner: Any) -> float:  # noqa: ANN401 - as above
    ways, (shortest, _) = _of_sequence(inner), inner.getwidth()
    most = min(int(most), TEXT_LENGTH // max(shortest, 1))
    if ways <= 1:
        return max(most - int(least), 0) + 1
    if most * math.log(ways) > math.log(WAYS_LIMIT):
        return math.inf
    return sum(ways**times for times in range(int(least), most + 1)) or 1


def _told_apart(alternatives: Iterable[Any]) -> bool:
    """Whether the first character says which one it is, so that no text fits two of them."""
    seen: set[str] = set()
    for each in alternatives:
        first = _first_characters(each)
        if first is None or seen & first:
            return False
        seen |= first
    return True


def _first_characters(nodes: Iterable[Any]) -> set[str] | None:
    """In lower case, as upper and lower may count as the same; None where it may be any, or nothing at all."""
    for operation, value in nodes:
        match str(operation):
            case "AT":
                continue
            case "LITERAL":
                return _ascii([value])
            case "IN":
                return _of_class(value)
            case "SUBPATTERN":
                return _first_characters(value[-1])
            case "MAX_REPEAT" | "MIN_REPEAT" if value[0] > 0:
                return _first_characters(value[2])
            case _:
                return None
    return None


def _of_class(members: Iterable[Any]) -> set[str] | None:
    codes: list[int] = []
    for operation, value in members:
        match str(operation):
            case "LITERAL":
                codes.append(value)
            case "RANGE":
                codes += range(value[0], min(value[1], _BEYOND_ASCII) + 1)
            case _:
                return None
    return _ascii(codes)


def _ascii(codes: Iterable[int]) -> set[str] | None:
    """None where there are others: in those more than two may count as the same."""
    found = [chr(code) for code in codes]
    return {each.lower() for each in found} if all(each.isascii() for each in found) else None
