"""Rules in words and as JSON. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from alerts.prometheus_rules.durations import format_duration
from alerts.prometheus_rules.exporting import promql_of
from alerts.rules.humanized import humanize1024, plain
from alerts.rules.override import Override, Own, PlacedOverride
from alerts.rules.rule import Comparison, Level, NewRule, Rule, Scope
from alerts.rules.signal import Function, Signal
from storage.alerting.threshold_rows import ThresholdScope
from storage.catalogue import CATALOGUE, Unit
from storage.printable import printable
from watchpost.console import table

_LIMIT = 4000
_CELL_LIMIT = 60
"""Of what a table tells in part; `alerts rules show` has it whole."""
_UNITS = {Unit.PERCENT: " %", Unit.SECONDS: " s", Unit.CELSIUS: " °C", Unit.WATTS: " W", Unit.PER_SECOND: "/s"}
_SIZES = {Unit.BYTES: "B", Unit.BYTES_PER_SECOND: "B/s"}
_IN_SECONDS = frozenset({Function.AGE, Function.UNREACHABLE})
_IN_ITS_UNIT = frozenset({Function.LATEST, Function.AVERAGE, Function.LOWEST, Function.HIGHEST, Function.FORECAST})
_OPPOSITE = {
    Comparison.ABOVE: Comparison.AT_MOST,
    Comparison.AT_LEAST: Comparison.BELOW,
    Comparison.BELOW: Comparison.AT_LEAST,
    Comparison.AT_MOST: Comparison.ABOVE,
}

Names = Mapping[int, str]
"""Of hosts, by id."""


def signal_text(signal: Signal) -> str:
    """What is looked at, much as PromQL has it: `average(load1[10m])`."""
    chosen = "{" + ", ".join(map(str, signal.matchers)) + "}" if signal.matchers else ""
    text = f"{signal.metric}{chosen}"
    if signal.window_s:
        text += f"[{format_duration(signal.window_s)}]"
    if signal.horizon_s:
        text += f", {format_duration(signal.horizon_s)}"
    if signal.function not in (Function.LATEST, Function.UNREACHABLE):
        text = f"{signal.function}({text})"
    if signal.scale != 1:
        text += f" * {plain(signal.scale)}"
    return printable(f"{text} + {plain(signal.offset)}" if signal.offset else text, _LIMIT)


def value_text(value: float, signal: Signal) -> str:
    """A number with its unit, where it has one: `80 %`, `1MiB/s`."""
    if signal.function in _IN_SECONDS:
        return f"{plain(value)} s"
    metric = CATALOGUE.get(signal.metric)
    if metric is None or signal.function not in _IN_ITS_UNIT or (signal.scale, signal.offset) != (1, 0):
        return plain(value)
    if metric.unit in _SIZES:
        return f"{humanize1024(value)}{_SIZES[metric.unit]}"
    return f"{plain(value)}{_UNITS.get(metric.unit, '')}"


def level_text(level: Level | None, rule: NewRule) -> str:
    """From when on it is too much, and when it is well again: `> 80 %, well at <= 75 %`; a dash for no level."""
    if level is None:
        return "-"
    text = f"{rule.comparison.value} {value_text(level.limit, rule.signal)}"
    if level.clear is None or level.clear == level.limit:
        return text
    return f"{text}, well at {_OPPOSITE[rule.comparison].value} {value_text(level.clear, rule.signal)}"


def scope_text(scope: Scope) -> str:
    """Which hosts: `every host`, `group web, host db1`."""
    kinds = (("group", scope.groups), ("tag", scope.tags), ("host", scope.hosts))
    named = [f"{kind} {name}" for kind, names in kinds for name in names]
    return printable(", ".join(named) or "every host", _LIMIT)


def place_text(placed: PlacedOverride, names: Names) -> str:
    """For whom it is otherwise: `host db1`, `group Postgres`."""
    if placed.scope is not ThresholdScope.HOST:
        return printable(f"{placed.scope} {placed.target}", _LIMIT)
    return printable(f"host {_host_name(placed.target, names)}", _LIMIT)


def override_text(override: Override, rule: NewRule) -> str:
    """What is otherwise: `warning > 90 %, for 10m`, or `off`."""
    if override.off:
        return "off"
    parts = []
    for word, level in (("warning", override.warning), ("critical", override.critical)):
        if not isinstance(level, Own):
            parts.append(f"{word} {level_text(level, rule)}" if level is not None else f"no {word}")
    if override.hold_s is not None:
        parts.append(f"for {format_duration(override.hold_s)}")
    return ", ".join(parts)


def rules_table(rules: Iterable[tuple[Rule, int]]) -> Table:
    """A line a rule: with the number of places where it is otherwise."""
    lines = table("NAME", "LOOKS AT", "WARNING", "CRITICAL", "FOR", "HOSTS", "FROM", "IS")
    for rule, elsewhere in rules:
        where = printable(scope_text(rule.scope), _CELL_LIMIT) + (f"; otherwise in {elsewhere}" if elsewhere else "")
        cells = (
            printable(rule.name),
            printable(signal_text(rule.signal), _CELL_LIMIT),
            level_text(rule.warning, rule),
            level_text(rule.critical, rule),
            format_duration(rule.hold_s),
            where,
            source_text(rule.source),
            "on" if rule.enabled else "off",
        )
        lines.add_row(*(Text(cell, "" if rule.enabled else "dim") for cell in cells))
    return lines


def source_text(source: str) -> str:
    """Where a rule came from; a dash for a person."""
    return printable(source) or "-"


def rule_lines(rule: Rule, elsewhere: Iterable[PlacedOverride], names: Names) -> list[Text]:
    """All that is known of a rule, a line each."""
    facts = [
        ("looks at", signal_text(rule.signal)),
        ("warning", level_text(rule.warning, rule)),
        ("critical", level_text(rule.critical, rule)),
        ("for", format_duration(rule.hold_s)),
        ("keeps firing", format_duration(rule.keep_firing_s)),
        ("hosts", scope_text(rule.scope)),
        *(("otherwise", f"{place_text(each, names)}: {override_text(each.override, rule)}") for each in elsewhere),
        *(("label", f"{name}={value}") for name, value in rule.labels),
        *rule.annotations,
        ("from", source_text(rule.source)),
        ("is", "on" if rule.enabled else "off"),
        ("in PromQL", promql_of(rule) or "cannot be said"),
    ]
    head = Text(printable(rule.name), "bold")
    return [head, *(Text(f"  {name:<16}{printable(text, _LIMIT)}") for name, text in facts)]


def rule_as_json(rule: Rule, elsewhere: Iterable[PlacedOverride], names: Names) -> dict[str, Any]:
    """For scripts. Times are seconds."""
    signal, scope = rule.signal, rule.scope
    return {
        "name": rule.name,
        "enabled": rule.enabled,
        "source": rule.source,
        "metric": signal.metric,
        "where": [str(matcher) for matcher in signal.matchers],
        "function": signal.function.value,
        "window_s": signal.window_s,
        "horizon_s": signal.horizon_s,
        "scale": signal.scale,
        "offset": signal.offset,
        "comparison": rule.comparison.value,
        "warning": _level_as_json(rule.warning),
        "critical": _level_as_json(rule.critical),
        "for_s": rule.hold_s,
        "keep_firing_s": rule.keep_firing_s,
        "hosts": list(scope.hosts),
        "groups": list(scope.groups),
        "tags": list(scope.tags),
        "labels": dict(rule.labels),
        "annotations": dict(rule.annotations),
        "promql": promql_of(rule),
        "otherwise": [override_as_json(each, names) for each in elsewhere],
    }


def override_as_json(placed: PlacedOverride, names: Names) -> dict[str, Any]:
    """For scripts; a level that is the rule's own is left out."""
    override = placed.override
    target = _host_name(placed.target, names) if placed.scope is ThresholdScope.HOST else placed.target
    levels = (("warning", override.warning), ("critical", override.critical))
    return {
        "scope": placed.scope.value,
        "target": target,
        "off": override.off,
        **{name: _level_as_json(level) for name, level in levels if not isinstance(level, Own)},
        **({} if override.hold_s is None else {"for_s": override.hold_s}),
    }


def _level_as_json(level: Level | None) -> dict[str, float] | None:
    return None if level is None else {"limit": level.limit, "clear": level.until}


def _host_name(target: str, names: Names) -> str:
    host_id = int(target) if target.isascii() and target.isdecimal() else 0
    return names.get(host_id, f"{target} (removed)")
