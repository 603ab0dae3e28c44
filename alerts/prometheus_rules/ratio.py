"""The algebra of expressions: sums of series over sums of series, with exact coefficients. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.rules.matchers import Matcher
from alerts.rules.signal import Function

_DIGITS_LIMIT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """Series of one metric, seen through one function: what cannot be taken apart.

    Attributes:
        metric: its name in the catalogue, or one of the names that `cpu_time` and `recognition` know.
        matchers: which of its series.
        function, window_s, horizon_s: as in a signal.
        grown: what it grows by each second, instead of what it is.
    """

    metric: str
    matchers: tuple[Matcher, ...] = ()
    function: Function = Function.LATEST
    window_s: float = 0.0
    horizon_s: float = 0.0
    grown: bool = False


ONE = Atom(metric="")
"""Stands for the number 1."""

Linear = Mapping[Atom, Fraction]
"""A sum of atoms, each with its coefficient; none of them 0."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A sum over a sum; the lower one is not empty."""

    above: Linear
    below: Linear = field(default_factory=lambda: {ONE: Fraction(1)})

    @property
    def constant(self) -> Fraction | None:
        """The number that it is; None where it has a series in it."""
        if set(self.above) <= {ONE} and set(self.below) == {ONE}:
            return self.above.get(ONE, Fraction(0)) / self.below[ONE]
        return None

    @property
    def alone(self) -> tuple[Atom, Fraction] | None:
        """The one atom that it is a multiple of, and how many times; None for anything else."""
        if len(self.above) == 1 and set(self.below) == {ONE}:
            ((atom, count),) = self.above.items()
            if atom != ONE:
                return atom, count / self.below[ONE]
        return None


def number(value: Fraction) -> Ratio:
    """A number by itself."""
    return Ratio({ONE: value} if value else {})


def series(atom: Atom, scale: Fraction = Fraction(1)) -> Ratio:
    """A multiple of one atom."""
    return Ratio({atom: scale})


def added(left: Ratio, right: Ratio) -> Ratio:
    """The sum.

    Raises:
        UnmappedError: they are over different sums.
    """
    right_constant, left_constant = right.constant, left.constant
    if right_constant is not None:
        return Ratio(_sum(left.above, left.below, right_constant), left.below)
    if left_constant is not None:
        return Ratio(_sum(right.above, right.below, left_constant), right.below)
    factor = _multiple(right.below, left.below)
    if factor is None:
        raise _too_much()
    return Ratio(_sum(left.above, right.above, 1 / factor), left.below)


def multiplied(left: Ratio, right: Ratio) -> Ratio:
    """The product.

    Raises:
        UnmappedError: both have series in them, and they do not cancel.
    """
    for one, other in ((left, right), (right, left)):
        constant = other.constant
        if constant is not None:
            return Ratio(_sum({}, one.above, constant), one.below)
    for one, other in ((left, right), (right, left)):
        factor = _multiple(one.above, other.below)
        if factor is not None:
            return Ratio(_sum({}, other.above, factor), one.below)
    raise _too_much()


def divided(left: Ratio, right: Ratio) -> Ratio:
    """The quotient.

    Raises:
        UnmappedError: it divides by 0, or by what does not cancel.
    """
    if not right.above:
        raise UnmappedError(Reason.NEVER_OR_ALWAYS, "It divides by zero.")
    return multiplied(left, Ratio(right.below, right.above))


def raised(base: Fraction, exponent: Fraction) -> Fraction:
    """A power of numbers.

    Raises:
        UnmappedError: it is none that can be worked out.
    """
    if exponent.denominator != 1 or abs(exponent) > 64 or (not base and exponent < 0):
        raise UnmappedError(Reason.NO_SUCH_ARITHMETIC, "This power is not worked out.", hint="Write the number.")
    return bounded(Fraction(base ** int(exponent)))


def bounded(value: Fraction) -> Fraction:
    """The value itself.

    Raises:
        UnmappedError: it has more digits than any threshold.
    """
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _DIGITS_LIMIT * 4:
        raise UnmappedError(Reason.NO_SUCH_ARITHMETIC, "A number in it is larger than any that is compared here.")
    return value


def _sum(left: Linear, right: Linear, times: Fraction) -> Linear:
    total = dict(left)
    for atom, count in right.items():
        total[atom] = bounded(total.get(atom, Fraction(0)) + count * times)
    return {atom: count for atom, count in total.items() if count}


def _multiple(linear: Linear, of: Linear) -> Fraction | None:
    """How many times the one is the other; None where it is no multiple."""
    if not linear or linear.keys() != of.keys():
        return None
    factors = {count / of[atom] for atom, count in linear.items()}
    return factors.pop() if len(factors) == 1 else None


def _too_much() -> UnmappedError:
    return UnmappedError(
        Reason.NO_SUCH_ARITHMETIC,
        "It multiplies, divides or adds up series in a way that gives no metric here.",
        hint="Compare one metric with a number.",
    )
