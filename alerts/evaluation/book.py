"""The alerts of a poller, or of one of its event loops, that are pending or fire. Time comes in; belongs to one thread.

Nothing is kept of what is calm: of 10,000 hosts with 30 rules each there are as many entries as there is trouble.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from alerts.evaluation.entry import BEYOND, Entry, Labels
from alerts.rules.applied_rule import AppliedRule
from alerts.state.alert import Alert, State
from alerts.thresholds import Severity
from storage.alerting.alert_change import AlertChange, ChangeKind, Resolution
from storage.alerting.alert_row import AlertRow
from storage.alerting.series_text import SERIES_LIMIT, short_series

_SHORT = SERIES_LIMIT // 4
"""Characters that are within the limit whatever they are."""


class EntryKey(NamedTuple):
    """What an alert of a host is about."""

    rule_id: int
    series: str
    owner: str


class AlertBook:
    """Takes values and says what came of each; whoever works values out goes through one of these."""

    def __init__(self) -> None:
        self._by_host: dict[int, dict[EntryKey, Entry]] = {}
        self._rules: Mapping[int, Sequence[AppliedRule]] = {}

    @property
    def busy_hosts(self) -> Collection[int]:
        """Those of which something is pending or fires."""
        return self._by_host.keys()

    def __len__(self) -> int:
        """How many alerts are pending or fire."""
        return sum(map(len, self._by_host.values()))

    def entries(self, host_id: int) -> Mapping[EntryKey, Entry]:
        """What is pending or fires of a host."""
        return self._by_host.get(host_id, {})

    def take(  # noqa: PLR0913 - all that a value is
        self,
        applied: AppliedRule,
        host_id: int,
        series: str,
        value: float | None,
        ts: int,
        *,
        longest_gap_ms: int,
        explanation: Mapping[str, Any] | None = None,
        labels: Labels = (),
    ) -> AlertChange | None:
        """Holds a value against a rule.

        Args:
            applied: the rule as it holds on the host.
            host_id: of the host.
            series: its labels as Prometheus writes them, without braces; empty for a series without labels.
            value: None or NaN where there is none, which changes nothing.
            ts: of the value, UTC milliseconds.
            longest_gap_ms: two values further apart say nothing about the time between.
            explanation: a code and its numbers, for a value that was worked out.
            labels: of the series.

        Returns:
            What has happened; None where nobody need be told.
        """
        if value is None or math.isnan(value):
            return None
        if len(series) > _SHORT:
            series = short_series(series)
        of_host = self._by_host.get(host_id)
        key = EntryKey(applied.rule.id, series, applied.owner)
        entry = of_host.get(key) if of_host else None
        if entry is None:
            if not is_beyond(applied, value):
                return None
            entry = self._by_host.setdefault(host_id, {})[key] = Entry(applied, labels)
        kind = entry.take(value, ts, longest_gap_ms, explanation)
        if entry.alert.state in (State.INACTIVE, State.RESOLVED):
            self._remove(host_id, key)
        if kind is None:
            return None
        return entry.change(kind, host_id, series, ts, Resolution.WELL if kind is ChangeKind.RESOLVED else "")

    def follow(self, rules: Mapping[int, Sequence[AppliedRule]]) -> None:
        """Takes what holds on which host from now on.

        What is pending or fires by a rule that no longer holds, or that looks at something else now, is forgotten, as
        are hosts that are not named: who holds all alerts (`FiringAlerts`) says of these what became of them.
        """
        self._rules = rules
        for host_id in list(self._by_host):
            now = {(applied.rule.id, applied.owner): applied for applied in rules.get(host_id, ())}
            for key, entry in list(self._by_host[host_id].items()):
                applied = now.get((key.rule_id, key.owner))
                if applied is None or not looks_at_the_same(applied, entry.applied):
                    self._remove(host_id, key)
                elif applied is not entry.applied:
                    entry.follow(applied)

    def restore(self, rows: Iterable[AlertRow], ts: int) -> None:
        """Takes up alerts that fire, as they were left off, where their rule holds on their host.

        Args:
            rows: alerts that are not over.
            ts: now, UTC milliseconds: nothing has been seen of them until then.
        """
        for row in rows:
            for applied in self._rules.get(row.host_id, ()):
                if (applied.rule.id, applied.owner) == (row.rule_id, row.owner):
                    self._restore(row, applied, ts)

    def resolve(self, host_id: int, key: EntryKey, ts: int, resolution: Resolution) -> AlertChange | None:
        """Ends an alert, whatever its value; None where it was only pending, or not there."""
        entry = self.entries(host_id).get(key)
        if entry is None:
            return None
        self._remove(host_id, key)
        return entry.change(ChangeKind.RESOLVED, host_id, key.series, ts, resolution) if entry.fires else None

    def forget_hosts(self, host_ids: Iterable[int], ts: int, resolution: Resolution) -> list[AlertChange]:
        """Ends all that there is of these hosts."""
        changes = [
            self.resolve(host_id, key, ts, resolution) for host_id in host_ids for key in list(self.entries(host_id))
        ]
        return [change for change in changes if change is not None]

    def _restore(self, row: AlertRow, applied: AppliedRule, ts: int) -> None:
        key = EntryKey(row.rule_id, row.series, row.owner)
        of_host = self._by_host.setdefault(row.host_id, {})
        if key in of_host and of_host[key].fires:
            return
        severity = Severity(row.severity)
        added = {name for name, _ in applied.rule.labels}
        labels = tuple((name, value) for name, value in row.labels.items() if name not in added)
        of_host[key] = Entry(
            applied,
            labels,
            Alert(
                state=State.FIRING,
                severity=severity,
                value=row.worst_value if row.worst_value is not None else row.value,
                seen_at=ts,
                warning_at=row.fired_at if applied.warning is not None else None,
                critical_at=row.fired_at if severity is Severity.CRITICAL else None,
                fired_at=row.fired_at,
            ),
        )

    def _remove(self, host_id: int, key: EntryKey) -> None:
        of_host = self._by_host[host_id]
        del of_host[key]
        if not of_host:
            del self._by_host[host_id]


def is_beyond(applied: AppliedRule, value: float) -> bool:
    """Whether a value is too much for one of the levels of a rule."""
    beyond = BEYOND[applied.comparison]
    warning, critical = applied.warning, applied.critical
    return (warning is not None and beyond(value, warning.limit)) or (
        critical is not None and beyond(value, critical.limit)
    )


def looks_at_the_same(rule: AppliedRule, before: AppliedRule) -> bool:
    """Whether an edit has left what the rule looks at, so that an alert of it goes on."""
    return rule.rule.signal == before.rule.signal and rule.comparison is before.comparison
