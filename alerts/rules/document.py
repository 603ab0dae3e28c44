"""Rules as JSON bodies of rows, and back. A body that is broken, or newer than this program, is refused."""

from typing import Any

import msgspec

from alerts.rules.override import OWN, Override, Own, PlacedOverride
from alerts.rules.rule import Comparison, Level, NewRule, Rule, Scope
from alerts.rules.signal import Signal
from storage.alerting.rule_rows import RuleRow
from storage.alerting.threshold_rows import ThresholdRow, ThresholdScope
from storage.errors import InvalidInputError

VERSION = 1
"""Of a body. A later one may say things that would be lost here, so it is not read at all."""


class DocumentError(InvalidInputError):
    """A body that cannot be read."""

    kind = "broken_rule"


class _RuleBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    version: int
    signal: Signal
    comparison: Comparison
    warning: Level | None
    critical: Level | None
    hold_s: float
    keep_firing_s: float
    scope: Scope
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]


class _OverrideBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    version: int
    off: bool = False
    warning: Level | msgspec.UnsetType | None = msgspec.UNSET
    critical: Level | msgspec.UnsetType | None = msgspec.UNSET
    hold_s: float | None = None


def rule_body(rule: NewRule) -> dict[str, Any]:
    """All that a rule says but for name, source and whether it is enabled, which are columns of their own."""
    body = _RuleBody(
        version=VERSION,
        signal=rule.signal,
        comparison=rule.comparison,
        warning=rule.warning,
        critical=rule.critical,
        hold_s=rule.hold_s,
        keep_firing_s=rule.keep_firing_s,
        scope=rule.scope,
        labels=rule.labels,
        annotations=rule.annotations,
    )
    plain: dict[str, Any] = msgspec.to_builtins(body)
    return plain


def rule_of(row: RuleRow) -> Rule:
    """The rule of a row. Raises DocumentError."""
    _check_version(row.body)
    try:
        body = msgspec.convert(row.body, _RuleBody)
    except msgspec.ValidationError as error:
        raise DocumentError(f"What is stored of it cannot be read: {error}.") from None
    return Rule(
        id=row.id,
        revision=row.revision,
        name=row.name,
        enabled=row.enabled,
        source=row.source,
        signal=body.signal,
        comparison=body.comparison,
        warning=body.warning,
        critical=body.critical,
        hold_s=body.hold_s,
        keep_firing_s=body.keep_firing_s,
        scope=body.scope,
        labels=body.labels,
        annotations=body.annotations,
    )


def override_body(override: Override) -> dict[str, Any]:
    """What is otherwise; what is as in the rule is left out."""
    body = _OverrideBody(
        version=VERSION,
        off=override.off,
        warning=msgspec.UNSET if isinstance(override.warning, Own) else override.warning,
        critical=msgspec.UNSET if isinstance(override.critical, Own) else override.critical,
        hold_s=override.hold_s,
    )
    plain: dict[str, Any] = msgspec.to_builtins(body)
    return plain


def override_of(row: ThresholdRow) -> PlacedOverride:
    """What a row says is otherwise, and for whom. Raises DocumentError."""
    _check_version(row.body)
    try:
        scope = ThresholdScope(row.scope)
        body = msgspec.convert(row.body, _OverrideBody)
    except ValueError as error:  # that of msgspec is one as well
        raise DocumentError(f"What is stored of it cannot be read: {error}.") from None
    override = Override(
        off=body.off,
        warning=OWN if isinstance(body.warning, msgspec.UnsetType) else body.warning,
        critical=OWN if isinstance(body.critical, msgspec.UnsetType) else body.critical,
        hold_s=body.hold_s,
    )
    return PlacedOverride(scope, row.target, override)


def _check_version(body: object) -> None:
    version = body.get("version") if isinstance(body, dict) else None
    if not isinstance(version, int):
        raise DocumentError("What is stored of it is no rule.")
    if version > VERSION:
        raise DocumentError("A newer Watchpost has written it.", hint="Run that one.")
