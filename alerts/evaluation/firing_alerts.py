"""All alerts that fire on the hosts of a poller, whoever of its event loops watches them. Time comes in."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.evaluation.book import EntryKey, looks_at_the_same
from alerts.evaluation.live_signal import is_live
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.matchers import matches
from storage.alerting.alert_change import AlertChange, ChangeKind, Resolution
from storage.alerting.alert_row import AlertRow

HostRules = Mapping[int, Sequence[AppliedRule]]
"""What holds on each host, by its id."""


@dataclass(slots=True)
class _Firing:
    row: AlertRow
    applied: AppliedRule


class FiringAlerts:
    """Knows them, so that they can be handed on where hosts move, and ended where their rule or their host is gone."""

    def __init__(self) -> None:
        self._by_host: dict[int, dict[EntryKey, _Firing]] = {}
        self._rules: HostRules = {}

    def counts(self) -> Counter[str]:
        """How many fire, by severity."""
        return Counter(firing.row.severity for its in self._by_host.values() for firing in its.values())

    def of(self, host_ids: Iterable[int], *, live: bool = True) -> list[AlertRow]:
        """Those of these hosts that are looked at with every reading, or the others."""
        return [
            firing.row
            for host_id in host_ids
            for firing in self._by_host.get(host_id, {}).values()
            if is_live(firing.applied.rule.signal) is live
        ]

    def follow(self, rules: HostRules, known: Collection[int], ts: int) -> list[AlertChange]:
        """Takes what holds from now on; hosts that are not named are another poller's.

        Args:
            rules: by host.
            known: ids of all rules that there are.
            ts: now, UTC milliseconds.

        Returns:
            The ends of those whose rule is gone, or looks at something else now.
        """
        self._rules = rules
        ended: list[AlertChange] = []
        for host_id in list(self._by_host):
            if host_id not in rules:
                del self._by_host[host_id]
                continue
            now = {(applied.rule.id, applied.owner): applied for applied in rules[host_id]}
            for key, firing in self._by_host[host_id].items():
                applied = now.get((key.rule_id, key.owner))
                if applied is None or not looks_at_the_same(applied, firing.applied):
                    is_there = key.rule_id in known
                    ended.append(_end(firing.row, ts, Resolution.RULE_CHANGED if is_there else Resolution.RULE_REMOVED))
                else:
                    firing.applied = applied
        return ended

    def restore(self, rows: Iterable[AlertRow], known: Collection[int], ts: int) -> list[AlertChange]:
        """Takes up what fires as it was left off; returns the ends of those whose rule is gone or has changed."""
        ended: list[AlertChange] = []
        for row in rows:
            applied = self._applied(row.host_id, row.rule_id, row.owner)
            if applied is not None and _is_about(applied, row):
                key = EntryKey(row.rule_id, row.series, row.owner)
                self._by_host.setdefault(row.host_id, {}).setdefault(key, _Firing(row, applied))
            else:
                is_there = row.rule_id in known
                ended.append(_end(row, ts, Resolution.RULE_CHANGED if is_there else Resolution.RULE_REMOVED))
        return ended

    def end(self, host_id: int, ts: int, resolution: Resolution) -> list[AlertChange]:
        """The ends of all that fires on a host that is read no longer."""
        return [_end(firing.row, ts, resolution) for firing in self._by_host.get(host_id, {}).values()]

    def take(self, change: AlertChange) -> bool:
        """Whether a change is to be told of: not where it is by a rule that does not hold any more."""
        if change.host_id not in self._rules:
            # Its last readings, before another poller has it.
            return True
        of_host = self._by_host.get(change.host_id, {})
        key = EntryKey(change.rule_id, change.series, change.owner)
        firing = of_host.get(key)
        if change.kind is ChangeKind.RESOLVED:
            if firing is None:
                return False
            del of_host[key]
            if not of_host:
                del self._by_host[change.host_id]
            return True
        applied = self._applied(change.host_id, change.rule_id, change.owner)
        if applied is None:
            return False
        row = _row(change) if firing is None else replace(_row(change), fired_at=firing.row.fired_at)
        self._by_host.setdefault(change.host_id, {})[key] = _Firing(row, applied)
        return True

    def _applied(self, host_id: int, rule_id: int, owner: str) -> AppliedRule | None:
        for applied in self._rules.get(host_id, ()):
            if applied.rule.id == rule_id and applied.owner == owner:
                return applied
        return None


def _is_about(applied: AppliedRule, row: AlertRow) -> bool:
    """Whether the rule, which may have been edited since, looks at the series of an alert."""
    signal = applied.rule.signal
    return signal.metric == row.metric and matches(signal.matchers, row.labels)


def _row(change: AlertChange) -> AlertRow:
    return AlertRow(
        id=0,
        rule_id=change.rule_id,
        rule_name=change.rule_name,
        host_id=change.host_id,
        series=change.series,
        owner=change.owner,
        metric=change.metric,
        labels=change.labels,
        severity=change.severity,
        value=change.value,
        worst_value=change.worst_value,
        explanation=change.explanation,
        fired_at=change.fired_at,
        changed_at=change.ts,
    )


def _end(row: AlertRow, ts: int, resolution: Resolution) -> AlertChange:
    return AlertChange(
        rule_id=row.rule_id,
        rule_name=row.rule_name,
        host_id=row.host_id,
        series=row.series,
        owner=row.owner,
        metric=row.metric,
        labels=dict(row.labels),
        kind=ChangeKind.RESOLVED,
        severity=row.severity,
        value=row.value,
        worst_value=row.worst_value,
        explanation=None if row.explanation is None else dict(row.explanation),
        ts=max(ts, row.fired_at),
        fired_at=row.fired_at,
        resolution=resolution,
    )
