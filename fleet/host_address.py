"""Reads `[USER@]ADDRESS[:PORT]` as people write it for ssh."""

import ipaddress
import re
from pathlib import Path
from typing import NamedTuple

from storage.errors import InvalidInputError
from storage.printable import printable

_HINT = "Write [USER@]ADDRESS[:PORT], for example root@db1.example:2222; IPv6 with a port as [2001:db8::1]:22."
_BRACKETS = re.compile(r"\[([^\[\]]+)\](?::(.*))?")


class HostAddress(NamedTuple):
    """The parts; what was left out is None, and then `~/.ssh/config` may say it."""

    username: str | None
    address: str
    port: int | None


def parse_address(text: str) -> HostAddress:
    """The parts of `[USER@]ADDRESS[:PORT]`.

    A user name may contain `@` (directories have such), so the last one divides. IPv6 stands bare or in brackets; with
    a port it needs them.

    Raises:
        InvalidInputError: it is not of that form.
    """
    username, divider, rest = text.rpartition("@")
    if divider and not username:
        raise InvalidInputError(f"“{printable(text)}” has no user name before the “@”.", hint=_HINT)
    address, port = _divide(rest, text)
    if not address:
        raise InvalidInputError(f"“{printable(text)}” names no address.", hint=_HINT)
    return HostAddress(username or None, address, port)


def identity_path(text: str | None) -> str | None:
    """The path of a key file, independent of the folder one is in. `~` stays: it is the poller's home."""
    return text if text is None or text.startswith("~") or not text else str(Path(text).absolute())


def _divide(rest: str, text: str) -> tuple[str, int | None]:
    if match := _BRACKETS.fullmatch(rest):
        _check_ipv6(match[1], text)
        return match[1], None if match[2] is None else _port(match[2], text)
    if rest.startswith("["):
        raise InvalidInputError(f"“{printable(text)}” has a bracket that does not close.", hint=_HINT)
    if rest.count(":") > 1:
        _check_ipv6(rest, text)
        return rest, None
    address, divider, port = rest.partition(":")
    return address, _port(port, text) if divider else None


def _check_ipv6(address: str, text: str) -> None:
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        raise InvalidInputError(f"“{printable(text)}” has no valid IPv6 address in it.", hint=_HINT) from None


def _port(digits: str, text: str) -> int:
    if digits.isascii() and digits.isdigit() and 1 <= int(digits[:6]) <= 65_535 and len(digits) < 6:
        return int(digits)
    raise InvalidInputError(f"“{printable(text)}” has no valid port: it goes from 1 to 65535.", hint=_HINT)
