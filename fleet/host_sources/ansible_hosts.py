"""What becomes of the hosts of an Ansible inventory here: which variables are taken over, and which never. Pure."""

import re
from typing import Any

from fleet.host_address import identity_path
from fleet.host_sources.ansible_inventory import Inventory, InventoryHost, Variables
from fleet.host_sources.candidate import Candidate, SourceReading, Unusable
from storage.errors import InvalidInputError
from storage.host import Transport
from storage.host_rules import TAGS_LIMIT, checked_tags
from storage.printable import printable
from storage.translation import _

# The last one that is there counts, as with Ansible's own plugin for SSH.
_ADDRESS = ("ansible_host", "ansible_ssh_host")
_PORT = ("ansible_port", "ansible_ssh_port")
_USER = ("ansible_user", "ansible_ssh_user")
_KEY = ("ansible_private_key_file", "ansible_ssh_private_key_file")
_ARGUMENTS = ("ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args")
_SECRET = re.compile(r"ansible_\w*pass(?:word|phrase)?", re.ASCII)
_OVER_SSH = frozenset(
    {"", "ssh", "smart", "paramiko", "paramiko_ssh", "ansible.builtin.ssh", "ansible.builtin.paramiko_ssh"}
)
_LOCAL = frozenset({"local", "ansible.builtin.local"})
_JUMP = re.compile(r"(?:ProxyJump[\s=]+|-J\s*)[\"']?([^\s\"']+)", re.IGNORECASE)
_COMMAND = re.compile(r"ProxyCommand", re.IGNORECASE)
_TEMPLATE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_TEXT_LIMIT = 4096
_NESTING_LIMIT = 8
CONCEALED = "concealed"
"""What a reader puts in the place of a password."""


def is_secret(variable: str) -> bool:
    """Whether a variable holds a password or a passphrase, which goes no further."""
    return _SECRET.fullmatch(variable) is not None


def hosts_of(inventory: Inventory, unusable: list[Unusable], notes: list[str]) -> SourceReading:
    """The hosts of an inventory. A password in it is neither taken over nor shown.

    Raises:
        InvalidInputError: its groups go in a circle, or are too entangled.
    """
    candidates = []
    refused = list(unusable)
    for name, host, groups, variables in inventory.memberships():
        try:
            candidates.append(_candidate(name, host, groups, variables))
        except InvalidInputError as error:
            refused.append(Unusable(where=host.where, name=printable(name), why=error.message))
    return SourceReading(candidates, refused, notes)


def _candidate(name: str, host: InventoryHost, groups: list[str], variables: Variables) -> Candidate:
    notes: list[str] = []
    said: dict[str, Any] = {"name": name, **_labels(groups, notes)}
    connection = variables.get("ansible_connection", "").lower()
    if connection in _LOCAL:
        said["transport"] = Transport.LOCAL
    elif connection in _OVER_SSH:
        said |= _Route(name, variables, notes).said()
    else:
        raise InvalidInputError(
            _("Ansible does not reach it over SSH, but by “{connection}”.").format(connection=printable(connection, 64))
        )
    if any(value and is_secret(variable) for variable, value in variables.items()):
        notes.append(_("It has a password in the inventory: not taken over. “watchpost credentials add” keeps one."))
    return Candidate(where=host.where, said=said, notes=tuple(notes))


class _Route:
    """The way to one host, as its variables have it."""

    def __init__(self, name: str, variables: Variables, notes: list[str]) -> None:
        self._name = name
        self._variables = {**variables, "inventory_hostname": name, "inventory_hostname_short": name.partition(".")[0]}
        self._notes = notes

    def said(self) -> dict[str, Any]:
        """Fields of `NewHost`. Raises InvalidInputError."""
        key = self._optional(_KEY, _("key file"))
        self._note_detours()
        return {
            "address": self._filled(self._last(_ADDRESS) or self._name, _("address")),
            "port": self._port(),
            "username": self._optional(_USER, _("user")),
            "identity_file": identity_path(key),
        }

    def _last(self, names: tuple[str, ...]) -> str | None:
        return next((self._variables[name] for name in reversed(names) if self._variables.get(name)), None)

    def _port(self) -> int | None:
        text = self._last(_PORT)
        if text is None:
            return None
        digits = self._filled(text, _("port")).strip()
        try:
            return int(digits[:8], 0)
        except ValueError:
            why = _("Its port is no number: “{text}”.").format(text=printable(digits, 32))
            raise InvalidInputError(why) from None

    def _optional(self, names: tuple[str, ...], what: str) -> str | None:
        """A value that a host can do without: one that only Ansible can work out is noted and left out."""
        text = self._last(names)
        try:
            return None if text is None else self._filled(text, what)
        except InvalidInputError as error:
            self._notes.append(error.message)
            return None

    def _filled(self, text: str, what: str) -> str:
        """A text with the plain variables in it put in their places."""
        for _step in range(_NESTING_LIMIT):
            filled = _TEMPLATE.sub(lambda found: self._variables.get(found[1]) or found[0], text)
            if len(filled) > _TEXT_LIMIT or filled == text:
                break
            text = filled
        if "{{" in text or "{%" in text or len(text) > _TEXT_LIMIT:
            raise InvalidInputError(_("Only Ansible can work out its {what}: it is a template.").format(what=what))
        return text

    def _note_detours(self) -> None:
        arguments = " ".join(self._variables.get(name, "") for name in _ARGUMENTS)[:_TEXT_LIMIT]
        if jump := _JUMP.search(arguments):
            words = _("Its jump host {jump} is not taken over: give it as ProxyJump in ~/.ssh/config.")
            self._notes.append(words.format(jump=printable(jump[1], 128)))
        elif _COMMAND.search(arguments):
            self._notes.append(_("Its ProxyCommand is not taken over: give it in ~/.ssh/config."))


def _labels(groups: list[str], notes: list[str]) -> dict[str, Any]:
    """The most specific group as the group, the others as tags; what can be no label is noted and left out."""
    labels = [group for group in groups if _is_label(group)]
    left_out = [group for group in groups if not _is_label(group)] + labels[TAGS_LIMIT + 1 :]
    if left_out:
        words = _("Some of its groups are left out: {names}.")
        notes.append(words.format(names=printable(", ".join(left_out[:5]), 128)))
    if not labels:
        return {}
    return {"group": labels[0], "tags": tuple(labels[1 : TAGS_LIMIT + 1])}


def _is_label(text: str) -> bool:
    try:
        return bool(checked_tags((text,)))
    except InvalidInputError:
        return False
