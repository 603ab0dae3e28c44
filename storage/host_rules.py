"""What may be said about a host: every field checked, so that no name or address can do harm later."""

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any

import msgspec

from storage.errors import InvalidInputError
from storage.host import NewHost, Transport

TEXT_LIMIT = 255
PATH_LIMIT = 4096
INTERVAL_LIMIT_S = 86_400
LABEL_LIMIT = 64
"""Characters of a group or a tag."""
TAGS_LIMIT = 20
TOP_PROCESSES_LIMIT = 100
_IN_ORDER = tuple(field.name for field in fields(NewHost))
FIELDS = frozenset(_IN_ORDER)


def checked_host(said: Mapping[str, Any]) -> NewHost:
    """The host that these fields describe, its name in Unicode's composed form (NFC).

    Raises:
        InvalidInputError: a field that does not exist, is of the wrong type, or has a value that cannot be used.
    """
    if unknown := sorted(set(said) - FIELDS):
        raise InvalidInputError(
            f"A host has no “{unknown[0]}”.", hint=f"What can be said of one: {', '.join(sorted(FIELDS))}."
        )
    try:
        host = msgspec.convert(dict(said), NewHost)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"The host cannot be read: {error}.") from None
    _check_route(host)
    _check_numbers(host)
    return replace(host, name=checked_name(host.name), group=_checked_group(host.group), tags=checked_tags(host.tags))


def fields_of(host: NewHost) -> dict[str, Any]:
    """What a person decides about a host, by field, as JSON and the database take it."""
    return {name: _plain(getattr(host, name)) for name in _IN_ORDER}


def _plain(value: Any) -> Any:  # noqa: ANN401 - of any field
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def checked_name(name: str) -> str:
    """A host's name in composed form.

    Raises:
        InvalidInputError: empty, over 255 characters, not printable, with space around it, or like an option.
    """
    composed = unicodedata.normalize("NFC", name)
    _check_text("The name of a host", composed)
    return composed


def checked_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags in composed form, none twice.

    Raises:
        InvalidInputError: too many, or one that is empty, over 64 characters, not printable, or has a comma in it.
    """
    checked = tuple(dict.fromkeys(_checked_label("A tag", tag) for tag in tags))
    if len(checked) > TAGS_LIMIT:
        raise InvalidInputError(f"A host has {TAGS_LIMIT} tags at the most, and these are {len(checked)}.")
    return checked


def _checked_group(group: str | None) -> str | None:
    return None if group is None else _checked_label("The group", group)


def _checked_label(what: str, text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    _check_text(what, composed, limit=LABEL_LIMIT)
    if "," in composed:
        raise InvalidInputError(f"{what} has a comma in it: {composed}.", hint="Commas stand between tags.")
    return composed


def _check_route(host: NewHost) -> None:
    if host.transport is Transport.LOCAL:
        _check_local(host)
        return
    _check_text("The address of a host", host.address)
    _check_address(host.address)
    if host.username is not None:
        _check_text("The user name", host.username)
    if host.identity_file is not None:
        _check_text("The path of the key file", host.identity_file, limit=PATH_LIMIT)


def _check_local(host: NewHost) -> None:
    given = (host.address, host.port, host.username, host.identity_file, host.credential, host.compression)
    if any(given):
        raise InvalidInputError(
            "A local host is read directly, without SSH.",
            hint="Leave out its address, port, user name, key file and credential.",
        )


def _check_text(what: str, text: str, *, limit: int = TEXT_LIMIT) -> None:
    if not text or text != text.strip():
        raise InvalidInputError(f"{what} is empty or has space around it.")
    if len(text) > limit:
        raise InvalidInputError(f"{what} is longer than {limit} characters.")
    if not text.isprintable():
        raise InvalidInputError(f"{what} has characters in it that cannot be printed: {text!a}.")
    if text.startswith("-"):
        raise InvalidInputError(f"{what} begins with “-”, like an option: {text}.")


def _check_address(address: str) -> None:
    if " " in address or "/" in address:
        raise InvalidInputError(f"The address “{address}” has a space or a slash in it.", hint="Give the bare name.")
    if "@" in address:
        raise InvalidInputError(f"The address “{address}” has an “@” in it.", hint="Give the user name on its own.")
    if address.startswith("["):
        raise InvalidInputError(
            f"The address “{address}” is in brackets.", hint="Give an IPv6 address without them, the port on its own."
        )
    # Two colons and more are IPv6.
    if address.count(":") == 1:
        raise InvalidInputError(f"The address “{address}” has a port in it.", hint="Give the port on its own.")


def _check_numbers(host: NewHost) -> None:
    if host.port is not None and not 1 <= host.port <= 65_535:
        raise InvalidInputError(f"There is no port {host.port}.", hint="Ports go from 1 to 65535.")
    if host.interval_s is not None:
        check_interval(host.interval_s)
    if host.top_processes is not None and not 1 <= host.top_processes <= TOP_PROCESSES_LIMIT:
        raise InvalidInputError(
            f"The process table cannot have {host.top_processes} by CPU and as many by memory.",
            hint=f"From 1 to {TOP_PROCESSES_LIMIT}.",
        )


def check_interval(interval_s: float) -> None:
    """Raises InvalidInputError unless it is a number of seconds from 1 to 86400."""
    if not math.isfinite(interval_s) or not 1 <= interval_s <= INTERVAL_LIMIT_S:
        raise InvalidInputError(
            f"An interval of {interval_s} s cannot be used.", hint=f"Seconds from 1 to {INTERVAL_LIMIT_S}."
        )
