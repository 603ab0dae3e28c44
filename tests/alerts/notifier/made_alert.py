"""Alerts for tests."""

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.inhibition import UNREACHABLE
from alerts.thresholds import Severity

DOWN = "HostUnreachable"
"""A rule of which alerts say that a host cannot be reached."""


def made(
    alert_id: int = 1,
    *,
    name: str = "CpuBusy",
    host: str = "web-1",
    severity: Severity = Severity.WARNING,
    fired_at: int = 0,
    changed_at: int | None = None,
    resolved_at: int | None = None,
    tags: tuple[str, ...] = (),
    acknowledged: bool = False,
    key: str = "",
    behind: str = "",
    **labels: str,
) -> ActiveAlert:
    """One that fires, unless it is said to be resolved."""
    return ActiveAlert(
        id=alert_id,
        key=key,
        behind=behind,
        labels={
            "alertname": name,
            "host": host,
            "severity": severity.value,
            "metric": UNREACHABLE if name == DOWN else name,
            **labels,
        },
        tags=tags,
        severity=severity,
        fired_at=fired_at,
        changed_at=fired_at if changed_at is None else changed_at,
        resolved_at=resolved_at,
        acknowledged=acknowledged,
    )
