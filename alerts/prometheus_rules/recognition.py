"""From a sum over a sum of series to the one metric that it is a multiple of, plus something. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from alerts.prometheus_rules.cpu_time import without_cpu_time
from alerts.prometheus_rules.known_names import RAW_CPU
from alerts.prometheus_rules.known_quotients import ONE as NUMBER
from alerts.prometheus_rules.known_quotients import QUOTIENTS, Counts, Quotient, plain
from alerts.prometheus_rules.ratio import ONE, Atom, Linear, Ratio
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.rules.signal import Function, Signal
from storage.catalogue import CATALOGUE, Unit

TIME = Atom(metric="time()")
_MEANS = frozenset({Function.LATEST, Function.AVERAGE})


@dataclass(frozen=True, slots=True)
class Recognised:
    """`scale` times a signal that is neither scaled nor moved, plus `offset`."""

    atom: Atom
    scale: Fraction
    offset: Fraction
    note: str = ""

    @property
    def signal(self) -> Signal:
        """All of it as one signal."""
        atom = self.atom
        return Signal(
            metric=atom.metric,
            matchers=atom.matchers,
            function=atom.function,
            window_s=atom.window_s,
            horizon_s=atom.horizon_s,
            scale=float(self.scale),
            offset=float(self.offset),
        )


def recognised(ratio: Ratio, labels: frozenset[str] = frozenset()) -> Recognised:
    """What it is.

    Args:
        ratio: with at least one series in it.
        labels: those that still tell its series apart.

    Raises:
        UnmappedError: it is no metric of the catalogue.
    """
    plainly, note = without_cpu_time(ratio, labels)
    settled = _with_ages(plainly)
    sample = _sample(settled)
    above, below = _counts(settled.above), _counts(settled.below)
    for quotient in _candidates(above, below, sample):
        found = _solved(above, below, quotient)
        if found is not None:
            metric = replace(sample, metric=quotient.metric, grown=False)
            return Recognised(metric, *found, " ".join(filter(None, (note, quotient.note))))
    raise _unknown(ratio, sample)


def compared_with_whole(difference: Linear) -> Recognised:
    """What is meant by comparing a sum of series with 0, as `free - 0.1 * total < 0` means a share.

    Raises:
        UnmappedError: it means nothing that is known.
    """
    sample = _sample(Ratio(difference))
    above = _counts(difference)
    for quotient in QUOTIENTS:
        if NUMBER in quotient.below or len(quotient.below) > 1 or quotient.grown is not sample.grown:
            continue
        found = _solved(above, quotient.below, quotient)
        if found is not None:
            return Recognised(replace(sample, metric=quotient.metric, grown=False), *found, quotient.note)
    raise _unknown(Ratio(difference), sample)


def _candidates(above: Counts, below: Counts, sample: Atom) -> Iterator[Quotient]:
    names = (above.keys() | below.keys()) - {NUMBER}
    if len(names) == 1 and names <= CATALOGUE.keys() and not sample.grown:
        yield plain(*names)
    for quotient in QUOTIENTS:
        if quotient.grown is sample.grown and names <= quotient.above.keys() | quotient.below.keys():
            yield quotient


def _solved(above: Counts, below: Counts, quotient: Quotient) -> tuple[Fraction, Fraction] | None:
    """Scale and offset so that above / below = scale · quotient + offset, whatever the series are."""
    if below.keys() != quotient.below.keys():
        return None
    factors = {count / quotient.below[name] for name, count in below.items()}
    if len(factors) > 1:
        return None
    factor = factors.pop()
    upper, lower = quotient.above, quotient.below
    names = sorted(upper.keys() | lower.keys() | above.keys())
    zero = Fraction(0)
    for one, other in combinations(names, 2):
        a, b, c, d = upper.get(one, zero), lower.get(one, zero), upper.get(other, zero), lower.get(other, zero)
        determinant = a * d - b * c
        if determinant:
            e, f = above.get(one, zero) / factor, above.get(other, zero) / factor
            scale, offset = (e * d - b * f) / determinant, (a * f - e * c) / determinant
            fits = all(
                above.get(name, zero) / factor == scale * upper.get(name, zero) + offset * lower.get(name, zero)
                for name in names
            )
            return (scale, offset) if fits and scale else None
    return None


def _with_ages(ratio: Ratio) -> Ratio:
    """`time()` less a moment, as the age of that moment."""
    if TIME not in ratio.above or TIME in ratio.below:
        return ratio
    count = ratio.above[TIME]
    for atom, other in ratio.above.items():
        metric = CATALOGUE.get(atom.metric)
        if other == -count and atom.function is Function.LATEST and metric and metric.unit is Unit.TIMESTAMP:
            rest = {each: times for each, times in ratio.above.items() if each not in (TIME, atom)}
            return Ratio(rest | {replace(atom, function=Function.AGE): count}, ratio.below)
    return ratio


def _sample(ratio: Ratio) -> Atom:
    """What all its atoms have in common but their metric."""
    atoms = [atom for atom in (*ratio.above, *ratio.below) if atom != ONE]
    if not atoms:
        raise UnmappedError(Reason.NEVER_OR_ALWAYS, "It compares numbers and looks at nothing.")
    if TIME in atoms:
        raise UnmappedError(
            Reason.NO_SUCH_ARITHMETIC, "time() is only understood less a moment, as in time() - boot_time_seconds."
        )
    first = replace(atoms[0], metric="")
    if any(replace(atom, metric="") != first for atom in atoms):
        raise UnmappedError(
            Reason.NO_SUCH_ARITHMETIC,
            "It puts series together that are chosen or averaged in different ways.",
            hint="Use the same labels and the same function for all of them.",
        )
    if len(set(atoms)) > 1 and first.function not in _MEANS:
        raise UnmappedError(
            Reason.NO_SUCH_ARITHMETIC,
            f"It puts several series together, each by its {first.function} value, which need not be of one moment.",
        )
    return atoms[0]


def _counts(linear: Linear) -> Counts:
    return {atom.metric: count for atom, count in linear.items()}


def _unknown(ratio: Ratio, sample: Atom) -> UnmappedError:
    names = sorted({atom.metric for atom in (*ratio.above, *ratio.below)} - {NUMBER, RAW_CPU})
    if len(names) == 1 and sample.grown:
        return UnmappedError(
            Reason.NO_SUCH_ARITHMETIC,
            f"How fast {names[0]} grows is no metric here by itself.",
            hint=_built_on(names),
        )
    return UnmappedError(
        Reason.NO_SUCH_ARITHMETIC, f"No metric here is made of {', '.join(names)} in that way.", hint=_built_on(names)
    )


def _built_on(names: list[str]) -> str:
    near = [each.metric for each in QUOTIENTS if set(names) & (each.above.keys() | each.below.keys())]
    close = sorted(set(near) | ({names[0]} & CATALOGUE.keys()))
    return f"What there is: {', '.join(close[:6])}." if close else ""
