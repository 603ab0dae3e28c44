"""Keeps rules, and what is otherwise for some: each looked at before it is stored, and refused with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from alerts.rules.document import DocumentError, override_body, override_of, rule_body, rule_of
from alerts.rules.override import Override, PlacedOverride, overridden
from alerts.rules.rule import NewRule, Rule
from alerts.rules.seeding import body_mark
from alerts.rules.soundness import Objection, objections
from storage.alerting.rule_rows import RuleRow, add_rule, edit_rule, find_rule, list_rules, remove_rule
from storage.alerting.threshold_rows import ThresholdScope, list_thresholds, remove_threshold, set_threshold
from storage.connection import Connection
from storage.errors import AlreadyExistsError, InvalidInputError
from storage.printable import printable
from storage.retentions import read_retentions
from storage.tier import Tier

RULES_LIMIT = 2000
"""Of one database."""


class UnsoundRuleError(InvalidInputError):
    """A rule that makes no sense, or that would make none somewhere.

    Attributes:
        objections: all that is wrong.
    """

    kind = "unsound_rule"

    def __init__(self, wrong: Sequence[Objection], *, before: str = "") -> None:
        first, *others = wrong
        hints = [first.hint, *(f"Also: {each.message}" for each in others)]
        super().__init__(f"{before}{first.message}", hint="\n".join(filter(None, hints)))
        self.objections = tuple(wrong)


@dataclass(frozen=True, slots=True)
class Horizons:
    """For how long there is something to look back on.

    Attributes:
        readings_s: readings as they were taken.
        history_s: these, or hours and what is finer; days are too coarse to look back on.
    """

    readings_s: float
    history_s: float


@dataclass(frozen=True, slots=True)
class Brought:
    """What bringing in the rules of one source did, or would do. Names of rules.

    Attributes:
        added: were not there.
        changed: were there and said something else.
        unchanged: were there just so.
        removed: came from there before, and do so no longer.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def loses(self) -> bool:
        """Whether something that is there would be lost."""
        return bool(self.changed or self.removed)


def read_horizons(connection: Connection) -> Horizons:
    """As it is set for all hosts."""
    retention = read_retentions(connection).default
    return Horizons(retention.raw_s, max(retention.seconds(tier) for tier in Tier if tier is not Tier.D1))


def read_rule(connection: Connection, name: str) -> Rule:
    """The rule of that name. Raises NotFoundError, and DocumentError for one that cannot be read."""
    row = find_rule(connection, name)
    try:
        return rule_of(row)
    except DocumentError as error:
        hint = (
            error.hint or "“watchpost alerts rules remove” takes it away; one that came with Watchpost can be “reset”."
        )
        raise DocumentError(f"The rule “{printable(name)}”: {error.message}", hint=hint) from None


def read_overrides(connection: Connection, rule_id: int) -> list[PlacedOverride]:
    """Where a rule is otherwise; what cannot be read is left out."""
    found = []
    for row in list_thresholds(connection, rule_id):
        try:
            found.append(override_of(row))
        except DocumentError:
            continue
    return found


def keep_rule(connection: Connection, rule: NewRule, now_ms: int) -> Rule:
    """Adds a rule.

    Raises:
        UnsoundRuleError: it makes no sense, and why.
        AlreadyExistsError: there is one of that name.
        InvalidInputError: there are too many.
    """
    _refuse_unsound(rule, read_horizons(connection))
    if len(list_rules(connection)) >= RULES_LIMIT:
        raise InvalidInputError(f"There are {RULES_LIMIT} rules already.", hint="Remove some first.")
    return rule_of(_add(connection, rule, now_ms))


def change_rule(connection: Connection, rule: Rule, now_ms: int) -> Rule:
    """Stores a rule in the place of the one that has its id.

    Raises:
        UnsoundRuleError: it makes no sense, or would make none where it is otherwise.
        AlreadyExistsError: another one has its name.
    """
    horizons = read_horizons(connection)
    _refuse_unsound(rule, horizons)
    _refuse_unsound_elsewhere(connection, rule.id, rule, horizons)
    edit_rule(connection, rule.id, name=rule.name, body=rule_body(rule), enabled=rule.enabled, now_ms=now_ms)
    return rule_of(find_rule(connection, rule.name))


def keep_override(connection: Connection, rule: Rule, placed: PlacedOverride) -> None:
    """Has a rule be otherwise for some, in place of what was said of them before.

    Raises:
        UnsoundRuleError: it would make no sense there, and why.
        InvalidInputError: it says nothing, or something that cannot be.
    """
    override = placed.override
    if override.says_nothing:
        raise InvalidInputError(
            "Nothing would be otherwise.", hint="Give --warning, --critical, --for or --off, or --own to go back."
        )
    if override.off and placed.scope is ThresholdScope.USER:
        raise InvalidInputError(
            "A rule cannot be off for one user: it fires for all.",
            hint="Route its alerts elsewhere, or silence them; --own takes this user's own levels away.",
        )
    if override.off and override != Override(off=True):
        raise InvalidInputError("Where a rule is off it has no levels.", hint="Give --off alone.")
    if not override.off:
        _refuse_unsound(overridden(rule, override), read_horizons(connection))
    set_threshold(connection, rule.id, placed.scope, placed.target, override_body(override))


def forget_override(connection: Connection, rule: Rule, scope: ThresholdScope, target: str) -> bool:
    """Goes back to the rule's own levels; False where nothing was otherwise."""
    return remove_threshold(connection, rule.id, scope, target)


def would_bring(connection: Connection, rules: Iterable[NewRule], source: str, *, over: bool = False) -> Brought:
    """What `bring_in` would do; takes and raises the same, and changes nothing."""
    wanted = {rule.name: replace(rule, source=source) for rule in rules}
    there = {row.name: row for row in list_rules(connection)}
    if len(there | wanted) > RULES_LIMIT:
        raise InvalidInputError(f"There would be more than {RULES_LIMIT} rules.", hint="Remove some first.")
    horizons = read_horizons(connection)
    for rule in wanted.values():
        _refuse_unsound(rule, horizons, before=f"“{printable(rule.name)}”: ")
    same = [name for name, rule in wanted.items() if name in there and _says_the_same(there[name], rule)]
    changed = [name for name in wanted if name in there and name not in set(same)]
    if not over:
        _refuse_taken([there[name] for name in changed], source)
    for name in changed:
        _refuse_unsound_elsewhere(connection, there[name].id, wanted[name], horizons)
    return Brought(
        added=tuple(name for name in wanted if name not in there),
        changed=tuple(changed),
        unchanged=tuple(same),
        removed=tuple(name for name, row in there.items() if row.source == source and name not in wanted),
    )


def bring_in(
    connection: Connection, rules: Iterable[NewRule], source: str, now_ms: int, *, over: bool = False
) -> Brought:
    """Has the rules of a source be just these: what came from it before and is no longer there goes, all or nothing.

    A rule that is there keeps its id, its other levels, and whether it is switched on. One that says the same but came
    from elsewhere stays what it is.

    Args:
        connection: for writing.
        rules: no two of one name.
        source: whose rules.
        now_ms: UTC milliseconds.
        over: also change rules of these names that came from elsewhere; these keep their source.

    Raises:
        UnsoundRuleError: one of them makes no sense.
        AlreadyExistsError: one has the name of a rule from elsewhere that says something else, without `over`.
        InvalidInputError: there would be too many.
    """
    wanted = {rule.name: replace(rule, source=source) for rule in rules}
    brought = would_bring(connection, wanted.values(), source, over=over)
    there = {row.name: row.id for row in list_rules(connection)}
    for name in brought.removed:
        remove_rule(connection, there[name])
    for name in brought.changed:
        edit_rule(connection, there[name], body=rule_body(wanted[name]), now_ms=now_ms)
    for name in brought.added:
        _add(connection, wanted[name], now_ms)
    return brought


def reset_rule(connection: Connection, shipped: NewRule, now_ms: int) -> None:
    """Has a rule that comes with Watchpost be as it comes; its other levels stay.

    Raises:
        AlreadyExistsError: a rule of another source has its name.
    """
    row = next((each for each in list_rules(connection) if each.name == shipped.name), None)
    if row is None:
        _add(connection, shipped, now_ms)
        return
    _refuse_taken([row], shipped.source)
    _refuse_unsound_elsewhere(connection, row.id, shipped, read_horizons(connection))
    edit_rule(connection, row.id, body=rule_body(shipped), enabled=shipped.enabled, now_ms=now_ms)


def _add(connection: Connection, rule: NewRule, now_ms: int) -> RuleRow:
    return add_rule(
        connection, name=rule.name, body=rule_body(rule), source=rule.source, enabled=rule.enabled, now_ms=now_ms
    )


def _says_the_same(row: RuleRow, rule: NewRule) -> bool:
    return body_mark(row.body) == body_mark(rule_body(rule))


def _refuse_taken(rows: Iterable[RuleRow], source: str) -> None:
    taken = [row.name for row in rows if row.source != source]
    if taken:
        named = ", ".join(f"“{printable(name)}”" for name in taken[:5]) + (", …" if len(taken) > 5 else "")
        raise AlreadyExistsError(
            f"There are other rules of these names already: {named}.",
            hint="Give those another name first (`watchpost alerts rules edit NAME --name NEW`), remove them, or have "
            "an import change them (--over).",
        )


def _refuse_unsound(rule: NewRule, horizons: Horizons, *, before: str = "") -> None:
    wrong = objections(rule, retention_s=horizons.readings_s, history_s=horizons.history_s)
    if wrong:
        raise UnsoundRuleError(wrong, before=before)


def _refuse_unsound_elsewhere(connection: Connection, rule_id: int, rule: NewRule, horizons: Horizons) -> None:
    """Where it is otherwise: levels there are put upon those of the rule."""
    for placed in read_overrides(connection, rule_id):
        if not placed.override.off:
            before = (
                f"“{printable(rule.name)}”, where it is otherwise ({placed.scope} {printable(placed.target, 80)}): "
            )
            _refuse_unsound(overridden(rule, placed.override), horizons, before=before)
