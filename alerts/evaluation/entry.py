"""One alert that is pending or fires, held so that a value which changes nothing costs next to nothing."""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Comparison, Level
from alerts.state.alert import INACTIVE, Alert, State
from alerts.state.step import step
from alerts.thresholds import Severity
from storage.alerting.alert_change import AlertChange, ChangeKind

Labels = tuple[tuple[str, str], ...]

BEYOND: Mapping[Comparison, Callable[[float, float], bool]] = {
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.EQUAL: operator.eq,
    Comparison.NOT_EQUAL: operator.ne,
}
"""As `Comparison.holds`, for values that are numbers; a tenth of its time."""
_RISING = frozenset({Comparison.ABOVE, Comparison.AT_LEAST})
_FALLING = frozenset({Comparison.BELOW, Comparison.AT_MOST})


class Entry:
    """An alert, and what the next value is held against.

    Attributes:
        applied: the rule as it holds on the host.
        labels: of the series.
        alert: as of the last value that changed something.
        seen_at: of the newest value, UTC milliseconds.
        value: the newest.
    """

    __slots__ = (
        "_critical_at", "_due_at", "_explanation", "_is_critical", "_is_warning", "_warning_at", "_worst",
        "alert", "applied", "labels", "seen_at", "value",
    )  # fmt: skip

    def __init__(self, applied: AppliedRule, labels: Labels, alert: Alert = INACTIVE) -> None:
        self.applied = applied
        self.labels = labels
        self.alert = alert
        self.seen_at = alert.seen_at or 0
        self.value = math.nan if alert.value is None else alert.value
        self._worst = self.value
        self._explanation: dict[str, Any] | None = None
        # What the levels are just now, what the newest value was to them, and when it may change by time alone.
        self._warning_at: float | None = None
        self._critical_at: float | None = None
        self._is_warning = self._is_critical = False
        self._due_at = 0.0

    @property
    def fires(self) -> bool:
        """Whether it does; else it is pending."""
        return self.alert.state is State.FIRING

    def take(
        self, value: float, ts: int, longest_gap_ms: int, explanation: Mapping[str, Any] | None
    ) -> ChangeKind | None:
        """The entry after a value that is a number; what has happened by it."""
        if ts <= self.seen_at:
            return None
        if self.fires:
            self._worst = _worse(self.applied.comparison, self._worst, value)
            # Of a fired alert, the words that go with its newest value; those of a pending one nobody reads.
        self._explanation = dict(explanation) if explanation is not None else None
        beyond = BEYOND[self.applied.comparison]
        is_warning = self._warning_at is not None and beyond(value, self._warning_at)
        is_critical = self._critical_at is not None and beyond(value, self._critical_at)
        is_as_before = is_warning is self._is_warning and is_critical is self._is_critical
        if is_as_before and ts < self._due_at and ts - self.seen_at <= longest_gap_ms:
            self.seen_at, self.value = ts, value
            return None
        return self._step(value, ts, longest_gap_ms)

    def follow(self, applied: AppliedRule) -> None:
        """The rule has been edited; the next value is held against it as it is now."""
        self.applied = applied
        self._due_at = 0.0

    def change(self, kind: ChangeKind, host_id: int, series: str, ts: int, resolution: str = "") -> AlertChange:
        """What has happened, in words for everybody."""
        rule = self.applied.rule
        return AlertChange(
            rule_id=rule.id,
            rule_name=rule.name,
            host_id=host_id,
            series=series,
            owner=self.applied.owner,
            metric=rule.signal.metric,
            labels={**dict(self.labels), **dict(rule.labels)},
            kind=kind,
            severity=self.alert.severity.value,
            value=_number(self.value),
            worst_value=_number(self._worst),
            explanation=self._explanation,
            ts=ts,
            fired_at=self.alert.fired_at or ts,
            resolution=resolution,
        )

    def _step(self, value: float, ts: int, longest_gap_ms: int) -> ChangeKind | None:
        before = self.alert
        was_seen = before if before.seen_at == self.seen_at or not self.seen_at else _seen(before, self.seen_at)
        now = self.alert = step(was_seen, value, self.applied, ts, longest_gap_ms=longest_gap_ms)
        self.seen_at, self.value = ts, value
        self._aim(value)
        if now.state is State.FIRING:
            if before.state is not State.FIRING:
                self._worst = value
                return ChangeKind.FIRED
            if now.severity is before.severity:
                return None
            return ChangeKind.WORSE if now.severity > before.severity else ChangeKind.BETTER
        return ChangeKind.RESOLVED if before.state is State.FIRING else None

    def _aim(self, value: float) -> None:
        """What the next value is held against, and from when on that may not be enough."""
        applied, alert = self.applied, self.alert
        severity = alert.severity if self.fires else Severity.OK
        self._warning_at = _bound(applied.warning, fires=severity >= Severity.WARNING)
        self._critical_at = _bound(applied.critical, fires=severity >= Severity.CRITICAL)
        beyond = BEYOND[applied.comparison]
        self._is_warning = self._warning_at is not None and beyond(value, self._warning_at)
        self._is_critical = self._critical_at is not None and beyond(value, self._critical_at)
        due = [math.inf]
        if alert.critical_at is not None and severity < Severity.CRITICAL:
            due.append(alert.critical_at + applied.hold_s * 1000)
        if alert.warning_at is not None and severity < Severity.WARNING:
            due.append(alert.warning_at + applied.hold_s * 1000)
        if alert.well_at is not None:
            due.append(alert.well_at + applied.keep_firing_s * 1000)
        # What has just come to fire has other levels from now on than the value was held against.
        has_turned = (alert.warning_at is not None) is not self._is_warning
        has_turned |= (alert.critical_at is not None) is not self._is_critical
        self._due_at = 0.0 if has_turned else min(due)


def _seen(alert: Alert, seen_at: int) -> Alert:
    return Alert(
        state=alert.state,
        severity=alert.severity,
        value=alert.value,
        seen_at=seen_at,
        warning_at=alert.warning_at,
        critical_at=alert.critical_at,
        fired_at=alert.fired_at,
        well_at=alert.well_at,
        resolved_at=alert.resolved_at,
    )


def _bound(level: Level | None, *, fires: bool) -> float | None:
    if level is None:
        return None
    return level.until if fires else level.limit


def _worse(comparison: Comparison, known: float, value: float) -> float:
    if comparison in _RISING:
        return value if not value <= known else known
    if comparison in _FALLING:
        return value if not value >= known else known
    return value


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
