"""Which rules are looked at on a host, as people are shown them. Pure."""

from dataclasses import replace

from alerts.rules.override import PlacedOverride, overridden
from alerts.rules.rule import Rule
from alerts.rules.rulebook import applies, most_specific
from storage.alerting.threshold_rows import ThresholdScope
from storage.host import Host
from watchpost.rule_access import KeptRules


def rules_on_host(kept: KeptRules, host: Host) -> KeptRules:
    """The rules whose scope takes the host in, with the levels that hold there; those that are off there are off.

    What is left of where they are otherwise are users' own levels.
    """
    found = [_on_host(rule, placed, host) for rule, placed in kept.rules if applies(rule.scope, host)]
    return KeptRules(tuple(found), kept.broken, kept.hosts)


def _on_host(rule: Rule, placed: tuple[PlacedOverride, ...], host: Host) -> tuple[Rule, tuple[PlacedOverride, ...]]:
    users = tuple(each for each in placed if each.scope is ThresholdScope.USER)
    there = most_specific({(each.scope, each.target): each.override for each in placed}, host)
    if there is None:
        return rule, users
    if there.off:
        return replace(rule, enabled=False), ()
    return overridden(rule, there), users
