"""What `metric{label="…"}` is here: a metric of the catalogue, its labels, and hosts."""

from dataclasses import dataclass
from fractions import Fraction

import promql_parser

from alerts.prometheus_rules import cpu_time, hosts_meant
from alerts.prometheus_rules.known_names import (
    INFORMATION,
    KNOWN_NAMES,
    MEASURED_FILE_SYSTEMS,
    NOT_MEASURED,
    NOW,
    RAW_CPU,
    UP_NAMES,
    KnownName,
)
from alerts.prometheus_rules.ratio import Atom, number, series
from alerts.prometheus_rules.recognition import TIME
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.prometheus_rules.term import Term
from alerts.rules.matchers import Matcher, Operator, matches, pattern_fault
from alerts.rules.rule import Scope
from alerts.rules.soundness import UP, similar
from storage.catalogue import CATALOGUE
from storage.printable import printable

_OPERATORS = {
    str(promql_parser.MatchOp.Equal): Operator.EQUAL,
    str(promql_parser.MatchOp.NotEqual): Operator.NOT_EQUAL,
    str(promql_parser.MatchOp.Re): Operator.MATCHES,
    str(promql_parser.MatchOp.NotRe): Operator.MATCHES_NOT,
}
_UPPER_CASE = frozenset({"state"})


@dataclass(frozen=True, slots=True)
class Selector:
    """A name with conditions, as it is written."""

    name: str
    matchers: tuple[Matcher, ...]


def selector_of(node: promql_parser.VectorSelector) -> Selector:
    """The name and the conditions.

    Raises:
        UnmappedError: it looks at another time, or has no one name.
    """
    if node.offset is not None or node.at is not None:
        raise UnmappedError(
            Reason.UNSUPPORTED_FUNCTION,
            "It looks at another time, by “offset” or “@”.",
            hint="delta() and deriv() say how much something changes.",
        )
    if node.matchers.or_matchers:
        raise UnmappedError(Reason.UNKNOWN_LABEL, "Its labels are joined by “or”.")
    matchers = tuple(
        Matcher(matcher.name, _OPERATORS[str(matcher.op)], matcher.value) for matcher in node.matchers.matchers
    )
    for matcher in matchers:
        if wrong := pattern_fault(matcher):
            raise UnmappedError(Reason.UNKNOWN_LABEL, wrong)
    named = [matcher for matcher in matchers if matcher.label == "__name__"]
    if node.name is None and len(named) == 1 and named[0].operator is Operator.EQUAL:
        return Selector(named[0].value, tuple(matcher for matcher in matchers if matcher not in named))
    if node.name is None or named:
        raise UnmappedError(Reason.UNKNOWN_METRIC, "It does not name one metric.")
    return Selector(node.name, matchers)


def selected(selector: Selector) -> Term:
    """What it is here.

    Raises:
        UnmappedError: there is no such metric or label, or hosts are chosen by a pattern.
    """
    by_scope = _on_hosts(selector)
    scope, notes = hosts_meant.scope_of(by_scope)
    rest = tuple(matcher for matcher in selector.matchers if matcher not in by_scope)
    name = selector.name
    if name in INFORMATION:
        if not all(hosts_meant.chooses_all(matcher) for matcher in rest):
            raise _unknown_label(name, rest[0])
        return Term(number(Fraction(1)), scope=scope, notes=notes, information=True)
    if name in NOW:
        return Term(series(TIME), scope=scope, notes=notes)
    if name in UP_NAMES:
        if rest:
            raise _unknown_label(name, rest[0])
        return Term(series(Atom(metric=UP)), scope=scope, notes=notes)
    if name == RAW_CPU:
        return _cpu(rest, scope, notes)
    if name in CATALOGUE:
        return _own(name, rest, scope, notes)
    return _known(name, rest, scope, notes)


def _on_hosts(selector: Selector) -> list[Matcher]:
    own = CATALOGUE[selector.name].labels if selector.name in CATALOGUE else ()
    return [
        matcher
        for matcher in selector.matchers
        if matcher.label in hosts_meant.SCOPE_LABELS and matcher.label not in own
    ]


def _cpu(matchers: tuple[Matcher, ...], scope: Scope, notes: tuple[str, ...]) -> Term:
    for matcher in matchers:
        if matcher.label not in cpu_time.CPU_LABELS:
            raise _unknown_label(RAW_CPU, matcher)
    kept = tuple(matcher for matcher in matchers if not hosts_meant.chooses_all(matcher))
    return Term(series(Atom(metric=RAW_CPU, matchers=kept)), cpu_time.CPU_LABELS, scope, notes)


def _own(name: str, matchers: tuple[Matcher, ...], scope: Scope, notes: tuple[str, ...]) -> Term:
    labels = CATALOGUE[name].labels
    for matcher in matchers:
        if matcher.label not in labels:
            raise _unknown_label(name, matcher)
    atom = Atom(metric=name, matchers=matchers)
    return Term(series(atom), _telling_apart(frozenset(labels), matchers), scope, notes)


def _known(name: str, matchers: tuple[Matcher, ...], scope: Scope, notes: tuple[str, ...]) -> Term:
    known = _fitting(name, matchers)
    kept = [Matcher(label, Operator.EQUAL, value) for label, value in known.added]
    for matcher in matchers:
        if hosts_meant.chooses_all(matcher) or (matcher.label, matcher.value) in known.given:
            continue
        if matcher.label in known.labels:
            kept.append(_translated(matcher, known))
        elif matcher.label not in known.ignored:
            raise _unknown_label(name, matcher)
        elif not _leaves_out_nothing(matcher):
            raise UnmappedError(
                Reason.UNKNOWN_LABEL,
                f"“{printable(str(matcher), 80)}” leaves out what is measured here.",
                hint="Choose file systems by mountpoint.",
            )
    translated = tuple(kept)
    labels = _telling_apart(frozenset(CATALOGUE[known.metric].labels), translated)
    said = notes + ((f"{name}: {known.note}",) if known.note else ())
    return Term(
        series(Atom(metric=known.metric, matchers=translated), known.scale),
        labels,
        scope,
        said,
        tuple(known.labels.items()),
    )


def _fitting(name: str, matchers: tuple[Matcher, ...]) -> KnownName:
    candidates = KNOWN_NAMES.get(name)
    if candidates is None:
        raise _unknown_metric(name)
    equal = {(matcher.label, matcher.value) for matcher in matchers if matcher.operator is Operator.EQUAL}
    for known in candidates:
        if set(known.given) <= equal:
            return known
    wanted = " or ".join(f'{label}="{value}"' for known in candidates for label, value in known.given)
    raise UnmappedError(Reason.UNKNOWN_LABEL, f"Of “{name}” only {wanted} is measured.")


def _telling_apart(labels: frozenset[str], matchers: tuple[Matcher, ...]) -> frozenset[str]:
    return labels - {matcher.label for matcher in matchers if matcher.operator is Operator.EQUAL}


def _translated(matcher: Matcher, known: KnownName) -> Matcher:
    label = known.labels[matcher.label]
    value = matcher.value.upper() if label in _UPPER_CASE and "\\" not in matcher.value else matcher.value
    return Matcher(label, matcher.operator, value)


def _leaves_out_nothing(matcher: Matcher) -> bool:
    """Whether what it leaves out is not measured here anyway."""
    return all(matches([matcher], {matcher.label: each}) for each in MEASURED_FILE_SYSTEMS)


def _unknown_label(name: str, matcher: Matcher) -> UnmappedError:
    return UnmappedError(
        Reason.UNKNOWN_LABEL,
        f"“{printable(name, 80)}” has no label “{printable(matcher.label, 60)}” here.",
        hint="Choose hosts by instance, or by a group or a tag of theirs.",
    )


def _unknown_metric(name: str) -> UnmappedError:
    beginnings = [each for each in NOT_MEASURED if name.startswith(each)]
    if beginnings:
        about = NOT_MEASURED[max(beginnings, key=len)]
        return UnmappedError(Reason.NOT_MEASURED, f"“{name}” is about {about}. It is not measured here.")
    if ":" in name:
        return UnmappedError(
            Reason.UNKNOWN_METRIC,
            f"“{printable(name, 80)}” is recorded by a rule that is not in this file.",
            hint="Put that rule into the file as well.",
        )
    return UnmappedError(
        Reason.UNKNOWN_METRIC, f"There is no metric “{printable(name, 80)}”.", hint=similar(name.removeprefix("node_"))
    )
