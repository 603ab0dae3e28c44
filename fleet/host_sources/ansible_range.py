"""Ranges in the host names of an Ansible inventory: `web[01:50].example.com`, `db-[a:f]`, `n[0:20:5]`. Pure."""

import re
from collections.abc import Iterable, Sequence
from ipaddress import IPv6Address
from itertools import product
from math import prod
from string import ascii_letters

from fleet.host_sources.candidate import HOSTS_LIMIT
from storage.errors import InvalidInputError
from storage.printable import printable

_RANGE = re.compile(r"\[([^\[\]]*)\]")
_DIGITS_LIMIT = 9
_RANGES_LIMIT = 8


def host_names(pattern: str) -> tuple[list[str], int | None]:
    """The hosts that a pattern stands for, and the port behind it.

    Raises:
        InvalidInputError: a range that Ansible would refuse, or one of more than 20,000 hosts.
    """
    if _is_ipv6(pattern):
        return [pattern], None
    name, divider, digits = pattern.rpartition(":")
    bare = name.removeprefix("[").removesuffix("]")
    if divider and digits.isascii() and digits.isdigit() and len(digits) < 6:
        if bare != name and _is_ipv6(bare):
            return [bare], int(digits)
        if ":" not in _RANGE.sub("", name):
            return _expanded(name), int(digits)
    if divider and not digits:
        raise InvalidInputError(f"“{printable(pattern)}” ends in a colon.", hint="Write NAME, or NAME:PORT.")
    return _expanded(pattern), None


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _expanded(pattern: str) -> list[str]:
    # Every second piece is what stood in brackets.
    pieces = _RANGE.split(pattern)
    around, ranges = pieces[::2], pieces[1::2]
    if any(bracket in piece for piece in around for bracket in "[]"):
        raise InvalidInputError(f"“{printable(pattern)}” has a bracket without its counterpart.")
    if len(ranges) > _RANGES_LIMIT:
        raise InvalidInputError(f"“{printable(pattern)}” has more than {_RANGES_LIMIT} ranges.")
    values = [_values(words, pattern) for words in ranges]
    if prod(len(several) for several in values) > HOSTS_LIMIT:
        raise InvalidInputError(f"“{printable(pattern)}” stands for more than {HOSTS_LIMIT} hosts.")
    return [_filled(around, chosen) for chosen in product(*values)]


def _filled(around: Sequence[str], chosen: Iterable[str]) -> str:
    return around[0] + "".join(value + text for value, text in zip(chosen, around[1:], strict=True))


def _values(words: str, pattern: str) -> Sequence[str]:
    """What a range counts through; as in Ansible its end belongs to it, and a missing beginning is 0."""
    begin, end, step = _parts(words, pattern)
    if begin.isdigit() and end.isdigit():
        width = len(begin) if begin.startswith("0") else 0
        if width > 1 and width != len(end):
            raise _refusal(pattern, "its ends have to be of the same length where the first begins with 0")
        numbers = range(int(begin), int(end) + 1, step)
        if len(numbers) > HOSTS_LIMIT:
            raise _refusal(pattern, f"it stands for more than {HOSTS_LIMIT} hosts")
        found: Sequence[str] = [str(number).zfill(width) for number in numbers]
    else:
        first, last = ascii_letters.find(begin), ascii_letters.find(end)
        if len(begin) != 1 or len(end) != 1 or min(first, last) < 0:
            raise _refusal(pattern, "its ends have to be two numbers or two letters")
        found = ascii_letters[first : last + 1 : step]
    if not found:
        raise _refusal(pattern, "its end stands before its beginning")
    return found


def _parts(words: str, pattern: str) -> tuple[str, str, int]:
    parts = words.split(":")
    if len(parts) not in {2, 3} or not parts[1]:
        raise _refusal(pattern, "it has to be [FIRST:LAST] or [FIRST:LAST:STEP]")
    if any(len(part) > _DIGITS_LIMIT or not part.isascii() for part in parts):
        raise _refusal(pattern, "its numbers are too long")
    step = parts[2] if len(parts) == 3 else "1"
    if not step.isdigit() or int(step) == 0:
        raise _refusal(pattern, "its step has to be a number from 1 on")
    return parts[0] or "0", parts[1], int(step)


def _refusal(pattern: str, why: str) -> InvalidInputError:
    return InvalidInputError(f"“{printable(pattern)}” has a range that cannot be used: {why}.")
