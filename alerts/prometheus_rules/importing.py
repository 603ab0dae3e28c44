"""Rules out of a Prometheus rule file: each one taken over whole, or refused with its line and the reason. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import promql_parser

from alerts.prometheus_rules import extras
from alerts.prometheus_rules.conditions import Condition, condition_of
from alerts.prometheus_rules.evaluation import Evaluation
from alerts.prometheus_rules.merging import Imported, merged
from alerts.prometheus_rules.promql import PromqlError, parse_promql
from alerts.prometheus_rules.refusal import Reason, Refusal, RuleFileError, UnmappedError
from alerts.prometheus_rules.rule_file import RuleFile, WrittenRule, read_rule_file
from alerts.rules.rule import Comparison, Level, NewRule, Scope
from alerts.rules.signal import Function, Signal
from alerts.rules.soundness import objections
from alerts.rules.template import TemplateError, with_labels_renamed
from alerts.thresholds import Severity
from storage.printable import printable

UNREACHABLE_S = 60.0
"""A host that has not been read for less is not called unreachable."""
SEVERITY = "severity"
_CRITICAL = frozenset({"critical", "crit", "page", "emergency", "fatal", "disaster", "high", "error", "major", "p1"})
_WARNING = frozenset({"warning", "warn"})
_SEVERITIES = {Severity.WARNING.value, Severity.CRITICAL.value}


@dataclass(frozen=True, slots=True)
class Import:
    """What a rule file comes to.

    Attributes:
        file: its name.
        imported: the rules that are taken over.
        refused: those that are not, in the order of the file.
        recorded: metrics that it records; where an alert names one, its expression stands there.
    """

    file: str
    imported: tuple[Imported, ...]
    refused: tuple[Refusal, ...]
    recorded: tuple[str, ...] = ()

    @property
    def mapped(self) -> tuple[NewRule, ...]:
        """The rules that can be said here, whatever the others are. Only for who has asked for just these."""
        return tuple(each.rule for each in self.imported)

    @property
    def whole(self) -> tuple[NewRule, ...]:
        """All its rules.

        Raises:
            RuleFileError: one of them, at least, cannot be said here.
        """
        if self.refused:
            raise RuleFileError(self.refused, hint="Take those rules out, or import only what can be said here.")
        return self.mapped


_Parsed = tuple[WrittenRule, promql_parser.Expr]


def import_rules(text: str, *, file: str, retention_s: float, history_s: float = 0.0) -> Import:
    """What a rule file comes to. Nothing is stored.

    Args:
        text: of the file.
        file: its name, for what is said of it.
        retention_s: for how long readings are kept.
        history_s: for how long anything is kept that they were rolled up to.

    Raises:
        RuleFileError: it is malformed, so that nothing of it is taken over; with all faults that were found.
    """
    written = read_rule_file(text, file)
    parsed, refused = _parsed(written)
    evaluation = Evaluation(_recorded(parsed))
    found: list[Imported] = []
    for rule, expression in parsed:
        if rule.records:
            continue
        try:
            found.append(_imported(rule, expression, evaluation, written))
        except UnmappedError as error:
            line = rule.line if error.reason is Reason.TEMPLATE else rule.expr_line
            refused.append(Refusal(file, line, rule.name, error.reason, error.message, error.hint))
    joined, clashing = merged(found, file)
    sound, unsound = _sound(joined, file, retention_s, history_s)
    return Import(
        file,
        sound,
        tuple(sorted((*refused, *clashing, *unsound), key=lambda refusal: refusal.line)),
        tuple(dict.fromkeys(rule.name for rule in written.rules if rule.records)),
    )


def _parsed(written: RuleFile) -> tuple[list[_Parsed], list[Refusal]]:
    """Rules with their syntax trees, and those whose expressions are beyond the parser."""
    parsed, refused, faults = [], [], []
    for rule in written.rules:
        try:
            parsed.append((rule, parse_promql(rule.expr)))
        except PromqlError as error:
            faults.append(Refusal(written.name, rule.expr_line, rule.name, Reason.MALFORMED, error.message, error.hint))
        except UnmappedError as error:
            refused.append(Refusal(written.name, rule.expr_line, rule.name, error.reason, error.message, error.hint))
    if faults:
        raise RuleFileError(tuple(faults))
    return parsed, refused


def _recorded(parsed: list[_Parsed]) -> Mapping[str, promql_parser.Expr | None]:
    recorded: dict[str, promql_parser.Expr | None] = {}
    for rule, expression in parsed:
        if rule.records:
            recorded[rule.name] = None if rule.name in recorded else expression
    return recorded


def _imported(rule: WrittenRule, expression: promql_parser.Expr, evaluation: Evaluation, written: RuleFile) -> Imported:
    annotations = dict(rule.annotations)
    said = extras.fields_said(annotations.pop(extras.ANNOTATION, "") or "{}")
    if "annotations" in said:
        annotations = {}
    if "signal" in said:
        condition = Condition(Signal(metric=""), Comparison.ABOVE, 0.0, Scope())
    else:
        condition = condition_of(expression, evaluation)
    labels = dict(rule.labels)
    severity, notes = _severity(labels)
    if labels.get(SEVERITY) in _SEVERITIES:
        del labels[SEVERITY]
    _check_labels(labels)
    signal, limit, hold_s, more = _timed(condition, rule)
    plain = NewRule(
        name=rule.name,
        signal=signal,
        comparison=condition.comparison,
        warning=Level(limit) if severity is Severity.WARNING else None,
        critical=Level(limit) if severity is Severity.CRITICAL else None,
        hold_s=hold_s,
        keep_firing_s=rule.keep_firing_s,
        scope=condition.scope,
        labels=tuple(labels.items()),
        annotations=_renamed(annotations, dict(condition.renamed)),
        source=written.name,
    )
    limited = (f"The limit of the group “{group}” is not kept." for group in written.limited)
    told = tuple(dict.fromkeys((*condition.notes, *more, *notes, *limited)))
    return Imported(extras.with_extras(plain, said), (rule.line,), told, condition.band)


def _timed(condition: Condition, rule: WrittenRule) -> tuple[Signal, float, float, tuple[str, ...]]:
    """Signal, limit and hold: of a host that is not read the `for` is the limit, as that is what is measured."""
    if condition.signal.function is not Function.UNREACHABLE:
        return condition.signal, condition.limit, rule.hold_s, ()
    least = max(rule.hold_s, UNREACHABLE_S)
    note = () if least == rule.hold_s else (f"A host is unreachable after {UNREACHABLE_S:g} s, not before.",)
    return condition.signal, least, 0.0, note


def _severity(labels: Mapping[str, str]) -> tuple[Severity, tuple[str, ...]]:
    said = labels.get(SEVERITY, "")
    if said.lower() in _CRITICAL:
        return Severity.CRITICAL, ()
    if not said:
        return Severity.WARNING, ("It has no severity, and is taken for a warning.",)
    note = () if said.lower() in _WARNING else (f"Its severity “{printable(said, 40)}” is taken for a warning.",)
    return Severity.WARNING, note


def _check_labels(labels: Mapping[str, str]) -> None:
    for name, value in labels.items():
        if "{{" in value:
            raise UnmappedError(Reason.TEMPLATE, f"The label “{name}” is a template.", hint="Write what it is to be.")


def _renamed(annotations: Mapping[str, str], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    renamed = []
    for name, text in annotations.items():
        try:
            renamed.append((name, with_labels_renamed(text, names)))
        except TemplateError as error:
            raise UnmappedError(Reason.TEMPLATE, f"“{name}”: {error.message}", hint=error.hint) from None
    return tuple(renamed)


def _sound(
    found: tuple[Imported, ...], file: str, retention_s: float, history_s: float
) -> tuple[tuple[Imported, ...], tuple[Refusal, ...]]:
    sound, refused = [], []
    for each in found:
        wrong = objections(each.rule, retention_s=retention_s, history_s=history_s)
        if wrong:
            first = wrong[0]
            refused.append(Refusal(file, each.lines[0], each.rule.name, Reason.UNSOUND, first.message, first.hint))
        else:
            sound.append(each)
    return tuple(sound), tuple(refused)
