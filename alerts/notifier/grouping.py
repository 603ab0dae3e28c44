"""Groups: alerts that belong together are told of together."""

from collections.abc import Iterable
from dataclasses import dataclass

from alerts.notifier.active_alert import ActiveAlert

BEHIND = "jump_host"
"""The label under which those are told of that cannot be reached for the sake of one jump host."""


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What the alerts of one message have in common.

    Attributes:
        receiver: who is told.
        labels: pairs of label and value, in the order of the route.
        escalated: whether this receiver is told because nobody has acknowledged.
        one_cause: whether what they have in common is why they fire.
    """

    receiver: str
    labels: tuple[tuple[str, str], ...]
    escalated: bool = False
    one_cause: bool = False

    def __str__(self) -> str:
        """The same for the same group in every process and at every time: deliveries are logged under it."""
        marks = [mark for mark, said in (("!", self.escalated), ("*", self.one_cause)) if said]
        return "/".join([self.receiver, *marks, *(f"{name}={value}" for name, value in self.labels)])


def group_key(
    receiver: str, group_by: Iterable[str], alert: ActiveAlert, *, cause: str = "", escalated: bool = False
) -> GroupKey:
    """The group of an alert.

    Args:
        receiver: who is told.
        group_by: labels of the route.
        alert: which.
        cause: the jump host for whose sake it fires, if so: then that alone is what counts.
        escalated: whether the receiver is told because nobody has acknowledged.
    """
    if cause:
        return GroupKey(receiver, ((BEHIND, cause),), escalated=escalated, one_cause=True)
    return GroupKey(receiver, tuple((name, alert.labels.get(name, "")) for name in group_by), escalated=escalated)


def worst_first(alerts: Iterable[ActiveAlert]) -> tuple[ActiveAlert, ...]:
    """Those that fire before those that do not, then the worst first, then the oldest first."""
    return tuple(sorted(alerts, key=_worst_first))


_RANK = {"critical": 0, "warning": 1}


def _worst_first(alert: ActiveAlert) -> tuple[bool, int, int, int]:
    return not alert.firing, _RANK.get(alert.severity.value, 2), alert.fired_at, alert.id
