"""Mail addresses and web addresses, as far as they can be judged without asking anybody. Pure."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from storage.errors import InvalidInputError
from storage.printable import printable

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
ADDRESS_LIMIT = 254
URL_LIMIT = 2000


def checked_mail_address(text: str) -> str:
    """The address, its domain as DNS writes it.

    Raises:
        InvalidInputError: it is none, or one that mail servers do not agree about.
    """
    local, at, domain = text.rpartition("@")
    if not at or len(text) > ADDRESS_LIMIT or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise _no_address(text)
    return f"{local}@{checked_server(domain, text)}"


def checked_server(name: str, within: str = "") -> str:
    """The name of a server as DNS writes it, or its address.

    Raises:
        InvalidInputError: it is neither.
    """
    if is_address(name):
        return name
    try:
        ascii_name = name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        ascii_name = ""
    labels = ascii_name.removesuffix(".").split(".")
    if not ascii_name or len(ascii_name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        if within:
            raise _no_address(within)
        raise InvalidInputError(
            f"“{printable(name, 80)}” is no name of a server.", hint="Write it as smtp.example.org, without a port."
        )
    return ascii_name


def is_address(name: str) -> bool:
    """Whether it is an IP address."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_own_machine(name: str) -> bool:
    """Whether what is sent there stays on this machine."""
    return name == "localhost" or (is_address(name) and ip_address(name).is_loopback)


def checked_url(text: str, what: str) -> SplitResult:
    """A web address taken apart. The texts of errors do not quote it: it may have a token in it.

    Raises:
        InvalidInputError: it is none that can be posted to.
    """
    example = "Write it as https://hooks.example.org/alerts."
    if not text or len(text) > URL_LIMIT:
        raise InvalidInputError(f"{what} is empty, or longer than {URL_LIMIT} characters.", hint=example)
    if not text.isascii() or not text.isprintable() or " " in text:
        raise InvalidInputError(
            f"{what} has a space or another character in it that no address has.",
            hint="Write other characters as a browser's address line copies them, with percent signs.",
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise InvalidInputError(f"{what} cannot be taken apart: its server or port is wrong.", hint=example) from None
    if parts.scheme not in {"http", "https"}:
        raise InvalidInputError(f"{what} does not begin with https:// (or http://).", hint=example)
    if not parts.hostname or port == 0:
        raise InvalidInputError(f"{what} names no server.", hint=example)
    checked_server(parts.hostname)
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError(
            f"{what} has a user name or a password in front of the server.",
            hint="Servers take a token in the path or in the query; the signing key tells them who it is from.",
        )
    return parts


def _no_address(text: str) -> InvalidInputError:
    return InvalidInputError(f"“{printable(text, 80)}” is no mail address.", hint="Write it as ops@example.org.")
