"""Ansible inventories in the INI form. Pure."""

import re
import shlex
from collections.abc import Iterator

from fleet.host_sources.ansible_hosts import CONCEALED, hosts_of, is_secret
from fleet.host_sources.ansible_inventory import UNGROUPED, Inventory
from fleet.host_sources.ansible_range import host_names
from fleet.host_sources.candidate import SourceReading, Unusable, at_line
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.translation import _

LINE_LIMIT = 20_000
"""Characters of a line; splitting a long one takes 1 µs for each."""
_SECTION = re.compile(r"\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?")
_CHILD = re.compile(r"([^:\]\s]+)\s*(?:#.*)?")
_LITERAL = re.compile(r"""(?:(["'])(?P<quoted>(?:(?!\1).)*)\1|(?P<number>0x[0-9A-Fa-f]+|\d+))\s*(?:\#.*)?""")
_KINDS = frozenset({"hosts", "children", "vars"})


def read_ansible_ini(text: str) -> SourceReading:
    """The hosts of an inventory. A line that Ansible would refuse is told and passed over.

    Raises:
        InvalidInputError: over 20,000 hosts or 5,000 groups, or groups that go in a circle.
    """
    reading = _Reading()
    for number, line in enumerate(text.splitlines(), 1):
        reading.take(number, line.strip())
    return hosts_of(reading.inventory, reading.unusable, [])


class _Reading:
    """One pass over the lines."""

    def __init__(self) -> None:
        self.inventory = Inventory()
        self.unusable: list[Unusable] = []
        self._group, self._kind = UNGROUPED, "hosts"

    def take(self, number: int, line: str) -> None:
        """The next line. Raises InvalidInputError when there is too much of everything."""
        if not line or line[0] in "#;":
            return
        try:
            self._understand(line, at_line(number))
        except _BadLineError as error:
            self.unusable.append(Unusable(where=at_line(number), name=_shown_name(line), why=error.message))

    def _understand(self, line: str, where: str) -> None:
        if len(line) > LINE_LIMIT:
            raise _BadLineError(_("The line is longer than {limit} characters.").format(limit=LINE_LIMIT))
        if section := _SECTION.fullmatch(line):
            self._begin(section[1], section[2] or "hosts")
        elif line.startswith("[") and line.endswith("]"):
            self._kind = "unknown"
            raise _BadLineError(_("This is no section that Ansible knows; what follows it is passed over."))
        elif self._kind == "hosts":
            self._take_hosts(line, where)
        elif self._kind == "children":
            self._take_child(line)
        elif self._kind == "vars":
            self._take_variable(line)

    def _begin(self, group: str, kind: str) -> None:
        self._group, self._kind = group, kind
        if kind not in _KINDS:
            raise _BadLineError(_("This is no section that Ansible knows; what follows it is passed over."))
        self.inventory.group(group)

    def _take_child(self, line: str) -> None:
        child = _CHILD.fullmatch(line)
        if child is None:
            raise _BadLineError(_("The name of a group should stand here."))
        self.inventory.nest(child[1], self._group)

    def _take_variable(self, line: str) -> None:
        name, divider, value = line.partition("=")
        if not divider:
            raise _BadLineError(_("NAME=VALUE should stand here."))
        self.inventory.group(self._group).variables[name.strip()] = _value(name.strip(), value.strip())

    def _take_hosts(self, line: str, where: str) -> None:
        words = _words(line)
        if not words:
            return
        variables = dict(_assignments(words[1:]))
        try:
            names, port = host_names(words[0])
        except InvalidInputError as error:
            raise _BadLineError(error.message) from None
        own = {**({} if port is None else {"ansible_port": str(port)}), **variables}
        for name in names:
            host = self.inventory.host(name, where)
            self.inventory.put(host, self._group)
            self.inventory.spend(len(own))
            host.variables |= own


class _BadLineError(InvalidInputError):
    """One line cannot be used; the others can."""


def _words(line: str) -> list[str]:
    """A line of a host divided as a shell would, without its comment."""
    if not any(sign in line for sign in "\"'\\#"):
        return line.split()
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        raise _BadLineError(_("A quote is not closed.")) from None


def _assignments(words: list[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        name, divider, value = word.partition("=")
        if not divider:
            # Not the word itself: it may be a part of a password.
            raise _BadLineError(_("NAME=VALUE should stand behind the name of a host."))
        yield name, _value(name, value)


def _value(name: str, text: str) -> str:
    """A value without quotes around it, and without a comment behind what is a literal; of a password none."""
    if text and is_secret(name):
        return CONCEALED
    literal = _LITERAL.fullmatch(text)
    if literal is None:
        return text
    return literal["quoted"] if literal["quoted"] is not None else literal["number"]


def _shown_name(line: str) -> str:
    """The first word of a line: what follows may be a password."""
    return printable(line.split(None, 1)[0], 64)
