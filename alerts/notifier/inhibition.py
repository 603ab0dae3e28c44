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


UNREACHABLE = "HostUnreachable"
_IS_UNREACHABLE = Matcher("alertname", Operator.EQUAL, UNREACHABLE)

DEFAULT_INHIBIT_RULES = (
    InhibitRule(
        name="host_unreachable",
        source=(_IS_UNREACHABLE,),
        target=(Matcher("alertname", Operator.NOT_EQUAL, UNREACHABLE),),
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
        equal=(("alertname", "alertname"), ("host", "host"), ("instance", "instance")),
    ),
)


def inhibited(alerts: Iterable[ActiveAlert], rules: Sequence[InhibitRule]) -> dict[int, Inhibited]:
    """By id, the alerts that are to be kept quiet, each with the first reason.

    An alert never inhibits itself. One that is itself inhibited still inhibits others: of a jump host behind a jump
    host, the hosts stay quiet as well. Where alerts inhibit each other in a ring, the oldest of them speaks.
    """
    firing = [alert for alert in alerts if alert.firing]
    found: dict[int, Inhibited] = {}
    for rule in rules:
        sources = _by_values(rule, firing)
        for alert in firing:
            if alert.id in found or not alert_matches(rule.target, alert):
                continue
            values = tuple(alert.labels.get(target, "") for _, target in rule.equal)
            cause = next((source for source in sources.get(values, ()) if source.id != alert.id), None)
            if cause is not None:
                found[alert.id] = Inhibited(rule.name, cause.id)
    return _without_rings(found)


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


def _by_values(rule: InhibitRule, firing: Iterable[ActiveAlert]) -> dict[tuple[str, ...], list[ActiveAlert]]:
    """The sources by what they must have in common with their targets. Those with an empty value are left out."""
    sources: dict[tuple[str, ...], list[ActiveAlert]] = defaultdict(list)
    for alert in firing:
        values = tuple(alert.labels.get(source, "") for source, _ in rule.equal)
        if any(values) and alert_matches(rule.source, alert):
            sources[values].append(alert)
    return sources
