"""What may be said about a check: every field checked, so that nothing of it can do harm on a host or in a list."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

from storage.check import Check, CheckKind
from storage.errors import InvalidInputError

NAME_LIMIT = 64
"""Characters of a name, or of a group."""
TARGET_LIMIT = 1024
UNIT_LIMIT = 255

_UNIT = re.compile(r"[A-Za-z0-9:_.\\@-]+")
_UNIT_TYPES = frozenset(
    {"service", "socket", "device", "mount", "automount", "swap", "target", "path", "timer", "slice", "scope"}
)
_WAY_OUT = (
    "Checks are shown to everybody who sees the host. Let the service answer without a password on the host itself, "
    "or use --command with a program that reads the password from a file there."
)


def checked_check(check: Check) -> Check:
    """The check with its name in composed form (NFC) and its target as it is stored.

    Raises:
        InvalidInputError: the name or the target cannot be used.
    """
    target = check.target
    if not target or target != target.strip():
        raise InvalidInputError("What a check asks is empty or has space around it.")
    if len(target) > TARGET_LIMIT:
        raise InvalidInputError(f"What a check asks is longer than {TARGET_LIMIT} characters.")
    if not target.isprintable():
        raise InvalidInputError(
            f"What a check asks has characters in it that cannot be printed: {target!a}.",
            hint="Write it as one line; put what is longer into a script on the host.",
        )
    return Check(checked_label("The name of a check", check.name), check.kind, _TARGETS[check.kind](target))


def checked_label(what: str, text: str) -> str:
    """A name of a check, or a group, in composed form.

    Raises:
        InvalidInputError: empty, too long, not printable, with a comma or space around it, or like an option.
    """
    composed = unicodedata.normalize("NFC", text)
    if not composed or composed != composed.strip():
        raise InvalidInputError(f"{what} is empty or has space around it.")
    if len(composed) > NAME_LIMIT:
        raise InvalidInputError(f"{what} is longer than {NAME_LIMIT} characters.")
    if not composed.isprintable():
        raise InvalidInputError(f"{what} has characters in it that cannot be printed: {composed!a}.")
    if composed.startswith("-") or "," in composed:
        raise InvalidInputError(f"{what} begins with “-” or has a comma in it: {composed}.", hint="Choose another one.")
    return composed


def _checked_unit(unit: str) -> str:
    """The unit's full name: `nginx` is `nginx.service`, as for systemctl."""
    if not _UNIT.fullmatch(unit) or unit.startswith("-"):
        raise InvalidInputError(
            f"“{unit}” cannot be the name of a systemd unit.", hint="For example: nginx, or backup.timer"
        )
    full = unit if unit.rpartition(".")[2] in _UNIT_TYPES and "." in unit else f"{unit}.service"
    if len(full) > UNIT_LIMIT:
        raise InvalidInputError(f"The name of a unit is longer than {UNIT_LIMIT} characters.")
    return full


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise InvalidInputError(
            f"“{_without_secret(url)}” is not a URL that can be asked.",
            hint="For example: http://127.0.0.1:8080/health",
        )
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError("The URL has a user name or a password in it.", hint=_WAY_OUT)
    if not url.isascii() or " " in url:
        raise InvalidInputError(
            f"The URL “{url}” has spaces or letters outside ASCII in it.",
            hint="Write such letters of a path as %C3%A9 and those of a host's name in its xn-- form.",
        )
    return _plain(parts)


def _without_secret(url: str) -> str:
    """A URL that may be shown: what stands before an @ may be a password."""
    return f"…@{url.rpartition('@')[2]}" if "@" in url else url


def _plain(parts: SplitResult) -> str:
    # What stands behind # never leaves a browser.
    return parts._replace(fragment="").geturl()


def _checked_endpoint(endpoint: str) -> str:
    """`ADDRESS:PORT`, or `[ADDRESS]:PORT` for IPv6."""
    address, colon, port = endpoint.rpartition(":")
    bare = address[1:-1] if address.startswith("[") and address.endswith("]") else address
    is_address = bool(bare) and bare.isascii() and not set(bare) & set(" /@[]") and (":" not in bare or bare != address)
    if not (colon and is_address and port.isascii() and port.isdecimal() and 1 <= int(port) <= 65_535):
        raise InvalidInputError(
            f"“{endpoint}” is not an address with a port.", hint="For example: 127.0.0.1:5432, db:5432 or [::1]:5432"
        )
    return f"{address}:{int(port)}"


def _checked_command(command: str) -> str:
    return command


_TARGETS: Mapping[CheckKind, Callable[[str], str]] = {
    CheckKind.UNIT: _checked_unit,
    CheckKind.HTTP: _checked_url,
    CheckKind.TCP: _checked_endpoint,
    CheckKind.COMMAND: _checked_command,
    CheckKind.PROMETHEUS: _checked_url,
}
