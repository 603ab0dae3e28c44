"""Reads YAML into plain mappings, lists and texts: bounded, no tag is obeyed, and aliases are shared and not copied.

PyYAML's own loaders are not used: a small file of nested aliases and merges takes them all the memory there is.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from storage.errors import InvalidInputError
from storage.printable import printable

NODES_LIMIT = 1_000_000
DEPTH_LIMIT = 64
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MERGE = "<<"
_VAULT = "!vault"
# LibYAML is ten times as fast; where PyYAML was built without, its own reader says the same.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Secret:
    """Stands where the file has something encrypted."""


SECRET = Secret()


class YamlMap(dict[str, Any]):
    """A mapping: texts, None, `SECRET`, lists and mappings by name; `lines` tells where each name stands."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class YamlTree(NamedTuple):
    """A document: its value, and the names that a mapping has twice, with their lines. The later value counts."""

    value: Any
    repeated: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is not closed yet; `name` is that of a value to come."""

    value: YamlMap | list[Any]
    anchor: str | None
    name: str | None = None
    has_name: bool = False
    line: int = 0
    merges: list[YamlMap] = field(default_factory=list)


def read_yaml(text: str) -> YamlTree:
    """The first document of a text: `YamlMap`, list, str, None or `SECRET`. Every scalar stays the text that it is.

    Raises:
        InvalidInputError: it is no YAML, or larger or deeper than is looked at.
    """
    try:
        return _Builder().build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = "It" if mark is None else f"Line {mark.line + 1}"
        problem = printable(str(error.problem), 120)
        raise InvalidInputError(f"{where} is no YAML: {problem}.") from None
    except (yaml.YAMLError, UnicodeError):
        raise InvalidInputError("It is no YAML: it has characters that no text has.") from None


class _Builder:
    """Builds values out of events."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._nodes = 0
        self._root: Any = None
        self._repeated: list[tuple[str, int]] = []

    def build(self, events: Any) -> YamlTree:  # noqa: ANN401 - PyYAML has no types for them
        """The first document."""
        for event in events:
            self._count(1)
            if isinstance(event, yaml.ScalarEvent):
                self._put(_scalar(event), event.anchor, event)
            elif isinstance(event, yaml.AliasEvent):
                self._put(self._aliased(event), None, event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._begin(YamlMap() if isinstance(event, yaml.MappingStartEvent) else [], event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._end(event)
            elif isinstance(event, yaml.DocumentEndEvent):
                break
        return YamlTree(self._root, tuple(self._repeated))

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > NODES_LIMIT:
            raise InvalidInputError(f"The file has more than {NODES_LIMIT} values in it.", hint="Divide it.")

    def _aliased(self, event: Any) -> Any:  # noqa: ANN401 - as above
        if event.anchor not in self._anchors:
            line = event.start_mark.line + 1
            raise InvalidInputError(
                f"Line {line} refers to “{printable(str(event.anchor))}”, which is not complete there."
            )
        return self._anchors[event.anchor]

    def _begin(self, value: YamlMap | list[Any], event: Any) -> None:  # noqa: ANN401 - as above
        if len(self._open) >= DEPTH_LIMIT:
            raise InvalidInputError(f"Line {event.start_mark.line + 1} is nested deeper than {DEPTH_LIMIT} levels.")
        self._open.append(_Open(value, event.anchor, line=event.start_mark.line + 1))

    def _end(self, event: Any) -> None:  # noqa: ANN401 - as above
        done = self._open.pop()
        if isinstance(done.value, YamlMap):
            for merged in done.merges:
                self._count(len(merged))
                for name, value in merged.items():
                    done.value.setdefault(name, value)
                    done.value.lines.setdefault(name, merged.lines[name])
        self._put(done.value, done.anchor, event)

    def _put(self, value: Any, anchor: str | None, event: Any) -> None:  # noqa: ANN401 - as above
        if anchor is not None:
            self._anchors[anchor] = value
        if not self._open:
            self._root = value
            return
        around = self._open[-1]
        if isinstance(around.value, list):
            around.value.append(value)
        elif not around.has_name:
            # What is no text cannot name anything here; its value is dropped.
            around.name, around.has_name = value if isinstance(value, str) else None, True
            around.line = event.start_mark.line + 1
        else:
            self._assign(around, value)

    def _assign(self, around: _Open, value: Any) -> None:  # noqa: ANN401 - as above
        around.has_name = False
        if around.name is None or not isinstance(around.value, YamlMap):
            return
        if around.name == _MERGE:
            several = value if isinstance(value, list) else [value]
            around.merges += [each for each in several if isinstance(each, YamlMap)]
            return
        if around.name in around.value:
            self._repeated.append((around.name, around.line))
        around.value[around.name] = value
        around.value.lines[around.name] = around.line


def _scalar(event: yaml.ScalarEvent) -> str | Secret | None:
    if event.tag == _VAULT:
        return SECRET
    return None if not event.style and event.value in _NULLS else event.value
