"""Groups: alerts that belong together are told of together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.notifier.active_alert import ActiveAlert


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What the alerts of one message have in common.

    Attributes:
        receiver: who is told.
        labels: pairs of label and value, in the order of the route.
    """

    receiver: str
    labels: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """The same for the same group in every process and at every time: deliveries are logged under it."""
        return "/".join([self.receiver, *(f"{name}={value}" for name, value in self.labels)])


def grouped(
    receiver: str, group_by: Sequence[str], alerts: Iterable[ActiveAlert]
) -> dict[GroupKey, tuple[ActiveAlert, ...]]:
    """The alerts by group, worst first in each, then oldest first."""
    groups: dict[GroupKey, list[ActiveAlert]] = defaultdict(list)
    for alert in alerts:
        groups[GroupKey(receiver, tuple((name, alert.labels.get(name, "")) for name in group_by))].append(alert)
    return {key: tuple(sorted(found, key=_worst_first)) for key, found in groups.items()}


_RANK = {"critical": 0, "warning": 1}


def _worst_first(alert: ActiveAlert) -> tuple[bool, int, int, int]:
    return not alert.firing, _RANK.get(alert.severity.value, 2), alert.fired_at, alert.id
