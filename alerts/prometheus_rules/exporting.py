"""Writes rules as a Prometheus rule file, such that they come back as they were. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import yaml

from alerts.prometheus_rules import extras
from alerts.prometheus_rules.durations import format_duration
from alerts.prometheus_rules.importing import SEVERITY, import_rules
from alerts.prometheus_rules.refusal import RuleFileError
from alerts.prometheus_rules.rule_file import is_label_name
from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Level, NewRule, Scope
from alerts.rules.signal import Function, Signal
from storage.printable import printable

GROUP = "watchpost"
NEVER = "vector(0) > 0"
"""Stands for what PromQL cannot say."""
_OVER_TIME = {
    Function.AVERAGE: "avg_over_time",
    Function.LOWEST: "min_over_time",
    Function.HIGHEST: "max_over_time",
    Function.CHANGE: "deriv",
}
_META = re.compile(r"([\\.+*?()|\[\]{}^$])")
_HEADER = (
    "# Alert rules of Watchpost. What PromQL cannot say of a rule stands in its annotation\n"
    f"# “{extras.ANNOTATION}”: Prometheus makes nothing of it, and Watchpost reads it when it imports this file.\n"
)


def export_rules(rules: Iterable[NewRule]) -> str:
    """A rule file that Prometheus loads, and that `import_rules` makes the same rules of.

    A rule with two levels becomes two, with the label `severity`.
    """
    parts = [_HEADER, f"groups:\n- name: {GROUP}\n  rules:"]
    items = [item for rule in rules for item in _items(rule)]
    return "\n".join(["".join(parts), *items]) + "\n" if items else f"{_HEADER}groups: []\n"


def promql_of(rule: NewRule) -> str | None:
    """The expression for one level of a rule; None where PromQL has none."""
    level = rule.warning or rule.critical
    value = _value(rule.signal, rule.scope)
    if value is None or level is None or not rule.enabled:
        return None
    if rule.signal.function is Function.UNREACHABLE:
        return f"{value} == 0"
    plain_absence = rule.signal.function is Function.ABSENCE and rule.comparison is Comparison.ABOVE
    if plain_absence and level.limit == 0 and rule.signal.scale == 1 and not rule.signal.offset:
        return value
    return f"{_moved(value, rule.signal)} {rule.comparison.value} {_number(level.limit)}"


def _items(rule: NewRule) -> list[str]:
    levels = [("warning", replace(rule, critical=None)), ("critical", replace(rule, warning=None))]
    return [_item(one, severity) for severity, one in levels if (one.warning or one.critical) is not None]


def _item(rule: NewRule, severity: str) -> str:
    expression = promql_of(rule)
    unsaid = "" if expression is not None else _why_not(rule)
    entry = _entry(rule, severity, expression or NEVER)
    missing = extras.differing(rule, _as_it_comes_back(entry, rule))
    if missing:
        entry["annotations"] = entry.get("annotations", {}) | {extras.ANNOTATION: missing}
    text = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=10_000)
    comment = f"  # {unsaid}\n" if unsaid else ""
    return comment + "\n".join(f"  {line}" if line else "" for line in text.rstrip("\n").split("\n"))


def _why_not(rule: NewRule) -> str:
    what = "It is switched off" if not rule.enabled else f"PromQL has nothing for “{rule.signal.function}”"
    return f"{what}, so Prometheus never fires “{printable(rule.name, 100)}”."


def _entry(rule: NewRule, severity: str, expression: str) -> dict[str, Any]:
    of_reach = rule.signal.function is Function.UNREACHABLE
    level = rule.warning or rule.critical or Level(0.0)
    hold_s = level.limit if of_reach and level.limit > 0 else rule.hold_s
    labels = {name: value for name, value in rule.labels if is_label_name(name) and "{{" not in value}
    entry: dict[str, Any] = {"alert": rule.name, "expr": expression}
    if hold_s > 0:
        entry["for"] = format_duration(hold_s)
    if rule.keep_firing_s > 0:
        entry["keep_firing_for"] = format_duration(rule.keep_firing_s)
    entry["labels"] = labels | {SEVERITY: labels.get(SEVERITY, severity)}
    annotations = {name: text for name, text in rule.annotations if is_label_name(name)}
    return entry | ({"annotations": annotations} if annotations else {})


def _as_it_comes_back(entry: dict[str, Any], rule: NewRule) -> NewRule | None:
    """What is made of an entry without an annotation of ours; None where nothing is."""
    text = yaml.safe_dump({"groups": [{"name": GROUP, "rules": [entry]}]}, sort_keys=False, allow_unicode=True)
    try:
        found = import_rules(text, file=rule.source, retention_s=float("inf"))
    except RuleFileError:
        return None
    return found.mapped[0] if found.mapped else None


def _value(signal: Signal, scope: Scope) -> str | None:
    chosen = (*signal.matchers, *_on_hosts(scope))
    selector = signal.metric + ("{" + ", ".join(map(str, chosen)) + "}" if chosen else "")
    window = format_duration(signal.window_s)
    match signal.function:
        case Function.LATEST | Function.UNREACHABLE:
            return selector
        case Function.AGE:
            return f"time() - {selector}"
        case Function.ABSENCE:
            return f"absent_over_time({selector}[{window}])"
        case Function.FORECAST:
            return f"predict_linear({selector}[{window}], {_number(signal.horizon_s)})"
        case Function.DEPARTURE:
            return None
    return f"{_OVER_TIME[signal.function]}({selector}[{window}])"


def _on_hosts(scope: Scope) -> tuple[Matcher, ...]:
    """One condition; hosts that are named in two ways come back by the annotation."""
    for label, names in (("instance", scope.hosts), ("group", scope.groups), ("tag", scope.tags)):
        if len(names) == 1:
            return (Matcher(label, Operator.EQUAL, names[0]),)
        if names:
            return (Matcher(label, Operator.MATCHES, "|".join(_META.sub(r"\\\1", name) for name in names)),)
    return ()


def _moved(value: str, signal: Signal) -> str:
    text = f"({value})" if signal.function is Function.AGE and signal.scale != 1 else value
    if signal.scale != 1:
        text = f"{text} * {_number(signal.scale)}"
    return f"{text} + {_number(signal.offset)}" if signal.offset else text


def _number(value: float) -> str:
    whole = float(value).is_integer() and abs(value) < 1e15
    return f"{value:.0f}" if whole else repr(float(value))
