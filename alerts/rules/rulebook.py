"""All rules that are looked at, and which of them, with which levels, are for a host."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from alerts.rules.applied_rule import AppliedRule
from alerts.rules.document import DocumentError, override_of, rule_of
from alerts.rules.override import Override, PlacedOverride, overridden
from alerts.rules.rule import NewRule, Rule, Scope
from alerts.rules.soundness import objections
from storage.alerting.rule_rows import RuleRow, list_rules, rules_revision
from storage.alerting.threshold_rows import ThresholdRow, ThresholdScope, list_thresholds
from storage.connection import Connection
from storage.host import Host

_FOREVER_S = float("inf")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """What is left out because it cannot be read or makes no sense.

    Attributes:
        rule_id: of which rule.
        name: what that rule is called.
        reason: what is wrong, in a sentence.
        place: where only its other levels are broken: of what, such as `group Postgres`; empty for the rule itself.
    """

    rule_id: int
    name: str
    reason: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A rule with its levels everywhere; None where it is off."""

    everywhere: AppliedRule
    places: Mapping[tuple[ThresholdScope, str], AppliedRule | None]
    owned: tuple[AppliedRule, ...]

    def of(self, host: Host) -> AppliedRule | None:
        return most_specific(self.places, host, self.everywhere)


class _Alone:
    """Hosts that something is said of by themselves."""

    def __init__(self, plans: Iterable[_Plan]) -> None:
        self._ids: set[str] = set()
        self._names: set[str] = set()
        for plan in plans:
            self._ids.update(target for scope, target in plan.places if scope is ThresholdScope.HOST)
            self._names.update(plan.everywhere.rule.scope.hosts)

    def has(self, host: Host) -> bool:
        return host.name in self._names or str(host.id) in self._ids


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All enabled rules, as they were at a moment. Hosts on which the same levels hold share the objects.

    Attributes:
        rules: by name.
        broken: what was left out, and why.
        revision: see `storage.alerting.rule_rows.rules_revision`.
    """

    rules: tuple[Rule, ...] = ()
    broken: tuple[BrokenRow, ...] = ()
    revision: int = 0
    _plans: tuple[_Plan, ...] = field(default=(), repr=False)
    _alone: _Alone = field(default_factory=lambda: _Alone(()), repr=False, compare=False)
    _alike: dict[tuple[str | None, tuple[str, ...]], tuple[AppliedRule, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Of ten thousand hosts nearly all are alike to the rules: they share what is for them."""

    def for_host(self, host: Host) -> tuple[AppliedRule, ...]:
        """What is looked at on a host, by name of the rule.

        What is said of the host counts before what is said of its tags, in their order, then of its group, then the
        rule's own; each of them by itself, on top of the rule's own. A rule comes once more for every user who has own
        levels, but not where it is off.
        """
        if self._alone.has(host):
            return self._worked_out(host)
        like = (host.group, host.tags)
        found = self._alike.get(like)
        if found is None:
            found = self._alike[like] = self._worked_out(host)
        return found

    def _worked_out(self, host: Host) -> tuple[AppliedRule, ...]:
        found: list[AppliedRule] = []
        for plan in self._plans:
            if applies(plan.everywhere.rule.scope, host) and (applied := plan.of(host)) is not None:
                found += (applied, *plan.owned)
        return tuple(found)


def read_rulebook(connection: Connection) -> Rulebook:
    """All enabled rules with their other levels, as they are stored; what is broken is left out and named."""
    return rulebook_of(list_rules(connection), list_thresholds(connection), rules_revision(connection))


def rulebook_of(rows: Iterable[RuleRow], thresholds: Iterable[ThresholdRow], revision: int = 0) -> Rulebook:
    """The same of rows. Pure."""
    broken: list[BrokenRow] = []
    elsewhere: dict[int, list[ThresholdRow]] = {}
    for threshold in thresholds:
        elsewhere.setdefault(threshold.rule_id, []).append(threshold)
    plans = []
    for row in rows:
        if not row.enabled:
            continue
        try:
            rule = rule_of(row)
            _refuse_unsound(rule)
        except DocumentError as error:
            broken.append(BrokenRow(row.id, row.name, error.message))
            continue
        placed, wrong = _read_overrides(rule, elsewhere.get(row.id, ()))
        broken += wrong
        plans.append(_plan(rule, placed))
    return Rulebook(tuple(plan.everywhere.rule for plan in plans), tuple(broken), revision, tuple(plans), _Alone(plans))


def most_specific(
    places: Mapping[tuple[ThresholdScope, str], Found], host: Host, otherwise: Found | None = None
) -> Found | None:
    """What is said of the host itself, else of one of its tags in their order, else of its group."""
    wanted = [(ThresholdScope.HOST, str(host.id)), *((ThresholdScope.TAG, tag) for tag in host.tags)]
    if host.group is not None:
        wanted.append((ThresholdScope.GROUP, host.group))
    return next((places[place] for place in wanted if place in places), otherwise)


def applies(scope: Scope, host: Host) -> bool:
    """Whether a scope takes a host in."""
    return (
        scope.everywhere
        or host.name in scope.hosts
        or (host.group is not None and host.group in scope.groups)
        or any(tag in scope.tags for tag in host.tags)
    )


def _read_overrides(rule: Rule, rows: Iterable[ThresholdRow]) -> tuple[list[PlacedOverride], list[BrokenRow]]:
    placed, broken = [], []
    for row in rows:
        try:
            found = override_of(row)
            if not found.override.off:
                _refuse_unsound(overridden(rule, found.override))
            placed.append(found)
        except DocumentError as error:
            broken.append(BrokenRow(rule.id, rule.name, error.message, f"{row.scope} {row.target}"))
    return placed, broken


def _refuse_unsound(rule: NewRule) -> None:
    """A newer version knows metrics and functions that this one does not, and nobody must fail over them later."""
    if wrong := objections(rule, retention_s=_FOREVER_S):
        raise DocumentError(wrong[0].message, hint=wrong[0].hint)


def _plan(rule: Rule, placed: Iterable[PlacedOverride]) -> _Plan:
    places: dict[tuple[ThresholdScope, str], AppliedRule | None] = {}
    owned = []
    for each in placed:
        applied = _applied(rule, each.override, owner=each.target if each.scope is ThresholdScope.USER else "")
        if each.scope is not ThresholdScope.USER:
            places[each.scope, each.target] = applied
        elif applied is not None:
            owned.append(applied)
    return _Plan(_with_levels_of(rule, rule), places, tuple(owned))


def _applied(rule: Rule, override: Override, *, owner: str) -> AppliedRule | None:
    if override.off:
        return None
    return _with_levels_of(overridden(rule, override), rule, owner)


def _with_levels_of(there: Rule, rule: Rule, owner: str = "") -> AppliedRule:
    return AppliedRule(rule=rule, warning=there.warning, critical=there.critical, hold_s=there.hold_s, owner=owner)
