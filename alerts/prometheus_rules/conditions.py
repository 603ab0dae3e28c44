"""What an expression of a rule is: a signal on one side of a limit, for some hosts."""

from dataclasses import dataclass, replace
from fractions import Fraction

import promql_parser

from alerts.prometheus_rules.evaluation import COMPARISONS, Evaluation, check_matching
from alerts.prometheus_rules.hosts_meant import RENAMED_LABELS, scope_of
from alerts.prometheus_rules.known_names import READ_ONLY, UP_NAMES
from alerts.prometheus_rules.ratio import Atom, added, multiplied, number
from alerts.prometheus_rules.recognition import Recognised, compared_with_whole, recognised
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.prometheus_rules.selectors import selector_of
from alerts.prometheus_rules.term import EVERYWHERE, Fold, Names, Term, joined
from alerts.rules.rule import Comparison, Scope
from alerts.rules.signal import Function, Signal
from alerts.rules.soundness import UP
from storage.catalogue import CATALOGUE
from storage.formulas import SHARES

STALE_S = 300.0
"""After that long without a value Prometheus takes a series for gone."""
_FLIPPED = {
    Comparison.ABOVE: Comparison.BELOW,
    Comparison.BELOW: Comparison.ABOVE,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.AT_MOST: Comparison.AT_LEAST,
}
_RISING = frozenset({Comparison.ABOVE, Comparison.AT_LEAST})
_FALLING = frozenset({Comparison.BELOW, Comparison.AT_MOST})
_ABSENT = frozenset({"absent", "absent_over_time"})
_READ_ONLY_NOTE = "Read-only file systems are not left out, but for kinds that always are, such as squashfs."


@dataclass(frozen=True, slots=True)
class Condition:
    """A signal on one side of a limit.

    Attributes:
        signal: what is looked at.
        comparison: on which side the trouble lies.
        limit: what it is compared with.
        scope: which hosts.
        notes: what is not quite the same as in Prometheus.
        renamed: labels of Prometheus and what they are called here.
        band: set where only values up to another limit count; what that other side is.
    """

    signal: Signal
    comparison: Comparison
    limit: float
    scope: Scope = EVERYWHERE
    notes: tuple[str, ...] = ()
    renamed: Names = RENAMED_LABELS
    band: tuple[Comparison, float] | None = None


def condition_of(node: promql_parser.Expr, evaluation: Evaluation) -> Condition:
    """What an expression says.

    Raises:
        UnmappedError: nothing that a rule here can say, with the reason.
    """
    if isinstance(node, promql_parser.ParenExpr):
        return condition_of(node.expr, evaluation)
    if isinstance(node, promql_parser.BinaryExpr):
        operator = str(node.op)
        if operator in COMPARISONS:
            return _comparison(node, evaluation)
        if operator == "and":
            return _both(node, evaluation)
        if operator in {"or", "unless"}:
            hint = "Make a rule of each side." if operator == "or" else ""
            raise UnmappedError(
                Reason.SEVERAL_CONDITIONS, f"It joins two conditions by “{operator}”, and a rule has one.", hint=hint
            )
    if isinstance(node, promql_parser.Call) and node.func.name in _ABSENT:
        return _absence(node, Comparison.ABOVE, Fraction(0), evaluation)
    if evaluation.term(node).constant is not None:
        raise UnmappedError(
            Reason.NEVER_OR_ALWAYS,
            "It fires always, whatever happens.",
            hint="A heartbeat to an outside watcher says that alerts get through.",
        )
    raise UnmappedError(
        Reason.NO_COMPARISON,
        "It compares nothing, so it fires for whatever is there.",
        hint="Compare it with a number, as in … > 0.",
    )


def _comparison(node: promql_parser.BinaryExpr, evaluation: Evaluation) -> Condition:
    if node.modifier is not None and node.modifier.return_bool:
        raise UnmappedError(Reason.NEVER_OR_ALWAYS, "With “bool” it fires always.", hint="Leave “bool” out.")
    comparison = Comparison(str(node.op))
    absent = _absent_call(node.lhs)
    right = evaluation.term(node.rhs)
    if absent is not None and right.constant is not None:
        return _absence(absent, comparison, right.constant, evaluation)
    left = evaluation.term(node.lhs)
    if left.constant is not None:
        left, right = right, left
        comparison = _FLIPPED.get(comparison, comparison)
    limit = right.constant
    if left.constant is not None:
        raise UnmappedError(Reason.NEVER_OR_ALWAYS, "It compares numbers and looks at nothing.")
    if limit is not None:
        return _compared(left, comparison, limit)
    check_matching(node)
    return _of_two_sides(left, comparison, right)


def _compared(term: Term, comparison: Comparison, limit: Fraction) -> Condition:
    if term.information:
        raise UnmappedError(Reason.NEVER_OR_ALWAYS, "What it looks at is always 1.")
    if any(atom.metric == UP for atom in term.ratio.above):
        return _unreachable(term, comparison, limit)
    return _finished(term, recognised(term.ratio, term.labels), comparison, limit)


def _of_two_sides(left: Term, comparison: Comparison, right: Term) -> Condition:
    negated = multiplied(right.ratio, number(Fraction(-1)))
    difference = added(left.ratio, negated)
    term = joined(left, right, difference)
    found = compared_with_whole(difference.above)
    if found.scale < 0:
        comparison = _FLIPPED.get(comparison, comparison)
    limit = -found.offset / found.scale
    told = f"The value is that of {found.atom.metric}, not of the left side."
    plain = Recognised(found.atom, Fraction(1), Fraction(0), " ".join(filter(None, (found.note, told))))
    return _finished(term, plain, comparison, limit)


def _finished(term: Term, found: Recognised, comparison: Comparison, limit: Fraction) -> Condition:
    notes = [*term.notes, found.note]
    if term.fold is not None:
        if comparison not in (_RISING if term.fold is Fold.HIGHEST else _FALLING):
            raise UnmappedError(
                Reason.OVER_SERIES,
                f"It waits for the {term.fold.value} of several series to be {comparison.value} a limit: for all of "
                f"them, and a rule here is of each.",
            )
        notes.append("Each series has an alert of its own, where Prometheus has one for all of them.")
    return Condition(
        found.signal,
        comparison,
        _float(limit),
        term.scope,
        tuple(dict.fromkeys(filter(None, notes))),
        RENAMED_LABELS + term.renamed,
    )


def _unreachable(term: Term, comparison: Comparison, limit: Fraction) -> Condition:
    """`up == 0` and whatever means the same. The limit, in seconds, comes from the rule's `for`."""
    alone = term.ratio.alone
    if alone != (Atom(metric=UP), Fraction(1)):
        raise UnmappedError(
            Reason.NO_SUCH_ARITHMETIC, "“up” is only understood by itself.", hint="Write up == 0, with a “for”."
        )
    if not comparison.holds(0.0, _float(limit)) or comparison.holds(1.0, _float(limit)):
        raise UnmappedError(Reason.NEVER_OR_ALWAYS, "It does not wait for hosts to be down.", hint="Write up == 0.")
    return Condition(Signal(metric=UP, function=Function.UNREACHABLE), Comparison.ABOVE, 0.0, term.scope, term.notes)


def _absent_call(node: promql_parser.Expr) -> promql_parser.Call | None:
    if isinstance(node, promql_parser.ParenExpr):
        return _absent_call(node.expr)
    return node if isinstance(node, promql_parser.Call) and node.func.name in _ABSENT else None


def _absence(call: promql_parser.Call, comparison: Comparison, limit: Fraction, evaluation: Evaluation) -> Condition:
    node, window_s = call.args[0], STALE_S
    while isinstance(node, promql_parser.ParenExpr):
        node = node.expr
    if isinstance(node, promql_parser.MatrixSelector):
        window_s, node = node.range.total_seconds(), node.vector_selector
    if not isinstance(node, promql_parser.VectorSelector):
        raise UnmappedError(Reason.UNSUPPORTED_FUNCTION, f"{call.func.name}() is only understood of one metric.")
    if comparison.holds(0.0, _float(limit)) or not comparison.holds(1.0, _float(limit)):
        raise UnmappedError(
            Reason.NEVER_OR_ALWAYS, "It never fires, or not for what is absent.", hint="Write absent(…)."
        )
    selector = selector_of(node)
    if selector.name in UP_NAMES:
        scope, notes = scope_of(selector.matchers)
        down = Signal(metric=UP, function=Function.UNREACHABLE)
        return Condition(down, Comparison.ABOVE, 0.0, scope, notes)
    term = evaluation.term(node)
    found = recognised(term.ratio, term.labels)
    seen = replace(found.atom, function=Function.ABSENCE, window_s=window_s)
    told = "It fires for each host that had it, where Prometheus waits until no host has it."
    gone = Recognised(seen, Fraction(1), Fraction(0), told)
    return _finished(replace(term, fold=None), gone, comparison, limit)


def _both(node: promql_parser.BinaryExpr, evaluation: Evaluation) -> Condition:
    """`and`: of the same signal, or with a guard that says nothing here."""
    check_matching(node)
    sides = (node.lhs, node.rhs)
    for guard, other in (sides, sides[::-1]):
        if _is_read_only_guard(guard):
            kept = condition_of(other, evaluation)
            return replace(kept, notes=(*kept.notes, _READ_ONLY_NOTE))
    left, right = (condition_of(side, evaluation) for side in sides)
    for one, another in ((left, right), (right, left)):
        if _says_nothing(one, another):
            return another
    same = left.signal == right.signal and left.scope == right.scope and not (left.band or right.band)
    if not same or not _of_each_series(node, left):
        raise UnmappedError(Reason.SEVERAL_CONDITIONS, "It has conditions on two different values, and a rule has one.")
    return _of_same_signal(left, right)


def _of_same_signal(left: Condition, right: Condition) -> Condition:
    if left.comparison in _RISING and right.comparison in _RISING:
        return max(left, right, key=lambda each: (each.limit, each.comparison is Comparison.ABOVE))
    if left.comparison in _FALLING and right.comparison in _FALLING:
        return min(left, right, key=lambda each: (each.limit, each.comparison is Comparison.AT_MOST))
    low, high = sorted((left, right), key=lambda each: each.limit)
    if low.comparison in _RISING and high.comparison in _FALLING:
        return replace(low, band=(high.comparison, high.limit))
    raise UnmappedError(Reason.SEVERAL_CONDITIONS, "Its two conditions on the same value do not make one.")


def _of_each_series(node: promql_parser.BinaryExpr, condition: Condition) -> bool:
    """Whether a series is only put together with itself."""
    if node.modifier is None or node.modifier.matching is None:
        return True
    metric = CATALOGUE.get(condition.signal.metric)
    renamed = dict(condition.renamed)
    named = {renamed.get(label, label) for label in node.modifier.matching.labels}
    own = set(metric.labels if metric else ())
    include = node.modifier.matching.type == promql_parser.LabelModifierType.Include
    return own <= named if include else not own & named


def _is_read_only_guard(node: promql_parser.Expr) -> bool:
    while isinstance(node, promql_parser.ParenExpr):
        node = node.expr
    return (
        isinstance(node, promql_parser.BinaryExpr)
        and str(node.op) == "=="
        and isinstance(node.lhs, promql_parser.VectorSelector)
        and node.lhs.name == READ_ONLY
        and isinstance(node.rhs, promql_parser.NumberLiteral)
        and node.rhs.val == 0
    )


def _says_nothing(guard: Condition, kept: Condition) -> bool:
    """Whether it asks for a whole to be there, without which its share is no value anyway."""
    share = SHARES.get(kept.signal.metric)
    there = guard.comparison in (Comparison.ABOVE, Comparison.NOT_EQUAL) and guard.limit == 0
    plain = Signal(metric=guard.signal.metric, matchers=guard.signal.matchers) == guard.signal
    return share is not None and there and plain and guard.signal.metric == share.total


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        raise UnmappedError(Reason.NEVER_OR_ALWAYS, "It compares with a number that no value reaches.") from None
