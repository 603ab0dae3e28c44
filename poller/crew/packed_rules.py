"""Rules as they go to a worker: each once, and of hosts on which the same holds only that it is the same."""

from collections.abc import Mapping, Sequence

import msgspec

from alerts.evaluation.live_signal import is_live
from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rule import Level, Rule


class _Applied(msgspec.Struct, frozen=True, array_like=True):
    """An `AppliedRule` whose rule is a number."""

    rule: int
    warning: Level | None
    critical: Level | None
    hold_s: float
    owner: str


class PackedRules(msgspec.Struct, frozen=True):
    """What holds on some hosts.

    Attributes:
        rules: that are meant by numbers.
        sets: of rules that hold together.
        hosts: which of these holds on a host, by its id.
    """

    rules: list[Rule] = []
    sets: list[list[_Applied]] = []
    hosts: dict[int, int] = {}


def pack_rules(by_host: Mapping[int, Sequence[AppliedRule]]) -> PackedRules:
    """Only those that are looked at with every reading: what else there is, others see to."""
    rules: dict[int, int] = {}
    every: list[Rule] = []
    known: dict[int, int] = {}
    sets: list[list[_Applied]] = []
    hosts: dict[int, int] = {}
    for host_id, applied in by_host.items():
        number = known.get(id(applied))
        if number is None:
            number = known[id(applied)] = len(sets)
            live = [each for each in applied if is_live(each.rule.signal)]
            for each in live:
                if id(each.rule) not in rules:
                    rules[id(each.rule)] = len(every)
                    every.append(each.rule)
            sets.append(
                [_Applied(rules[id(each.rule)], each.warning, each.critical, each.hold_s, each.owner) for each in live]
            )
        hosts[host_id] = number
    return PackedRules(every, sets, hosts)


def unpack_rules(packed: PackedRules) -> dict[int, tuple[AppliedRule, ...]]:
    """What holds on each host: the very same object for all on which the same holds."""
    sets = [
        tuple(
            AppliedRule(
                rule=packed.rules[each.rule],
                warning=each.warning,
                critical=each.critical,
                hold_s=each.hold_s,
                owner=each.owner,
            )
            for each in its
        )
        for its in packed.sets
    ]
    return {host_id: sets[number] for host_id, number in packed.hosts.items()}
