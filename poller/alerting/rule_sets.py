"""Which rules hold together on hosts: the very same object for as long as they do, so that others see what differs."""

from collections.abc import Iterable, Sequence

from alerts.rules.applied_rule import AppliedRule
from alerts.rules.rulebook import Rulebook
from storage.host import Host


class RuleSets:
    """Remembers those that hold somewhere. For one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[object, tuple[AppliedRule, ...]] = {}

    def applied(self, rulebook: Rulebook, hosts: Iterable[Host]) -> dict[int, tuple[AppliedRule, ...]]:
        """What holds on each host, by its id."""
        before, self._known = self._known, {}
        # To compare what they say takes longer than to see that they are the same: that is for each set but once.
        seen: dict[tuple[int, ...], tuple[AppliedRule, ...]] = {}
        found = {}
        for host in hosts:
            applied = rulebook.for_host(host)
            objects = tuple(map(id, applied))
            its = seen.get(objects)
            if its is None:
                said = _said(applied)
                its = seen[objects] = self._known.setdefault(said, before.get(said, applied))
            found[host.id] = its
        return found


def _said(rules: Sequence[AppliedRule]) -> object:
    return tuple((its.rule.id, its.rule.revision, its.owner, its.warning, its.critical, its.hold_s) for its in rules)
