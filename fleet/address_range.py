"""Which addresses a person means who writes `10.0.0.0/24`, `10.0.0.1-99` or a name. Pure, and bounded."""

import ipaddress
import re
from collections.abc import Iterator, Sequence

from storage.errors import InvalidInputError
from storage.printable import printable

ADDRESSES_LIMIT = 65_536
"""Addresses of one run."""
IPV6_LIMIT = 4096
"""Addresses of one IPv6 range, a /116: a larger one is nothing that can be gone through."""
MANY = 1024
"""More addresses than these are worth a question."""
_HINT = "Write 10.0.0.0/24, 10.0.0.1-10.0.0.99, 10.0.0.1-99, 2001:db8::/120, an address or a name."
_NAME = re.compile(r"(?=.{1,253}\Z)\w[\w.-]*\Z")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def addresses_of(ranges: Sequence[str]) -> list[str]:
    """The addresses in these ranges, each once and in order, and then the names.

    Of a network its own address and the broadcast address are left out, as no host has them.

    Raises:
        InvalidInputError: it is no range, or it is too large.
    """
    numbers: set[Address] = set()
    names: dict[str, None] = {}
    for text in ranges:
        found = _addresses(text.strip())
        if found is None:
            names[_checked_name(text.strip())] = None
            continue
        numbers.update(found)
        if len(numbers) + len(names) > ADDRESSES_LIMIT:
            raise _too_large("All of them together", len(numbers), ADDRESSES_LIMIT)
    return [*(str(address) for address in sorted(numbers, key=_order)), *names]


def address_order(text: str) -> tuple[int, int, str]:
    """A key that sorts addresses as numbers, IPv4 first, and names behind them."""
    try:
        version, number = _order(ipaddress.ip_address(text))
    except ValueError:
        return 9, 0, text
    return version, number, ""


def _addresses(text: str) -> Iterator[Address] | None:
    """The addresses of a range; None for what is a name. Raises InvalidInputError."""
    if "/" in text:
        return _of_network(text)
    first, divider, last = text.partition("-")
    begin = _address(first.strip())
    if begin is None:
        return None
    _check_kind(begin, text)
    if not divider:
        return iter((begin,))
    end = _address(last.strip()) or _with_last_part(begin, last.strip())
    if end is None or end.version != begin.version:
        raise InvalidInputError(f"“{printable(text)}” has no valid end.", hint=_HINT)
    count = int(end) - int(begin) + 1
    if count < 1:
        raise InvalidInputError(f"“{printable(text)}” ends before it begins.", hint=_HINT)
    _check_kind(end, text)
    _check_size(text, count, begin.version)
    return (begin + offset for offset in range(count))


def _of_network(text: str) -> Iterator[Address]:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise InvalidInputError(f"“{printable(text)}” is no network.", hint=_HINT) from None
    _check_size(text, network.num_addresses, network.version)
    _check_kind(network.network_address, text)
    return network.hosts()


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _with_last_part(begin: Address, text: str) -> Address | None:
    """The end of `10.0.0.1-99`: the same address with another last part."""
    if begin.version == 4 and text.isascii() and text.isdigit() and len(text) < 4:
        return _address(f"{str(begin).rpartition('.')[0]}.{int(text)}")
    return None


def _checked_name(text: str) -> str:
    # Of digits and dots alone it was meant as an address.
    if not _NAME.match(text) or not re.search(r"[^\d.]", text):
        raise InvalidInputError(f"“{printable(text)}” is neither a range nor a name.", hint=_HINT)
    return text


def _check_kind(address: Address, text: str) -> None:
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        raise InvalidInputError(f"“{printable(text)}” has addresses that belong to no single host.", hint=_HINT)


def _check_size(text: str, count: int, version: int) -> None:
    limit = ADDRESSES_LIMIT if version == 4 else IPV6_LIMIT
    if count > limit:
        raise _too_large(f"“{printable(text)}”", count, limit)


def _too_large(what: str, count: int, limit: int) -> InvalidInputError:
    return InvalidInputError(
        f"{what} would be {count} addresses; {limit} are the most that are gone through.",
        hint="Give the ranges in which your servers really are, in several runs if need be.",
    )


def _order(address: Address) -> tuple[int, int]:
    return address.version, int(address)
