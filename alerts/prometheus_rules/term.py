"""What a part of an expression has been understood as."""

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from alerts.prometheus_rules.ratio import Ratio, number
from alerts.prometheus_rules.refusal import Reason, UnmappedError
from alerts.rules.rule import Scope

Names = tuple[tuple[str, str], ...]

EVERYWHERE = Scope()


class Fold(StrEnum):
    """Which one of several series was taken."""

    HIGHEST = "max"
    LOWEST = "min"


@dataclass(frozen=True, slots=True)
class Term:
    """A number for each series of a host.

    Attributes:
        ratio: what it is made of.
        labels: those that tell its series apart; none for one series a host, and for a number.
        scope: of which hosts.
        notes: what is not quite the same as in Prometheus.
        renamed: labels of Prometheus and what they are called here.
        fold: set where the highest or lowest of the series was taken.
        information: it is always 1, and there for its labels only.
    """

    ratio: Ratio
    labels: frozenset[str] = frozenset()
    scope: Scope = EVERYWHERE
    notes: tuple[str, ...] = ()
    renamed: Names = ()
    fold: Fold | None = None
    information: bool = False

    @property
    def constant(self) -> Fraction | None:
        """The number that it is, if it is one by itself."""
        return None if self.information else self.ratio.constant


def number_term(value: Fraction) -> Term:
    """A number."""
    return Term(number(value))


def scaled(term: Term, ratio: Ratio, factor: Fraction) -> Term:
    """A term that was multiplied: the highest becomes the lowest where that turned it round."""
    turned = {Fold.HIGHEST: Fold.LOWEST, Fold.LOWEST: Fold.HIGHEST}
    fold = turned[term.fold] if term.fold is not None and factor < 0 else term.fold
    return replace(term, ratio=ratio, fold=fold)


def joined(left: Term, right: Term, ratio: Ratio) -> Term:
    """Two terms of the same series, put together.

    Raises:
        UnmappedError: they are of different hosts, or told apart by different labels.
    """
    if (left.fold or right.fold) and left.ratio != right.ratio:
        raise UnmappedError(Reason.OVER_SERIES, "It puts the highest or lowest of several series together with others.")
    if left.labels != right.labels:
        raise UnmappedError(
            Reason.NO_SUCH_ARITHMETIC,
            f"It puts series together that are told apart by {_listed(left)} with such as are by {_listed(right)}.",
        )
    return Term(
        ratio,
        left.labels,
        common_scope(left.scope, right.scope),
        tuple(dict.fromkeys(left.notes + right.notes)),
        tuple(dict(left.renamed + right.renamed).items()),
        left.fold,
    )


def common_scope(left: Scope, right: Scope) -> Scope:
    """Hosts of both.

    Raises:
        UnmappedError: both name some, and not the same.
    """
    if left == right or right.everywhere:
        return left
    if left.everywhere:
        return right
    raise UnmappedError(Reason.NO_SUCH_SCOPE, "Its parts are of different hosts.")


def _listed(term: Term) -> str:
    return " and ".join(sorted(term.labels)) or "nothing"
