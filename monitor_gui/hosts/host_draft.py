"""What stands in the form of a host: what is wrong with it, field by field, and the host that it describes. Pure."""

import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from fleet.host_address import parse_address
from monitor_gui.hosts.reading_choice import ReadingChoice
from storage.errors import InvalidInputError
from storage.host import Host, NewHost, Transport
from storage.host_rules import (
    INTERVAL_LIMIT_S,
    LABEL_LIMIT,
    PATH_LIMIT,
    TAGS_LIMIT,
    TEXT_LIMIT,
    TOP_PROCESSES_LIMIT,
    checked_host,
    fields_of,
)
from storage.printable import printable
from storage.translation import _

SSH_PORT = 22
_SHOWN_LIMIT = 60
_USUAL = ReadingChoice()


class Field(StrEnum):
    """The fields of the form that can be wrong."""

    ADDRESS = "address"
    NAME = "name"
    USER = "username"
    PORT = "port"
    GROUP = "group"
    TAGS = "tags"
    IDENTITY = "identity_file"
    INTERVAL = "interval_s"
    TOP = "top_processes"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostDraft:
    """The form, as it was typed.

    Attributes:
        local: this machine, which is read without SSH; the fields about the way there do not count then.
        credential: name of a stored one.
        tags: with commas between them.
        interval: seconds as text; empty takes what is set for all.
        reading: how the host is read.
    """

    local: bool = False
    name: str = ""
    address: str = ""
    username: str = ""
    port: str = ""
    identity_file: str = ""
    credential: str | None = None
    group: str = ""
    tags: str = ""
    interval: str = ""
    enabled: bool = True
    reading: ReadingChoice = _USUAL


def draft_of(host: NewHost) -> HostDraft:
    """The form of a host that there is."""
    return HostDraft(
        local=host.transport is Transport.LOCAL,
        name=host.name,
        address=host.address,
        username=host.username or "",
        port=str(host.port or ""),
        identity_file=host.identity_file or "",
        credential=host.credential,
        group=host.group or "",
        tags=", ".join(host.tags),
        interval="" if host.interval_s is None else f"{host.interval_s:g}",
        enabled=host.enabled,
        reading=ReadingChoice(
            transport=Transport.SSH if host.transport is Transport.LOCAL else host.transport,
            reader=host.reader,
            top_processes=str(host.top_processes or ""),
            sudo=host.sudo,
            all_mounts=host.all_mounts,
            all_interfaces=host.all_interfaces,
            compression=host.compression,
        ),
    )


def tidied(draft: HostDraft) -> HostDraft:
    """Without space around what was typed, and with an address such as `root@10.0.0.7:2222` in its three fields."""
    draft = replace(
        draft,
        name=draft.name.strip(),
        address=draft.address.strip(),
        username=draft.username.strip(),
        port=draft.port.strip(),
        identity_file=draft.identity_file.strip(),
        group=draft.group.strip(),
        tags=", ".join(_tags(draft.tags)),
        interval=draft.interval.strip().replace(",", "."),
        reading=replace(draft.reading, top_processes=draft.reading.top_processes.strip()),
    )
    try:
        username, address, port = parse_address(draft.address.removeprefix("ssh ").strip())
    except InvalidInputError:
        return draft
    return replace(
        draft,
        address=address,
        username=username or draft.username,
        port=str(port) if port else draft.port,
    )


def proposed_name(address: str, taken: Iterable[str]) -> str:
    """A name for a host at that address: its first label where that is free; empty where the address is none."""
    tidy = tidied(HostDraft(address=address)).address
    if not tidy or _address_problem(tidy):
        return ""
    used = {name.casefold() for name in taken}
    names = [tidy] if _is_ip(tidy) else [tidy.partition(".")[0], tidy]
    names += [f"{tidy}-{number}" for number in range(2, len(used) + 3)]
    return next(name for name in names if name and name.casefold() not in used)


def problems(draft: HostDraft, hosts: Iterable[NewHost], own_name: str | None = None) -> dict[Field, str]:
    """What has to be mended, a sentence a field; empty when the draft describes a host.

    Args:
        draft: tidied.
        hosts: those registered.
        own_name: of the host that is being changed; its own name is not taken.
    """
    taken = {host.name for host in hosts} - {own_name}
    found = {
        Field.NAME: _name_problem(draft.name, taken),
        Field.GROUP: _label_problem(draft.group),
        Field.TAGS: _tags_problem(draft.tags),
        Field.INTERVAL: _interval_problem(draft.interval),
        Field.TOP: _top_problem(draft.reading.top_processes),
    }
    if not draft.local:
        found |= {
            Field.ADDRESS: _address_problem(draft.address),
            Field.USER: _text_problem(draft.username),
            Field.PORT: _port_problem(draft.port),
            Field.IDENTITY: _identity_problem(draft.identity_file),
        }
    return {field: sentence for field, sentence in found.items() if sentence}


def twin(draft: HostDraft, hosts: Iterable[NewHost], own_name: str | None = None) -> NewHost | None:
    """Another host that is reached in the very same way; that is allowed, but seldom meant."""
    for host in hosts:
        if host.name == own_name or (host.transport is Transport.LOCAL) != draft.local:
            continue
        there = (host.address.casefold(), host.port or SSH_PORT)
        if draft.local or there == (draft.address.casefold(), _port(draft.port) or SSH_PORT):
            return host
    return None


def new_host(draft: HostDraft) -> NewHost:
    """The host that a tidied draft describes. Raises InvalidInputError where `problems` has found something."""
    said: dict[str, Any] = {
        "name": draft.name,
        "enabled": draft.enabled,
        "interval_s": _interval(draft.interval),
        "group": draft.group or None,
        "tags": _tags(draft.tags),
        "reader": draft.reading.reader.value,
        "top_processes": _count(draft.reading.top_processes),
        "sudo": draft.reading.sudo,
        "all_mounts": draft.reading.all_mounts,
        "all_interfaces": draft.reading.all_interfaces,
    }
    if draft.local:
        return checked_host({**said, "transport": Transport.LOCAL.value})
    return checked_host(
        {
            **said,
            "address": draft.address,
            "username": draft.username or None,
            "port": _port(draft.port),
            "identity_file": draft.identity_file or None,
            "credential": draft.credential,
            "transport": draft.reading.transport.value,
            "compression": draft.reading.compression,
        }
    )


def changes(host: Host, draft: HostDraft) -> dict[str, Any]:
    """The fields in which a tidied draft differs from the host, with their new values."""
    said, was = fields_of(new_host(draft)), fields_of(host)
    return {name: value for name, value in said.items() if value != was[name]}


def changes_the_way(before: NewHost, after: NewHost) -> bool:
    """Whether the two are reached differently, so that a connection test of the one says nothing of the other."""
    way = ("address", "port", "username", "transport", "identity_file", "credential", "reader", "sudo", "compression")
    return any(getattr(before, name) != getattr(after, name) for name in way)


def _name_problem(name: str, taken: set[str]) -> str:
    if not name:
        return _("Give the host a name.")
    if name in taken:
        return _("There is a host “{name}” already.").format(name=printable(name, _SHOWN_LIMIT))
    return _text_problem(name)


def _address_problem(address: str) -> str:
    if not address:
        return _("Where is the host? A DNS name, an IP address, or a name from ~/.ssh/config.")
    if found := _text_problem(address):
        return found
    try:
        checked_host({"name": "x", "address": address})
    except InvalidInputError:
        return _("This is no address. Write it as for ssh: db1.example, root@10.0.0.7:2222, [2001:db8::1]:22.")
    return ""


def _text_problem(text: str, limit: int = TEXT_LIMIT) -> str:
    if len(text) > limit:
        return _("This is longer than {limit} characters.").format(limit=limit)
    if not text.isprintable():
        return _("There are characters in this that cannot be seen.")
    if text.startswith("-"):
        return _("This begins with “-”, like an option of a command.")
    return ""


def _label_problem(text: str) -> str:
    if "," in text:
        return _("A group has no comma in its name; commas stand between tags.")
    return _text_problem(text, LABEL_LIMIT)


def _tags_problem(text: str) -> str:
    tags = _tags(text)
    if len(tags) > TAGS_LIMIT:
        return _("A host has {limit} tags at the most.").format(limit=TAGS_LIMIT)
    return next((found for tag in tags if (found := _text_problem(tag, LABEL_LIMIT))), "")


def _port_problem(port: str) -> str:
    return "" if not port or _port(port) else _("From 1 to 65535.")


def _identity_problem(path: str) -> str:
    if path and not path.startswith(("/", "~", "-")):
        return _("Give the whole path of the key file, or one that begins with ~.")
    if path.endswith(".pub"):
        return _("This is the public half of the key; the private one is the file without “.pub”.")
    return _text_problem(path, PATH_LIMIT)


def _interval_problem(interval: str) -> str:
    seconds = _interval(interval)
    if not interval or (seconds is not None and 1 <= seconds <= INTERVAL_LIMIT_S):
        return ""
    return _("Seconds from 1 to {limit}.").format(limit=INTERVAL_LIMIT_S)


def _top_problem(count: str) -> str:
    number = _count(count)
    if not count or (number is not None and 1 <= number <= TOP_PROCESSES_LIMIT):
        return ""
    return _("From 1 to {limit}.").format(limit=TOP_PROCESSES_LIMIT)


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _tags(text: str) -> list[str]:
    return list(dict.fromkeys(tag for part in text.split(",") if (tag := part.strip())))


def _port(text: str) -> int | None:
    port = _count(text)
    return port if port is not None and 1 <= port <= 65_535 else None


def _interval(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def _is_ip(address: str) -> bool:
    try:
        ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return True
