"""A message from the alerts of a group, or of several groups that are told of together."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from alerts.notifier.active_alert import ActiveAlert
from alerts.notifier.deduplication import Due
from alerts.notifier.grouping import GroupKey, worst_first
from alerts.notifier.membership import Group
from alerts.notifier.message import ALERTS_LIMIT, Message, MessageAlert

Describe = Callable[[ActiveAlert], MessageAlert]
"""What is said of an alert: its rule's texts, filled in, and its numbers."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """A group that has something to say now.

    Attributes:
        key: of the group.
        group: its alerts.
        due: why, and since when.
        about: those of its alerts that belong into the message.
    """

    key: GroupKey
    group: Group
    due: Due
    about: tuple[ActiveAlert, ...]


def composed(
    together: Sequence[Speaking],
    describe: Describe,
    *,
    flapping: frozenset[str],
    kept_quiet: Mapping[int, int],
    ts: int,
) -> Message:
    """One message of one or more groups.

    Args:
        together: of one receiver, the most important first.
        describe: what is said of an alert.
        flapping: identities of alerts that come and go.
        kept_quiet: how many alerts an alert keeps quiet, by its id.
        ts: the time, UTC in milliseconds.
    """
    first = together[0]
    alerts = worst_first({alert.id: alert for each in together for alert in each.about}.values())
    firing = sum(alert.firing for alert in alerts)
    return Message(
        idempotency_key=_key(together),
        receiver=first.key.receiver,
        route=first.group.route.name,
        reason=first.due.reason,
        group=first.key.labels if len(together) == 1 else (),
        alerts=tuple(describe(alert) for alert in alerts[:ALERTS_LIMIT]),
        firing=firing,
        resolved=len(alerts) - firing,
        hosts=len({alert.labels.get("host", "") for alert in alerts}),
        held_back=len(together) - 1,
        kept_quiet=sum(kept_quiet.get(alert.id, 0) for alert in alerts),
        escalated=all(each.key.escalated for each in together),
        flapping=tuple(alert.id for alert in alerts if alert.identity in flapping),
        at=ts,
    )


def group_text(together: Sequence[Speaking]) -> str:
    """Under what a delivery is logged."""
    rest = len(together) - 1
    return f"{together[0].key}{f' and {rest} more' if rest else ''}"


def _key(together: Sequence[Speaking]) -> str:
    """The same whenever the same is decided from the same memory: what was logged already is not logged again."""
    parts = [
        f"{each.key}|{each.group.told.at if each.group.told else 0}|{each.due.reason}|{each.due.at}"
        for each in together
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
