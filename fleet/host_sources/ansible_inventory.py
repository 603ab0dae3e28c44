"""An Ansible inventory, in whatever form: hosts, groups, variables, and which of them hold for a host. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from fleet.host_sources.candidate import check_count
from storage.errors import InvalidInputError
from storage.printable import printable

ALL, UNGROUPED = "all", "ungrouped"
GROUPS_LIMIT = 5_000
_EFFORT_LIMIT = 4_000_000
"""Steps over groups and variables; a plain inventory of 20,000 hosts takes a tenth of them."""

Variables = Mapping[str, str]


@dataclass(slots=True)
class InventoryHost:
    """A host of an inventory.

    Attributes:
        where: where it was named first.
        variables: its own.
        groups: those that name it, in the order of the file.
    """

    where: str
    variables: dict[str, str] = field(default_factory=dict)
    groups: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class InventoryGroup:
    """A group, its variables, and the groups that it belongs to."""

    variables: dict[str, str] = field(default_factory=dict)
    parents: dict[str, None] = field(default_factory=dict)


class Inventory:
    """What a reader has found so far. Bounded: no file makes it large or slow."""

    def __init__(self) -> None:
        self.hosts: dict[str, InventoryHost] = {}
        self.groups: dict[str, InventoryGroup] = {ALL: InventoryGroup()}
        self._effort = 0

    def group(self, name: str) -> InventoryGroup:
        """The group of that name; makes it."""
        found = self.groups.setdefault(name, InventoryGroup())
        if len(self.groups) > GROUPS_LIMIT:
            raise InvalidInputError(f"The inventory has more than {GROUPS_LIMIT} groups.", hint="Divide it.")
        return found

    def host(self, name: str, where: str) -> InventoryHost:
        """The host of that name; makes it."""
        found = self.hosts.get(name)
        if found is None:
            found = self.hosts[name] = InventoryHost(where)
            check_count(len(self.hosts))
        return found

    def put(self, host: InventoryHost, group: str) -> None:
        """Makes a host a member of a group."""
        self.group(group)
        self.spend(1)
        host.groups[group] = None

    def nest(self, child: str, parent: str) -> None:
        """Makes a group part of another one."""
        self.group(parent)
        self.spend(1)
        if parent != ALL:
            self.group(child).parents[parent] = None

    def spend(self, steps: int) -> None:
        """Raises InvalidInputError when working the inventory out has taken too many steps."""
        self._effort += steps
        if self._effort > _EFFORT_LIMIT:
            raise InvalidInputError(
                "The groups of the inventory are too entangled to be worked out.",
                hint="Have Ansible do it: ansible-inventory -i INVENTORY --list > hosts.json",
            )

    def memberships(self) -> Iterator[tuple[str, InventoryHost, list[str], dict[str, str]]]:
        """Each host with all of its groups but `all`, the most specific one first, and the variables that hold for it.

        As in Ansible a deeper group wins over a shallower one, among as deep ones the priority, then the later in the
        alphabet, and the host's own variables over all of them.

        Raises:
            InvalidInputError: a group belongs to itself, or there is too much of everything.
        """
        ancestors, depth = self._ancestry()
        known: dict[tuple[str, ...], tuple[list[str], dict[str, str]]] = {}
        for name, host in self.hosts.items():
            direct = tuple(host.groups)
            if direct not in known:
                known[direct] = self._of_groups(direct, ancestors, depth)
            groups, inherited = known[direct]
            self.spend(len(inherited) + len(groups))
            yield name, host, groups, {**inherited, **host.variables}

    def _of_groups(
        self, direct: Iterable[str], ancestors: Mapping[str, Mapping[str, None]], depth: Mapping[str, int]
    ) -> tuple[list[str], dict[str, str]]:
        groups: dict[str, None] = {}
        for group in direct:
            self.spend(len(ancestors[group]) + 1)
            groups |= {group: None, **ancestors[group]}
        groups.pop(ALL, None)
        variables = dict(self.groups[ALL].variables)
        for group in sorted(groups, key=lambda name: (depth[name], self._priority(name), name)):
            self.spend(len(self.groups[group].variables) + 1)
            variables |= self.groups[group].variables
        # Sorting is stable: of as deep ones the first in the file comes first.
        specific = sorted(groups, key=lambda name: -depth[name])
        return [group for group in specific if group != UNGROUPED], variables

    def _priority(self, group: str) -> int:
        said = self.groups[group].variables.get("ansible_group_priority", "1")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 1

    def _ancestry(self) -> tuple[dict[str, dict[str, None]], dict[str, int]]:
        """The groups around each group, and how deep each lies."""
        around: dict[str, dict[str, None]] = {}
        depth: dict[str, int] = {}
        for name in self._parents_first():
            group = self.groups[name]
            around[name] = {}
            for parent in group.parents:
                self.spend(len(around[parent]) + 1)
                around[name] |= {parent: None, **around[parent]}
            depth[name] = 0 if name == ALL else 1 + max((depth[parent] for parent in group.parents), default=0)
        return around, depth

    def _parents_first(self) -> list[str]:
        try:
            return list(TopologicalSorter({name: group.parents for name, group in self.groups.items()}).static_order())
        except CycleError as error:
            raise InvalidInputError(
                f"The group “{printable(error.args[1][0])}” belongs to itself, through its own children.",
                hint="Take it out of one of the groups that it is a child of.",
            ) from None
