"""Ansible inventories in YAML, and in the JSON that `ansible-inventory --list` prints. Pure."""

import json
from typing import Any

from fleet.host_sources.ansible_hosts import CONCEALED, hosts_of, is_secret
from fleet.host_sources.ansible_inventory import ALL, Inventory
from fleet.host_sources.ansible_range import host_names
from fleet.host_sources.candidate import SourceReading, Unusable, at_line
from fleet.host_sources.yaml_tree import YamlMap, read_yaml
from storage.errors import InvalidInputError
from storage.printable import printable
from storage.translation import _

_HINT = "Have Ansible write it out: ansible-inventory -i INVENTORY --list -y > hosts.yml"
_META = "_meta"
_UNSAFE = "__ansible_unsafe"
_PARTS = ("hosts", "vars", "children")
NOTES_LIMIT = 20
_VISIT = 100
"""Steps of looking at a group once; aliases may lead to the same one again and again."""


def read_ansible_yaml(text: str) -> SourceReading:
    """The hosts of an inventory in YAML.

    Raises:
        InvalidInputError: it is no YAML or no inventory, it is for a plugin, or it is larger than is looked at.
    """
    tree = read_yaml(text)
    words = _("{where} has “{name}” once more; only the later one counts, as with Ansible.")
    notes = [words.format(where=at_line(line), name=printable(name, 64)) for name, line in tree.repeated[:NOTES_LIMIT]]
    return _Reading(notes).read(tree.value)


def read_ansible_json(text: str) -> SourceReading:
    """The hosts of what `ansible-inventory --list` or a dynamic inventory prints. Raises as `read_ansible_yaml`."""
    try:
        tree = json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_json_map)
    except json.JSONDecodeError as error:
        raise InvalidInputError(f"Line {error.lineno} is no JSON: {error.msg}.") from None
    except RecursionError:
        raise InvalidInputError("It is nested too deep.") from None
    return _Reading([]).read(tree)


class _Reading:
    """One pass over the groups."""

    def __init__(self, notes: list[str]) -> None:
        self._inventory = Inventory()
        self._unusable: list[Unusable] = []
        self._notes = dict.fromkeys(notes)

    def read(self, tree: Any) -> SourceReading:  # noqa: ANN401 - whatever the file has
        """The hosts of all groups."""
        if not isinstance(tree, YamlMap):
            raise InvalidInputError("It is no inventory: groups by name should stand at the top.", hint=_HINT)
        if "plugin" in tree and not isinstance(tree["plugin"], YamlMap):
            raise InvalidInputError(
                "It does not list hosts: it tells an Ansible plugin where to find them.", hint=_HINT
            )
        todo: list[tuple[str, Any, str]] = [(name, tree[name], "") for name in tree if name != _META]
        # A stack of our own: aliases may nest groups deeper than Python can call.
        todo.reverse()
        while todo:
            name, content, parent = todo.pop()
            todo += reversed(self._take_group(name, content, parent))
        self._take_variables_of_hosts(tree.get(_META))
        return hosts_of(self._inventory, self._unusable, list(self._notes))

    def _take_group(self, name: str, content: Any, parent: str) -> list[tuple[str, Any, str]]:  # noqa: ANN401
        """Notes a group; returns its children with what they have."""
        self._inventory.spend(_VISIT)
        self._inventory.group(name)
        if parent:
            self._inventory.nest(name, parent)
        if isinstance(content, list):
            content = _as_map("hosts", content)
        if content and not (isinstance(content, YamlMap) and any(part in content for part in _PARTS)):
            self._note(_("“{name}” is no group: it has no hosts, vars or children.").format(name=printable(name, 64)))
        if not isinstance(content, YamlMap):
            return []
        self._inventory.group(name).variables.update(self._texts(content.get("vars")))
        self._take_hosts(name, _by_name(content.get("hosts")))
        children = _by_name(content.get("children"))
        self._inventory.spend(len(children))
        return [(child, children[child], name) for child in children if child != ALL]

    def _take_hosts(self, group: str, hosts: YamlMap) -> None:
        for pattern, said in hosts.items():
            where = at_line(hosts.lines[pattern]) if pattern in hosts.lines else ""
            try:
                names, port = host_names(pattern)
            except InvalidInputError as error:
                self._unusable.append(Unusable(where=where, name=printable(pattern), why=error.message))
                continue
            own = {**({} if port is None else {"ansible_port": str(port)}), **self._texts(said)}
            for name in names:
                host = self._inventory.host(name, where)
                self._inventory.put(host, group)
                self._inventory.spend(len(own) + 1)
                host.variables |= own

    def _take_variables_of_hosts(self, meta: Any) -> None:  # noqa: ANN401 - whatever the file has
        of_hosts = meta.get("hostvars") if isinstance(meta, YamlMap) else None
        for name, said in _by_name(of_hosts).items():
            if name in self._inventory.hosts:
                self._inventory.hosts[name].variables |= self._texts(said)

    def _texts(self, said: Any) -> dict[str, str]:  # noqa: ANN401 - as above
        """Those variables that are plain texts; a password only as the fact that it is there."""
        if not isinstance(said, YamlMap):
            return {}
        self._inventory.spend(len(said) + 1)
        texts = {name: _text(value, is_secret=is_secret(name)) for name, value in said.items()}
        return {name: text for name, text in texts.items() if text is not None}

    def _note(self, text: str) -> None:
        if len(self._notes) < NOTES_LIMIT:
            self._notes[text] = None


def _text(value: Any, *, is_secret: bool) -> str | None:  # noqa: ANN401 - as above
    if is_secret and value:
        return CONCEALED
    if isinstance(value, YamlMap) and isinstance(value.get(_UNSAFE), str):
        value = value[_UNSAFE]
    return value if isinstance(value, str) else None


def _by_name(value: Any) -> YamlMap:  # noqa: ANN401 - as above
    """Hosts or children by name; a single one may be a text, and scripts print lists."""
    if isinstance(value, YamlMap):
        return value
    several = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    found = YamlMap()
    found.update((name, None) for name in several if isinstance(name, str))
    return found


def _as_map(name: str, value: Any) -> YamlMap:  # noqa: ANN401 - as above
    found = YamlMap()
    found[name] = value
    return found


def _json_map(pairs: list[tuple[str, Any]]) -> YamlMap:
    found = YamlMap()
    found.update(pairs)
    return found
