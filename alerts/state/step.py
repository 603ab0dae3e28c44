"""What an alert becomes with one more value."""

import math
from dataclasses import replace
from typing import Protocol

from alerts.rules.rule import Comparison, Level
from alerts.state.alert import INACTIVE, Alert, State
from alerts.thresholds import Severity


class Terms(Protocol):
    """What an alert is judged by: a rule as it was written, or as it holds on a host."""

    @property
    def comparison(self) -> Comparison:
        """On which side of a level the trouble lies."""

    @property
    def warning(self) -> Level | None:
        """From when on it is a warning."""

    @property
    def critical(self) -> Level | None:
        """From when on it is critical."""

    @property
    def hold_s(self) -> float:
        """For how long it has to be too much."""

    @property
    def keep_firing_s(self) -> float:
        """For how long it has to be well again."""


def step(alert: Alert, value: float | None, rule: Terms, ts: int, *, longest_gap_ms: int) -> Alert:
    """The alert after a value at a moment.

    Each level holds by itself: what has been critical for `hold_s` is critical, however long it was a warning before.
    A firing alert stays as bad as it is until the value is beyond the clear level on the good side, and then for
    `keep_firing_s` more.

    Args:
        alert: what it was.
        value: None or NaN where there is none. That changes nothing: a scrape that failed resolves nothing.
        rule: whose alert it is.
        ts: of the value, UTC in milliseconds. A value that is not newer than the last one changes nothing.
        longest_gap_ms: two values further apart say nothing about the time between, so nothing has held for it.
    """
    if value is None or math.isnan(value) or (alert.seen_at is not None and ts <= alert.seen_at):
        return alert
    known = _without_gap(alert, ts, longest_gap_ms)
    seen = replace(
        known,
        value=value,
        seen_at=ts,
        warning_at=_since(known.warning_at, _beyond(known, Severity.WARNING, value, rule), ts),
        critical_at=_since(known.critical_at, _beyond(known, Severity.CRITICAL, value, rule), ts),
    )
    reached = _reached(seen, rule, ts)
    if seen.state is State.FIRING:
        return _go_on(seen, reached, rule, ts)
    if reached is not Severity.OK:
        return replace(seen, state=State.FIRING, severity=reached, fired_at=ts, resolved_at=None)
    if seen.warning_at is None and seen.critical_at is None:
        return seen if seen.state is State.RESOLVED else replace(INACTIVE, value=value, seen_at=ts)
    return replace(seen, state=State.PENDING, severity=Severity.OK, fired_at=None, resolved_at=None)


def _without_gap(alert: Alert, ts: int, longest_gap_ms: int) -> Alert:
    """What was pending begins anew after a gap; what fires goes on."""
    if alert.seen_at is None or ts - alert.seen_at <= longest_gap_ms:
        return alert
    fires = alert.severity if alert.state is State.FIRING else Severity.OK
    return replace(
        alert,
        warning_at=alert.warning_at if fires >= Severity.WARNING else None,
        critical_at=alert.critical_at if fires >= Severity.CRITICAL else None,
        well_at=None,
    )


def _beyond(alert: Alert, severity: Severity, value: float, rule: Terms) -> bool:
    """Whether the value is too much for this level, or, where it fires already, still not well."""
    level = _level(rule, severity)
    if level is None:
        return False
    fires = alert.state is State.FIRING and alert.severity >= severity
    return rule.comparison.holds(value, level.until if fires else level.limit)


def _level(rule: Terms, severity: Severity) -> Level | None:
    return rule.critical if severity is Severity.CRITICAL else rule.warning


def _since(before: int | None, beyond: bool, ts: int) -> int | None:
    if not beyond:
        return None
    return ts if before is None else before


def _reached(alert: Alert, rule: Terms, ts: int) -> Severity:
    """The worst level that has held for long enough."""
    for severity, since in ((Severity.CRITICAL, alert.critical_at), (Severity.WARNING, alert.warning_at)):
        fires = alert.state is State.FIRING and alert.severity >= severity
        if since is not None and (fires or ts - since >= rule.hold_s * 1000):
            return severity
    return Severity.OK


def _go_on(alert: Alert, reached: Severity, rule: Terms, ts: int) -> Alert:
    """A firing alert that gets worse at once, and better when it has been so for `keep_firing_s`."""
    if reached >= alert.severity:
        return replace(alert, severity=reached, well_at=None)
    well_at = alert.well_at if alert.well_at is not None else ts
    if ts - well_at < rule.keep_firing_s * 1000:
        return replace(alert, well_at=well_at)
    if reached is not Severity.OK:
        return replace(alert, severity=reached, well_at=None)
    return replace(alert, state=State.RESOLVED, resolved_at=ts, well_at=None, warning_at=None, critical_at=None)
