"""A rule file as it is written: groups of rules, every field checked as Prometheus does, nothing understood yet."""

import re
from dataclasses import dataclass

from alerts.prometheus_rules.durations import parse_duration
from alerts.prometheus_rules.refusal import Reason, Refusal, RuleFileError
from alerts.prometheus_rules.yaml_nodes import Mapping, Node, Scalar, Sequence, YamlError, read_nodes
from storage.errors import InvalidInputError
from storage.printable import printable

Texts = tuple[tuple[str, str], ...]

RULES_LIMIT = 2000
_FILE = frozenset({"groups"})
_GROUP = frozenset({"name", "interval", "limit", "query_offset", "labels", "rules"})
_RULE = frozenset({"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"})
_RECORDED = frozenset({"record", "expr", "labels"})
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
METRIC_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRule:
    """One rule of a file.

    Attributes:
        name: of the alert, or the metric that is recorded.
        records: whether it records a metric and alerts of nothing.
        expr: PromQL, unparsed.
        line: where the rule begins.
        expr_line: where its expression is.
        hold_s: its `for`.
        labels: of the group and the rule.
    """

    name: str
    records: bool
    expr: str
    line: int
    expr_line: int
    hold_s: float = 0.0
    keep_firing_s: float = 0.0
    labels: Texts = ()
    annotations: Texts = ()


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What a file says.

    Attributes:
        name: of the file.
        rules: of all groups, in order.
        limited: groups with a `limit`, which is not kept here.
    """

    name: str
    rules: tuple[WrittenRule, ...]
    limited: tuple[str, ...] = ()


def read_rule_file(text: str, file: str) -> RuleFile:
    """What a rule file says.

    Raises:
        RuleFileError: it is no YAML, or no rule file; with every fault that was found.
    """
    try:
        root = read_nodes(text)
    except YamlError as error:
        fault = Refusal(file, error.line, "", Reason.MALFORMED, error.message, error.hint)
        raise RuleFileError((fault,)) from None
    return _Reader(file).read(root)


def is_label_name(name: str) -> bool:
    """Whether every Prometheus takes it for the name of a label."""
    return _LABEL.fullmatch(name) is not None


class _Reader:
    """Walks the nodes and gathers faults, so that all of them are told at once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._faults: list[Refusal] = []
        self._rules: list[WrittenRule] = []
        self._limited: list[str] = []

    def read(self, root: Node | None) -> RuleFile:
        for group in self._items(self._entries(root or Scalar(1, None), _FILE, "The file"), "groups"):
            self._read_group(group)
        if len(self._rules) > RULES_LIMIT:
            self._fault(1, f"The file has more than {RULES_LIMIT} rules.", hint="Divide it.")
        if self._faults:
            raise RuleFileError(tuple(sorted(self._faults, key=lambda fault: fault.line)))
        return RuleFile(self._file, tuple(self._rules), tuple(self._limited))

    def _read_group(self, node: Node) -> None:
        group = self._entries(node, _GROUP, "A group")
        name = self._text(group, "name", needed="A group")
        self._duration(group, "interval")
        self._duration(group, "query_offset")
        if self._text(group, "limit") not in ("", "0"):
            self._limited.append(name)
        labels = self._texts(group, "labels")
        for rule in self._items(group, "rules"):
            self._read_rule(rule, labels)

    def _read_rule(self, node: Node, outer: Texts) -> None:
        before = len(self._faults)
        rule = self._entries(node, _RULE, "A rule")
        if len(self._faults) > before:
            return
        named = [key for key in ("alert", "record") if key in rule.entries]
        if len(named) != 1:
            self._fault(rule.line, "A rule has either “alert” or “record”.")
            return
        name = self._text(rule, named[0], needed="A rule")
        records = named[0] == "record"
        if records:
            self._check_recorded(rule, name)
        written = WrittenRule(
            name=name,
            records=records,
            expr=self._text(rule, "expr", needed=f"“{printable(name, 60)}”"),
            line=rule.line,
            expr_line=rule.lines.get("expr", rule.line),
            hold_s=self._duration(rule, "for"),
            keep_firing_s=self._duration(rule, "keep_firing_for"),
            labels=tuple((dict(outer) | dict(self._texts(rule, "labels"))).items()),
            annotations=self._texts(rule, "annotations"),
        )
        if len(self._faults) == before:
            self._rules.append(written)

    def _check_recorded(self, rule: Mapping, name: str) -> None:
        if not METRIC_NAME.fullmatch(name):
            self._fault(rule.lines["record"], f"“{printable(name, 60)}” is no name for a metric.")
        for extra in sorted(set(rule.entries) - _RECORDED):
            self._fault(rule.lines[extra], f"A rule with “record” has no “{extra}”.")

    def _entries(self, node: Node, known: frozenset[str], what: str) -> Mapping:
        if not isinstance(node, Mapping):
            self._fault(node.line, f"{what} is a mapping: {', '.join(sorted(known))}.")
            return Mapping(node.line)
        for name in node.entries:
            if name not in known:
                self._fault(
                    node.lines[name],
                    f"{what} has no “{printable(name, 60)}”.",
                    hint=f"What there is: {', '.join(sorted(known))}.",
                )
        return node

    def _items(self, around: Mapping, name: str) -> list[Node]:
        node = around.entries.get(name, Scalar(around.line, None))
        if isinstance(node, Sequence):
            return node.items
        if not (isinstance(node, Scalar) and node.text is None):
            self._fault(node.line, f"“{name}” is a list.")
        return []

    def _text(self, around: Mapping, name: str, *, needed: str = "") -> str:
        node = around.entries.get(name, Scalar(around.line, None))
        if not isinstance(node, Scalar):
            self._fault(node.line, f"“{name}” is one text.")
            return ""
        if needed and not (node.text or "").strip():
            self._fault(node.line, f"{needed} has no “{name}”.")
        return node.text or ""

    def _texts(self, around: Mapping, name: str) -> Texts:
        node = around.entries.get(name, Scalar(around.line, None))
        if isinstance(node, Scalar) and node.text is None:
            return ()
        if not isinstance(node, Mapping):
            self._fault(node.line, f"“{name}” is a mapping of texts.")
            return ()
        for label in node.entries:
            if not is_label_name(label) or (name == "labels" and label == "__name__"):
                self._fault(node.lines[label], f"“{printable(label, 60)}” is no name of {name[:-1]}s.")
        return tuple((label, self._text(node, label)) for label in node.entries)

    def _duration(self, around: Mapping, name: str) -> float:
        text = self._text(around, name)
        if not text:
            return 0.0
        try:
            return parse_duration(text)
        except InvalidInputError as error:
            self._fault(around.lines[name], f"“{name}”: {error.message}", hint=error.hint)
            return 0.0

    def _fault(self, line: int, message: str, *, hint: str = "") -> None:
        self._faults.append(Refusal(self._file, line, "", Reason.MALFORMED, message, hint))
