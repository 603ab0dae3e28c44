"""Reads YAML into nodes that know their lines: bounded, without aliases and tags, no name twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from storage.errors import InvalidInputError
from storage.printable import printable

SIZE_LIMIT = 1_000_000
"""Characters."""
DEPTH_LIMIT = 12
# LibYAML is ten times as fast; where PyYAML was built without, its own reader says the same.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, as it stands in the file; None where nothing does."""

    line: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Values by name; `lines` tells where each name stands."""

    line: int
    entries: dict[str, "Node"] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


class YamlError(InvalidInputError):
    """It is no YAML that is read here.

    Attributes:
        line: where it is, from 1.
    """

    def __init__(self, line: int, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line


def read_nodes(text: str) -> Node | None:
    """The document of a text; None for an empty one.

    Raises:
        YamlError: it is no YAML, larger or deeper than is looked at, or has aliases, tags, a second document, or the
            same name twice.
    """
    if len(text) > SIZE_LIMIT:
        raise YamlError(1, f"The file has more than {SIZE_LIMIT} characters.", hint="Divide it.")
    events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
    try:
        return _Builder().build(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problem = printable(str(error.problem), 120)
        raise YamlError(1 if mark is None else mark.line + 1, f"It is no YAML: {problem}.") from None
    except (yaml.YAMLError, UnicodeError):
        raise YamlError(1, "It is no YAML: it has characters that no text has.") from None


class _Builder:
    """Builds nodes out of events, without recursion."""

    def __init__(self) -> None:
        self._open: list[Sequence | Mapping] = []
        self._names: list[tuple[str, int] | None] = []
        self._root: Node | None = None
        self._documents = 0

    def build(self, events: Iterator[Any]) -> Node | None:
        """The only document."""
        for event in events:
            self._take(event, event.start_mark.line + 1)
        return self._root

    def _take(self, event: Any, line: int) -> None:  # noqa: ANN401 - PyYAML has no types for events
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise YamlError(line, "A second document begins here, and a rule file has one.")
        elif isinstance(event, yaml.AliasEvent):
            raise YamlError(line, "Aliases (`*name`) are not read.", hint="Write what it stands for.")
        elif isinstance(event, yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if event.tag not in (None, "!"):
                raise YamlError(line, f"The tag “{printable(event.tag, 60)}” is not read.", hint="Leave it out.")
            self._begin(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._names.pop()
            self._put(self._open.pop())

    def _begin(self, event: Any, line: int) -> None:  # noqa: ANN401 - as above
        if isinstance(event, yaml.ScalarEvent):
            nothing = not event.style and event.value in _NULLS
            self._put(Scalar(line, None if nothing else event.value))
            return
        if len(self._open) >= DEPTH_LIMIT:
            raise YamlError(line, f"It is nested deeper than {DEPTH_LIMIT} levels.")
        self._open.append(Mapping(line) if isinstance(event, yaml.MappingStartEvent) else Sequence(line))
        self._names.append(None)

    def _put(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        around, name = self._open[-1], self._names[-1]
        if isinstance(around, Sequence):
            around.items.append(node)
        elif name is None:
            self._names[-1] = self._name(around, node)
        else:
            around.entries[name[0]] = node
            around.lines[name[0]] = name[1]
            self._names[-1] = None

    def _name(self, around: Mapping, node: Node) -> tuple[str, int]:
        if not isinstance(node, Scalar) or node.text is None:
            raise YamlError(node.line, "What stands before the colon is no name.")
        if node.text in around.entries:
            first = around.lines[node.text]
            raise YamlError(node.line, f"“{printable(node.text, 60)}” stands here twice, first in line {first}.")
        return node.text, node.line
