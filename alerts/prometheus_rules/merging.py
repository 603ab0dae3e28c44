"""Puts the warning and the critical rule of one thing together into one rule with two levels. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from alerts.prometheus_rules.refusal import Reason, Refusal
from alerts.rules.rule import Comparison, Level, NewRule

_OPPOSITE_SIDES = {
    Comparison.AT_MOST: (Comparison.ABOVE,),
    Comparison.BELOW: (Comparison.AT_LEAST,),
    Comparison.AT_LEAST: (Comparison.BELOW,),
    Comparison.ABOVE: (Comparison.AT_MOST,),
}
_RISING = frozenset({Comparison.ABOVE, Comparison.AT_LEAST})
_EXACT = frozenset({Comparison.EQUAL, Comparison.NOT_EQUAL})


@dataclass(frozen=True, slots=True)
class Imported:
    """A rule that is taken over.

    Attributes:
        rule: what it is here.
        lines: where it stands; two for a rule that was two.
        notes: what is not quite the same as in Prometheus; empty for the same thing.
        band: set while only values up to another limit count: what that other side is.
    """

    rule: NewRule
    lines: tuple[int, ...]
    notes: tuple[str, ...] = ()
    band: tuple[Comparison, float] | None = None


def merged(found: Sequence[Imported], file: str) -> tuple[tuple[Imported, ...], tuple[Refusal, ...]]:
    """The rules with pairs put together, and what cannot stay because of another one."""
    settled, refused = [], []
    for each in found:
        whole = each if each.band is None else _without_band(each, found)
        if whole is None:
            refused.append(_refusal(each, file, *_BAND))
        else:
            settled.append(whole)
    return _paired(settled, refused, file)


def _paired(
    settled: Iterable[Imported], refused: list[Refusal], file: str
) -> tuple[tuple[Imported, ...], tuple[Refusal, ...]]:
    result: list[Imported | None] = []
    alike: dict[NewRule, list[int]] = defaultdict(list)
    for each in settled:
        places = alike[_bare(each.rule)]
        place = next((at for at in places if (other := result[at]) and _pair(other.rule, each.rule)), None)
        before = None if place is None else result[place]
        if place is None or before is None:
            places.append(len(result))
            result.append(each)
        elif _wrong_way_round(before.rule, each.rule):
            refused += [_refusal(one, file, *_clash(before.rule, each.rule)) for one in (before, each)]
            result[place] = None
        elif before.rule.annotations == each.rule.annotations:
            result[place] = _together(before, each)
        else:
            places.append(len(result))
            result.append(each)
    return tuple(each for each in result if each is not None), tuple(refused)


_BAND = (
    Reason.SEVERAL_CONDITIONS,
    "It fires between two limits, and no other rule of the file takes over at the second one.",
    "Leave the second limit out, or put the rule with the next severity into the file.",
)


def _without_band(banded: Imported, found: Iterable[Imported]) -> Imported | None:
    """The rule with the one limit beyond which the trouble lies; None where no other rule begins at the other limit."""
    if banded.band is None:
        return banded
    upper, until = banded.band
    rule = banded.rule
    level = rule.warning or rule.critical
    if level is None:
        return None
    note = "It goes on beyond its second limit, where the next severity takes over."
    for other in found:
        if other.band is not None or other.rule.signal != rule.signal or other.rule.scope != rule.scope:
            continue
        limit = _limit(other.rule)
        if limit == until and other.rule.comparison in _OPPOSITE_SIDES[upper]:
            return replace(banded, band=None, notes=(*banded.notes, note))
        if limit == level.limit and other.rule.comparison in _OPPOSITE_SIDES[rule.comparison]:
            turned = _at(replace(rule, comparison=upper), until)
            return replace(banded, rule=turned, band=None, notes=(*banded.notes, note))
    return None


def _at(rule: NewRule, limit: float) -> NewRule:
    return replace(
        rule, warning=Level(limit) if rule.warning else None, critical=Level(limit) if rule.critical else None
    )


def _limit(rule: NewRule) -> float | None:
    levels = [level.limit for level in (rule.warning, rule.critical) if level is not None]
    return levels[0] if len(levels) == 1 else None


def _pair(one: NewRule, other: NewRule) -> bool:
    """Whether two rules that are alike are the warning and the critical one of the same thing."""
    both = (one.warning and other.critical) or (one.critical and other.warning)
    single = _limit(one) is not None and _limit(other) is not None
    return bool(both and single and one.comparison not in _EXACT)


def _bare(rule: NewRule) -> NewRule:
    """What rules that are alike have in common."""
    return replace(rule, warning=None, critical=None, annotations=())


def _wrong_way_round(one: NewRule, other: NewRule) -> bool:
    warning, critical = (one, other) if one.warning else (other, one)
    low, high = _limit(warning), _limit(critical)
    if low is None or high is None:
        return False
    return high < low if warning.comparison in _RISING else high > low


def _together(one: Imported, other: Imported) -> Imported:
    rule = replace(
        one.rule, warning=one.rule.warning or other.rule.warning, critical=one.rule.critical or other.rule.critical
    )
    notes = tuple(dict.fromkeys(one.notes + other.notes))
    return Imported(rule, tuple(sorted(one.lines + other.lines)), notes)


def _clash(one: NewRule, other: NewRule) -> tuple[Reason, str, str]:
    warning, critical = (one, other) if one.warning else (other, one)
    first, second = (f"{rule.comparison.value} {_limit(rule):g}" for rule in (critical, warning))
    message = f"The levels of “{warning.name}” are the wrong way round: critical {first} comes before warning {second}."
    return Reason.UNSOUND, message, "Exchange them."


def _refusal(each: Imported, file: str, reason: Reason, message: str, hint: str) -> Refusal:
    return Refusal(file, each.lines[0], each.rule.name, reason, message, hint)
