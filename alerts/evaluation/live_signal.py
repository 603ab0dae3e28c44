"""Which signals are worked out with every reading that comes. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts.rules.applied_rule import AppliedRule
from alerts.rules.signal import Function, Signal
from storage.catalogue import CATALOGUE

LIVE_WINDOW_S = 3600.0
"""What looks back further is worked out from the store."""
WINDOWED = frozenset({Function.AVERAGE, Function.LOWEST, Function.HIGHEST, Function.CHANGE})
_OF_READINGS = frozenset({Function.LATEST, Function.AGE, Function.ABSENCE}) | WINDOWED


def is_live(signal: Signal) -> bool:
    """Whether it is worked out with every reading."""
    return (
        signal.metric in CATALOGUE
        and signal.function in _OF_READINGS
        and (signal.function not in WINDOWED or signal.window_s <= LIVE_WINDOW_S)
    )


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Terms:
    """What is looked at on some hosts, the same for all of them: another object whenever it is something else.

    Attributes:
        by_signal: the rules that look at a signal, by its number.
        by_rule: by rule and owner, the rule and the number of the signal that it looks at.
    """

    by_signal: Mapping[int, Sequence[AppliedRule]]
    by_rule: Mapping[tuple[int, str], tuple[AppliedRule, int]]


def terms_of(rules: Iterable[AppliedRule], numbers: Mapping[Signal, int]) -> Terms:
    """The live ones of these rules, given the numbers of all signals."""
    by_signal: dict[int, list[AppliedRule]] = {}
    by_rule: dict[tuple[int, str], tuple[AppliedRule, int]] = {}
    for applied in rules:
        number = numbers.get(applied.rule.signal)
        if number is not None:
            by_signal.setdefault(number, []).append(applied)
            by_rule[applied.rule.id, applied.owner] = applied, number
    return Terms(by_signal, by_rule)
