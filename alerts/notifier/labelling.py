"""Alerts with their labels, from their rows and the registry; and what is said of them. Pure."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.grouping import BEHIND
from alerts.notifier.jump_hosts import Behind
from alerts.notifier.membership import OWNER
from alerts.notifier.message import MessageAlert
from alerts.rules.rule import Level, Rule
from alerts.rules.rulebook import Rulebook
from alerts.rules.template import TemplateError, parse_template, render
from alerts.thresholds import Severity
from storage.alerting.alert_row import AlertRow
from storage.host import Host

_DIGEST_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What else is known where alerts are.

    Attributes:
        hosts: those that are registered, by id.
        names: of hosts that are not any more, by id.
        behind: the ways to them.
        rulebook: rules with their levels and texts.
    """

    hosts: Mapping[int, Host] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    behind: Behind = field(default_factory=Behind)
    rulebook: Rulebook = field(default_factory=Rulebook)

    def host_name(self, host_id: int) -> str:
        """What the host is called, or was."""
        host = self.hosts.get(host_id)
        return host.name if host is not None else self.names.get(host_id, f"host {host_id}")


def identity_of(row: AlertRow) -> str:
    """The same for the same rule on the same series of the same host, each time that it fires."""
    about = f"{row.rule_id}\n{row.host_id}\n{row.owner}\n{row.series}"
    return hashlib.blake2b(about.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def active_alert(row: AlertRow, known: Surroundings) -> ActiveAlert:
    """The alert of a row, for the stages of the notifier."""
    host = known.hosts.get(row.host_id)
    severity = _severity(row.severity)
    labels = {
        **row.labels,
        "alertname": row.rule_name,
        "host": known.host_name(row.host_id),
        "group": (host.group if host is not None else None) or "",
        "severity": severity.value,
        "metric": row.metric,
        "series": row.series,
    }
    if row.owner:
        labels[OWNER] = row.owner
    if way := known.behind.ways.get(row.host_id):
        labels[BEHIND] = way
    return ActiveAlert(
        id=row.id,
        key=identity_of(row),
        labels=labels,
        tags=host.tags if host is not None else (),
        severity=severity,
        fired_at=row.fired_at,
        changed_at=row.changed_at,
        resolved_at=row.resolved_at,
        acknowledged=row.acknowledged_at is not None,
        behind=known.behind.failed.get(row.host_id, "") if row.metric == "up" else "",
    )


class Describing:
    """What is said of alerts; the rules of a host are looked up once."""

    def __init__(self, rows: Mapping[int, AlertRow], known: Surroundings) -> None:
        self._rows = rows
        self._known = known
        self._levels: dict[int, dict[tuple[int, str], tuple[Rule, Level | None, Level | None]]] = {}

    def __call__(self, alert: ActiveAlert) -> MessageAlert:
        """Of one alert of these rows."""
        row = self._rows[alert.id]
        rule, warning, critical = self._rule(row)
        level = critical if alert.severity is Severity.CRITICAL else warning
        return MessageAlert(
            id=alert.id,
            rule=row.rule_name,
            host=alert.labels["host"],
            host_id=row.host_id,
            severity=alert.severity,
            firing=alert.firing,
            metric=row.metric,
            series=row.series,
            labels=dict(alert.labels),
            value=row.value,
            limit=level.limit if level is not None else None,
            fired_at=row.fired_at,
            resolved_at=row.resolved_at,
            acknowledged_by=row.acknowledged_by,
            annotations=_annotations(rule, alert, row.value),
            explanation=_explanation(row.explanation),
        )

    def _rule(self, row: AlertRow) -> tuple[Rule | None, Level | None, Level | None]:
        host = self._known.hosts.get(row.host_id)
        if host is None:
            return None, None, None
        if host.id not in self._levels:
            self._levels[host.id] = {
                (applied.rule.id, applied.owner): (applied.rule, applied.warning, applied.critical)
                for applied in self._known.rulebook.for_host(host)
            }
        return self._levels[host.id].get((row.rule_id, row.owner), (None, None, None))


def _annotations(rule: Rule | None, alert: ActiveAlert, value: float | None) -> dict[str, str]:
    said: dict[str, str] = {}
    for name, text in rule.annotations if rule is not None else ():
        try:
            said[name] = render(parse_template(text), alert.labels, math.nan if value is None else value)
        except TemplateError:
            said[name] = text
    return said


def _explanation(said: Mapping[str, object] | None) -> dict[str, float | str] | None:
    if said is None:
        return None
    return {
        name: float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in said.items()
        if isinstance(value, int | float | str)
    }


def _severity(text: str) -> Severity:
    """A newer version may have written another one."""
    try:
        return Severity(text)
    except ValueError:
        return Severity.WARNING
