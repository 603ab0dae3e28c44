"""From when on a value is worth a closer look, for each cell of a program: what lies within is calm."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from alerts.evaluation.live_signal import Terms
from alerts.evaluation.program import Program, Spans
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Comparison


@dataclass(frozen=True, eq=False, slots=True)
class Limits:
    """What the values of one reading are held against.

    Attributes:
        spans: within which they are calm.
        rules: those that look at each cell.
    """

    spans: Spans
    rules: tuple[Sequence[AppliedRule], ...]


def limits_of(program: Program, terms: Terms) -> Limits:
    """The mildest limits of all rules that look at a cell."""
    rules = tuple(
        terms.by_signal.get(cell.number, ()) if meant else ()
        for cell, meant in zip(program.shape.cells, program.is_meant, strict=True)
    )
    spans = {id(its): _span(its) for its in rules}
    high, low, exact = made = np.array([spans[id(its)] for its in rules]).reshape(-1, 3).T.copy()
    calm = Spans(high, low, None if np.isnan(exact).all() else exact, made[:2].ravel())
    return Limits(program.shape.spans.setdefault(made.tobytes(), calm), rules)


def _span(rules: Iterable[AppliedRule]) -> tuple[float, float, float]:
    """Above which, below which, and at which value one of the rules may hold."""
    high, low, exact = math.inf, -math.inf, math.nan
    for applied in rules:
        for level in (applied.warning, applied.critical):
            if level is None:
                continue
            limit = level.limit
            if applied.comparison is Comparison.EQUAL:
                if math.isnan(exact):
                    exact = limit
                # Two values that are looked for: what is from one to the other is looked at closer.
                high, low = _apart(exact, limit, high, low)
                continue
            above, below = _beyond(applied.comparison, limit)
            high, low = min(high, above), max(low, below)
    return high, low, exact


def _beyond(comparison: Comparison, limit: float) -> tuple[float, float]:
    """Above which and below which value a comparison holds."""
    match comparison:
        case Comparison.ABOVE:
            return limit, -math.inf
        case Comparison.AT_LEAST:
            return math.nextafter(limit, -math.inf), -math.inf
        case Comparison.BELOW:
            return math.inf, limit
        case Comparison.AT_MOST:
            return math.inf, math.nextafter(limit, math.inf)
        case _:
            return limit, limit


def _apart(one: float, other: float, high: float, low: float) -> tuple[float, float]:
    if one == other:
        return high, low
    first, last = sorted((one, other))
    return min(high, math.nextafter(first, -math.inf)), max(low, math.nextafter(last, math.inf))
