"""Alerts in words and as JSON: what fires, who is on it, and why somebody was told or not. Pure."""

from datetime import tzinfo
from typing import Any

from alerts.explanations import explanation_text
from alerts.notifier.outcome import Outcome, Standing
from alerts.receivers.quantity_text import value_text
from storage.alerting.alert_row import AlertRow
from storage.printable import printable
from storage.quantities import ABSENT, duration
from storage.utc import iso_utc
from watchpost.local_time import moment_text

TEXT_LIMIT = 2000
_WHY = {
    "host_unreachable": "its host cannot be reached",
    "jump_host_unreachable": "its jump host cannot be reached",
    "critical_over_warning": "the same is critical",
}
_TO_BE_TOLD = "to be told now: {whom}"
_STANDINGS = {
    Standing.TOLD: "told {whom}",
    Standing.WAITS: "will tell {whom}{at}",
    Standing.INHIBITED: "quiet: {by} (alert {source})",
    Standing.SILENCED: "silenced by {by}{until}",
    Standing.IN_MAINTENANCE: "in maintenance, {by}{until}",
    Standing.ACKNOWLEDGED: "quiet: acknowledged before anybody was told",
    Standing.FLAPPING: "comes and goes; {whom} will hear once it has settled",
    Standing.RATE_LIMITED: "{whom} had enough messages for now; waits{until}",
    Standing.NO_ROUTE: "nobody: no route takes it",
}


def what_text(alert: AlertRow) -> str:
    """The rule, and of which series: `DiskFull mount="/srv"`; whose thresholds, where they are one user's."""
    parts = [alert.rule_name, alert.series, f"(of {alert.owner})" if alert.owner else ""]
    return printable(" ".join(part for part in parts if part), TEXT_LIMIT)


def value_of(alert: AlertRow) -> str:
    """The newest value that was told, or how it came about."""
    if explained := explanation_text(alert.explanation):
        return printable(explained, TEXT_LIMIT)
    return value_text(alert.metric, alert.value)


def acknowledged_text(alert: AlertRow) -> str:
    """`Jo: on my way`, or a dash."""
    if alert.acknowledged_at is None:
        return ABSENT
    why = f": {alert.acknowledged_why}" if alert.acknowledged_why else ""
    return printable(f"{alert.acknowledged_by}{why}", TEXT_LIMIT)


def lasting_text(alert: AlertRow, now_ms: int) -> str:
    """For how long it fires, or did."""
    until = now_ms if alert.resolved_at is None else alert.resolved_at
    return duration(max(until - alert.fired_at, 0) / 1000)


def outcome_text(outcome: Outcome | None, zone: tzinfo | None, *, due_now: bool = False) -> str:
    """Who was told, or why nobody was: `told mail`, `silenced by 4 until …`."""
    if outcome is None:
        return ABSENT
    template = _TO_BE_TOLD if due_now and outcome.standing is Standing.TOLD else _STANDINGS[outcome.standing]
    by = ", ".join(outcome.by)
    text = template.format(
        whom=", ".join(outcome.receivers),
        by=_WHY.get(by, by),
        source=outcome.source_id,
        until="" if outcome.until is None else f" until {moment_text(outcome.until, zone)}",
        at="" if outcome.until is None else f" at {moment_text(outcome.until, zone)}",
    )
    return printable(text.strip(), TEXT_LIMIT)


def outcome_as_json(outcome: Outcome | None, *, due_now: bool = False) -> dict[str, Any] | None:
    """For scripts; `standing` is a fixed code."""
    if outcome is None:
        return None
    waits = due_now and outcome.standing is Standing.TOLD
    return {
        "standing": Standing.WAITS.value if waits else outcome.standing.value,
        "receivers": list(outcome.receivers),
        "until": None if outcome.until is None else iso_utc(outcome.until),
        "by": list(outcome.by),
        "source": outcome.source_id,
    }


def alert_as_json(alert: AlertRow, host: str) -> dict[str, Any]:
    """For scripts."""
    return {
        "id": alert.id,
        "rule": alert.rule_name,
        "host": host,
        "series": alert.series,
        "owner": alert.owner or None,
        "metric": alert.metric,
        "labels": dict(alert.labels),
        "severity": alert.severity,
        "value": alert.value,
        "worst_value": alert.worst_value,
        "explanation": explanation_text(alert.explanation) or None,
        "fired": iso_utc(alert.fired_at),
        "resolved": _moment(alert.resolved_at),
        "resolution": alert.resolution or None,
        "acknowledged": _moment(alert.acknowledged_at),
        "acknowledged_by": alert.acknowledged_by or None,
        "acknowledged_why": alert.acknowledged_why or None,
    }


def _moment(ts: int | None) -> str | None:
    return None if ts is None else iso_utc(ts)
