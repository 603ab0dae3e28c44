"""Rules that hold on hosts, and readings to hold against them."""

from collections.abc import Mapping, Sequence

import numpy as np

from alerts.evaluation.book import AlertBook
from alerts.evaluation.live import LiveEvaluation
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.matchers import Matcher, Operator
from alerts.rules.rule import Comparison, Level, Rule
from alerts.rules.signal import Function, Signal
from storage.alerting.alert_change import AlertChange
from storage.alerting.alert_row import AlertRow
from storage.scrape import Cadence, Scrape, Vector
from storage.series import SeriesKey, shared_layout

START = 1_790_000_000_000
GAP = 60_000


def applied(
    metric: str = "load1",
    *,
    rule_id: int = 1,
    comparison: Comparison = Comparison.ABOVE,
    warning: float | Level | None = 80.0,
    critical: float | Level | None = None,
    hold_s: float = 0.0,
    keep_firing_s: float = 0.0,
    owner: str = "",
    function: Function = Function.LATEST,
    window_s: float = 0.0,
    where: Mapping[str, str] | None = None,
    scale: float = 1.0,
    offset: float = 0.0,
    labels: tuple[tuple[str, str], ...] = (),
) -> AppliedRule:
    """A rule, as it holds on a host."""
    matchers = tuple(Matcher(label, Operator.MATCHES, pattern) for label, pattern in (where or {}).items())
    of_warning = Level(warning) if isinstance(warning, float) else warning
    of_critical = Level(critical) if isinstance(critical, float) else critical
    rule = Rule(
        id=rule_id,
        revision=1,
        name=f"rule {rule_id}",
        signal=Signal(
            metric=metric, matchers=matchers, function=function, window_s=window_s, scale=scale, offset=offset
        ),
        comparison=comparison,
        hold_s=hold_s,
        keep_firing_s=keep_firing_s,
        labels=labels,
        warning=of_warning,
        critical=of_critical,
    )
    return AppliedRule(rule=rule, warning=of_warning, critical=of_critical, hold_s=hold_s, owner=owner)


def key(name: str, **labels: str) -> SeriesKey:
    """A series."""
    return SeriesKey(name, tuple(labels.items()))


def scrape(
    seconds: float,
    values: Mapping[SeriesKey, float],
    *,
    host_id: int = 1,
    cadence: Cadence = Cadence.FAST,
    session_at: int = START,
) -> Scrape:
    """A reading of a host, so many seconds after the start."""
    vector = Vector(cadence, shared_layout(tuple(values)), np.array(list(values.values()), dtype=np.float64))
    return Scrape(host_id, START + round(seconds * 1000), session_at, (vector,))


class Watching:
    """Hosts that are held against rules, and what has come of it."""

    def __init__(self, rules: Sequence[AppliedRule], hosts: Sequence[int] = (1,)) -> None:
        self.book = AlertBook()
        self.live = LiveEvaluation(self.book)
        self.changes: list[AlertChange] = []
        self.follow(dict.fromkeys(hosts, rules))

    def follow(self, rules: Mapping[int, Sequence[AppliedRule]]) -> None:
        """Has other rules hold from now on."""
        self.live.follow(rules)

    def take(self, *scrapes: Scrape, interval_s: float = 5.0) -> list[AlertChange]:
        """What comes of these."""
        found = [change for each in scrapes for change in self.live.take(each, interval_s)]
        found += self.live.judge()
        self.changes += found
        return found

    def look(self, seconds: float) -> list[AlertChange]:
        """What time has brought by then."""
        found = self.live.look(START + round(seconds * 1000))
        self.changes += found
        return found

    def told(self) -> list[tuple[str, str, int]]:
        """Kinds, severities, and after how many seconds."""
        return [(change.kind.value, change.severity, (change.ts - START) // 1000) for change in self.changes]


def firing(change: AlertChange) -> AlertRow:
    """The row of an alert that has fired."""
    return AlertRow(
        id=1,
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
        fired_at=change.fired_at,
        changed_at=change.ts,
    )
