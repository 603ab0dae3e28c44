"""Inhibition: who has been told of the cause need not be told of what follows from it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.notifier.active_alert import ActiveAlert, alert_matches
from alerts.rules.matchers import Matcher, Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class InhibitRule:
    """While a source fires, its targets are kept quiet.

    Attributes:
        name: what is said as the reason.
        source: which alerts are the cause.
        target: which alerts follow from it.
        equal: pairs of labels that must have the same value: the source's, the target's. An empty value equals none.
    """

    name: str
    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Inhibited:
    """Why an alert is kept quiet."""

    rule: str
    source_id: int


UNREACHABLE = "up"
"""The metric of every alert that says that a host cannot be reached, whatever its rule is called."""
GRACE_MS = 300_000
"""Hosts behind a jump host that is back need a while until they are read again, and are no news meanwhile."""
_IS_UNREACHABLE = Matcher("metric", Operator.EQUAL, UNREACHABLE)

DEFAULT_INHIBIT_RULES = (
    InhibitRule(
        name="host_unreachable",
        source=(_IS_UNREACHABLE,),
        target=(Matcher("metric", Operator.NOT_EQUAL, UNREACHABLE),),
        equal=(("host", "host"),),
    ),
    InhibitRule(
        name="jump_host_unreachable",
        source=(_IS_UNREACHABLE,),
        target=(),
        # The label names the jump host by its name in the registry.
        equal=(("host", "jump_host"),),
    ),
    InhibitRule(
        name="critical_over_warning",
        source=(Matcher("severity", Operator.EQUAL, "critical"),),
        target=(Matcher("severity", Operator.EQUAL, "warning"),),
        equal=(("host", "host"), ("metric", "metric"), ("series", "series")),
    ),
)


def inhibited(alerts: Iterable[ActiveAlert], rules: Sequence[InhibitRule], ts: int) -> dict[int, Inhibited]:
    """By id, the alerts that are to be kept quiet, each with the first reason.

    An alert never inhibits itself. One that is itself inhibited still inhibits others: of a jump host behind a jump
    host, the hosts stay quiet as well. Where alerts inhibit each other in a ring, the oldest of them speaks. A cause
    that is over still holds for `GRACE_MS` for what began before its end.

    Args:
        alerts: those that fire, and those that were resolved lately.
        rules: the first that fits gives the reason.
        ts: the time, UTC in milliseconds.
    """
    known = list(alerts)
    firing = [alert for alert in known if alert.firing]
    causes = [alert for alert in known if alert.resolved_at is None or ts - alert.resolved_at < GRACE_MS]
    found: dict[int, Inhibited] = {}
    for rule in rules:
        targets = [alert for alert in firing if alert.id not in found and alert_matches(rule.target, alert)]
        sources = _by_values(rule, causes) if targets else {}
        for alert in targets:
            values = tuple(alert.labels.get(target, "") for _, target in rule.equal)
            cause = next((source for source in sources.get(values, ()) if _explains(source, alert)), None)
            if cause is not None:
                found[alert.id] = Inhibited(rule.name, cause.id)
    return _without_rings(found)


def _explains(source: ActiveAlert, alert: ActiveAlert) -> bool:
    return source.id != alert.id and (source.resolved_at is None or alert.fired_at <= source.resolved_at)


def _without_rings(found: dict[int, Inhibited]) -> dict[int, Inhibited]:
    """Each ring of causes without its oldest: two jump hosts behind one another would both be kept quiet."""
    spoken: set[int] = set()
    seen: set[int] = set()
    for start in found:
        way: list[int] = []
        at = start
        while at in found and at not in seen:
            seen.add(at)
            way.append(at)
            at = found[at].source_id
        if at in way:
            spoken.add(min(way[way.index(at) :]))
    return {alert_id: why for alert_id, why in found.items() if alert_id not in spoken}


def _by_values(rule: InhibitRule, causes: Iterable[ActiveAlert]) -> dict[tuple[str, ...], list[ActiveAlert]]:
    """The sources by what they must have in common with their targets. Those with an empty value are left out."""
    sources: dict[tuple[str, ...], list[ActiveAlert]] = defaultdict(list)
    for alert in causes:
        values = tuple(alert.labels.get(source, "") for source, _ in rule.equal)
        if any(values) and alert_matches(rule.source, alert):
            sources[values].append(alert)
    return sources
