"""Walks a syntax tree of PromQL and says what each part of it is here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction

import promql_parser

from alerts.prometheus_rules import cpu_time, functions
from alerts.prometheus_rules.hosts_meant import SCOPE_LABELS, scope_of
from alerts.prometheus_rules.ratio import added, bounded, divided, multiplied, raised, series
from alerts.prometheus_rules.recognition import TIME
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.prometheus_rules.selectors import Selector, selected, selector_of
from alerts.prometheus_rules.term import Fold, Term, common_scope, joined, number_term, scaled

COMPARISONS = frozenset({">", ">=", "<", "<=", "==", "!="})
SETS = frozenset({"and", "or", "unless"})
_HOST = frozenset({"instance", "host"})
_IDENTITY = frozenset({"sort", "sort_desc"})
_NESTING_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What names stand for besides metrics.

    Attributes:
        recorded: expressions by the name that a rule of the same file records them under; None where several do.
        known: what they have been understood as, so that each is looked at once however often it is named.
        within: those that this part of an expression is inside of.
    """

    recorded: Mapping[str, promql_parser.Expr | None]
    known: dict[str, Term | UnmappedError] = field(default_factory=dict)
    within: tuple[str, ...] = ()

    def term(self, node: promql_parser.Expr) -> Term:
        """What it is.

        Raises:
            UnmappedError: it, or a part of it, is nothing that a rule here can say.
        """
        match node:
            case promql_parser.ParenExpr():
                found = self.term(node.expr)
            case promql_parser.NumberLiteral():
                found = number_term(_exact(node.val))
            case promql_parser.UnaryExpr():
                found = _times(self.term(node.expr), number_term(Fraction(-1)))
            case promql_parser.VectorSelector():
                found = self._selected(selector_of(node))
            case promql_parser.BinaryExpr():
                found = self._arithmetic(node)
            case promql_parser.AggregateExpr():
                found = self._aggregated(node)
            case promql_parser.Call():
                found = self._called(node)
            case _:
                raise UnmappedError(Reason.NO_COMPARISON, "It is neither a metric nor a number.")
        return found

    def _selected(self, selector: Selector) -> Term:
        if selector.name not in self.recorded:
            return selected(selector)
        for matcher in selector.matchers:
            if matcher.label not in SCOPE_LABELS:
                raise UnmappedError(
                    Reason.UNKNOWN_LABEL, f"“{matcher.label}” of “{selector.name}”, which is recorded, is not followed."
                )
        inner = self._recorded(selector.name)
        scope, notes = scope_of(selector.matchers)
        return replace(inner, scope=common_scope(inner.scope, scope), notes=inner.notes + notes)

    def _recorded(self, name: str) -> Term:
        expression = self.recorded[name]
        if expression is None:
            raise UnmappedError(Reason.UNKNOWN_METRIC, f"“{name}” is recorded by several rules.")
        if name in self.within or len(self.within) >= _NESTING_LIMIT:
            raise UnmappedError(Reason.NEVER_OR_ALWAYS, f"“{name}” is recorded from itself, or from too many others.")
        if name not in self.known:
            try:
                self.known[name] = replace(self, within=(*self.within, name)).term(expression)
            except UnmappedError as error:
                self.known[name] = error
        known = self.known[name]
        if isinstance(known, UnmappedError):
            raise UnmappedError(known.reason, known.message, hint=known.hint)
        return known

    def _arithmetic(self, node: promql_parser.BinaryExpr) -> Term:
        operator = str(node.op)
        if operator in COMPARISONS | SETS:
            raise UnmappedError(
                Reason.SEVERAL_CONDITIONS,
                f"“{operator}” stands inside of something else.",
                hint="A rule compares one value with one number.",
            )
        left, right = self.term(node.lhs), self.term(node.rhs)
        check_matching(node)
        if operator == "-":
            return _plus(left, _times(right, number_term(Fraction(-1))))
        if operator == "+":
            return _plus(left, right)
        if operator == "*":
            return _times(left, right)
        if operator == "/":
            return _over(left, right)
        if operator == "^" and left.constant is not None and right.constant is not None:
            return number_term(raised(left.constant, right.constant))
        raise UnmappedError(Reason.NO_SUCH_ARITHMETIC, f"“{operator}” is not worked out here.")

    def _aggregated(self, node: promql_parser.AggregateExpr) -> Term:
        operator = str(node.op)
        inner = self.term(node.expr)
        if operator not in {"avg", "sum", "min", "max", "count", "group"}:
            raise UnmappedError(Reason.UNSUPPORTED_FUNCTION, f"“{operator}” is not worked out here.")
        named, by = _grouping(node)
        if (not named & _HOST) if by else bool(named & _HOST):
            raise UnmappedError(
                Reason.OVER_HOSTS,
                f"“{operator}” makes one number of several hosts, and a rule here is of each host.",
                hint="Keep the host: by (instance).",
            )
        theirs = _own_names(named, inner)
        kept = inner.labels & theirs if by else inner.labels - theirs
        return _folded(inner, operator, kept)

    def _called(self, node: promql_parser.Call) -> Term:
        name = node.func.name
        if name == "time":
            return Term(series(TIME))
        if name in _IDENTITY:
            return self.term(node.args[0])
        if name in functions.GROWTHS:
            inner, window_s = self._range(node.args[0])
            return functions.grown(inner, name, window_s)
        if name in functions.OVER_TIME:
            inner, window_s = self._range(node.args[0])
            horizon_s = self._seconds(node.args[1]) if name == "predict_linear" else 0.0
            return functions.over_time(inner, name, window_s, horizon_s)
        if name == "vector":
            return self.term(node.args[0])
        hint = "Take the highest and the lowest in two rules." if name == "abs" else ""
        raise UnmappedError(Reason.UNSUPPORTED_FUNCTION, f"{name}() is not worked out here.", hint=hint)

    def _range(self, node: promql_parser.Expr) -> tuple[Term, float]:
        if isinstance(node, promql_parser.ParenExpr):
            return self._range(node.expr)
        if isinstance(node, promql_parser.MatrixSelector):
            return self._selected(selector_of(node.vector_selector)), node.range.total_seconds()
        if isinstance(node, promql_parser.SubqueryExpr) and node.range is not None:
            if node.offset not in (None, timedelta(0)) or node.at is not None:
                raise UnmappedError(Reason.UNSUPPORTED_FUNCTION, "It looks at another time, by “offset” or “@”.")
            return self.term(node.expr), node.range.total_seconds()
        raise UnmappedError(Reason.UNSUPPORTED_FUNCTION, "Its time to look back over is not understood.")

    def _seconds(self, node: promql_parser.Expr) -> float:
        seconds = self.term(node).constant
        if seconds is None or seconds < 0:
            raise UnmappedError(Reason.UNSUPPORTED_FUNCTION, "A forecast looks a number of seconds ahead.")
        return float(seconds)


def check_matching(node: promql_parser.BinaryExpr) -> None:
    """That what is put together is of one host.

    Raises:
        UnmappedError: it is not.
    """
    modifier = node.modifier
    if modifier is None or modifier.matching is None:
        return
    of_host = bool(set(modifier.matching.labels) & _HOST)
    if of_host is not (modifier.matching.type == promql_parser.LabelModifierType.Include):
        raise UnmappedError(Reason.OVER_HOSTS, "It puts numbers of several hosts together.", hint="Match on(instance).")


def _exact(value: float) -> Fraction:
    try:
        return bounded(Fraction(repr(value)))
    except ValueError:
        raise UnmappedError(Reason.NEVER_OR_ALWAYS, f"{value} is no number to compare or to count with.") from None


def _plus(left: Term, right: Term) -> Term:
    ratio = added(left.ratio, right.ratio)
    if right.constant is not None:
        return replace(left, ratio=ratio)
    return replace(right, ratio=ratio) if left.constant is not None else joined(left, right, ratio)


def _times(left: Term, right: Term) -> Term:
    for one, other in ((left, right), (right, left)):
        factor = other.constant
        if factor is not None:
            return scaled(one, multiplied(one.ratio, other.ratio), factor)
        if other.information:
            return replace(one, scope=common_scope(one.scope, other.scope), notes=one.notes + other.notes)
    return joined(left, right, multiplied(left.ratio, right.ratio))


def _over(left: Term, right: Term) -> Term:
    factor = right.constant
    if factor is not None:
        return scaled(left, divided(left.ratio, right.ratio), factor)
    share = cpu_time.quotient(left.ratio, right.ratio)
    if share is not None:
        return joined(left, replace(right, labels=left.labels), share)
    ratio = divided(left.ratio, right.ratio)
    return (
        joined(replace(right, ratio=left.ratio), right, ratio)
        if left.constant is not None
        else joined(left, right, ratio)
    )


def _grouping(node: promql_parser.AggregateExpr) -> tuple[frozenset[str], bool]:
    """The labels that are named, and whether it is those that stay."""
    if node.modifier is None:
        return frozenset(), True
    return frozenset(node.modifier.labels), node.modifier.type == promql_parser.AggModifierType.By


def _own_names(named: frozenset[str], term: Term) -> frozenset[str]:
    renamed = dict(term.renamed)
    return frozenset(renamed.get(label, label) for label in named)


def _folded(inner: Term, operator: str, kept: frozenset[str]) -> Term:
    alone = inner.ratio.alone
    if alone is not None and cpu_time.is_cpu_time(alone[0]):
        atom, labels = cpu_time.aggregated(alone[0], inner.labels, kept, operator)
        count = Fraction(1) if operator == "count" else alone[1]
        return replace(inner, ratio=series(atom, count), labels=labels)
    if operator in {"count", "group"}:
        raise UnmappedError(Reason.OVER_SERIES, f"“{operator}” says how many there are, which is no value of theirs.")
    lost = inner.labels - kept
    if not lost:
        return inner
    if operator not in {"min", "max"} or (inner.fold is not None and inner.fold != operator):
        raise UnmappedError(
            Reason.OVER_SERIES,
            f"“{operator}” makes one number of all there are by {' and '.join(sorted(lost))}.",
            hint=f"Keep {' and '.join(sorted(lost))}, or choose one of them.",
        )
    return replace(inner, fold=Fold(operator))
