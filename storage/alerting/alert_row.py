"""One alert as it is stored: from when it fired until it was well again, and after that its history."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """A row of `alerts`. Times are UTC milliseconds.

    Attributes:
        id: the same for as long as it fires; the next time it fires it is another one.
        rule_id, rule_name: whose alert it is; the rule may have gone since.
        host_id: on which host.
        series: labels of the series as Prometheus writes them, without braces; empty where it has none.
        owner: the user by whose own thresholds it fires; empty for those of all.
        metric: name in the catalogue, or `up`.
        labels: of the series and of the rule; not `host`, `group`, `alertname`, `severity`, which are read elsewhere.
        severity: "warning" or "critical": how bad it is, or was last.
        value: the newest that was told; changes of it alone are not stored.
        worst_value: the one furthest beyond its level, of those that were told.
        explanation: a code and its numbers, for values that were not read but worked out; None for others.
        fired_at: when it began to fire.
        changed_at: when it fired, got worse or better, was acknowledged, or was resolved.
        resolved_at: None while it fires.
        resolution: why it is over: well, rule_changed, rule_removed, host_removed, host_disabled; empty while it fires.
        acknowledged_at, acknowledged_by, acknowledged_why: who is on it since when; None and empty for nobody.
    """

    id: int
    rule_id: int
    rule_name: str
    host_id: int
    series: str
    owner: str = ""
    metric: str
    labels: Mapping[str, str] = field(default_factory=dict)
    severity: str
    value: float | None
    worst_value: float | None = None
    explanation: Mapping[str, object] | None = None
    fired_at: int
    changed_at: int
    resolved_at: int | None = None
    resolution: str = ""
    acknowledged_at: int | None = None
    acknowledged_by: str = ""
    acknowledged_why: str = ""
